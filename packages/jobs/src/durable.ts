/**
 * Durable jobs: stored, run by any of several runners, followed and cancelled from anywhere. An entry point of its own
 * (`@effect-digitalocean/jobs/durable`), so that nothing of it is loaded without it.
 *
 * @since 0.1.0
 */
export * as BuiltInKinds from "./durable/BuiltInKinds.ts"
export * as DurableJobs from "./durable/DurableJobs.ts"
export * as JobAccounts from "./durable/JobAccounts.ts"
export * as JobKind from "./durable/JobKind.ts"
export * as JobRunner from "./durable/JobRunner.ts"
export * as JobSchedule from "./durable/JobSchedule.ts"
export * as JobSchedules from "./durable/JobSchedules.ts"
export * as JobStore from "./durable/JobStore.ts"
export * as JobWorkflow from "./durable/JobWorkflow.ts"
export * as RunnerMetrics from "./durable/RunnerMetrics.ts"
export * as StoreRateLimit from "./durable/StoreRateLimit.ts"
export * as StoredJob from "./durable/StoredJob.ts"
