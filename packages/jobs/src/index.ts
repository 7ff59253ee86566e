/**
 * What people do with DigitalOcean images, as programs over the client's services.
 *
 * @since 0.1.0
 */
export * as Audit from "./Audit.ts"
export * as Channel from "./Channel.ts"
export * as Cleanup from "./Cleanup.ts"
export * as Cost from "./Cost.ts"
export * as Event from "./Event.ts"
export * as HandOver from "./HandOver.ts"
export * as Import from "./Import.ts"
export * as Item from "./Item.ts"
export * as Job from "./Job.ts"
export * as JobMetrics from "./JobMetrics.ts"
export * as Outcome from "./Outcome.ts"
export * as Plan from "./Plan.ts"
export * as Preserve from "./Preserve.ts"
export * as Release from "./Release.ts"
export * as Replicate from "./Replicate.ts"
export * as Report from "./Report.ts"
export * as Retention from "./Retention.ts"
export * as Rotate from "./Rotate.ts"
export * as Series from "./Series.ts"
export * as Snapshot from "./Snapshot.ts"
export * as Table from "./Table.ts"
export * as Text from "./Text.ts"
export * as Usage from "./Usage.ts"
export * as Verify from "./Verify.ts"
