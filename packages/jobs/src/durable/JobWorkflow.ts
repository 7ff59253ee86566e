/**
 * The workflow in which stored jobs run on an engine: in this process, or on a cluster of runners.
 *
 * There is one workflow for all kinds, and its payload never changes: everything that may change is in the store. So a
 * runner of an older version never fails a job of a newer one permanently.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Workflow from "effect/workflow/Workflow"
import type * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import type { JobAccounts } from "./JobAccounts.ts"
import type { JobKinds } from "./JobKind.ts"
import * as JobRunner from "./JobRunner.ts"
import type { JobStore } from "./JobStore.ts"

/**
 * The workflow of a stored job: `job` is its id. It returns what the run came to (`JobRunner.Ended`).
 *
 * @category workflows
 * @since 0.1.0
 */
export const JobWorkflow = Workflow.make("effect-digitalocean/job", {
  payload: { job: Schema.String, epoch: Schema.Int },
  success: Schema.String,
  idempotencyKey: ({ epoch, job }) => `${job}/${epoch}`
})

/**
 * Registers the workflow with the engine of a runner.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<never, never, WorkflowEngine.WorkflowEngine | JobStore | JobKinds | JobAccounts> =
  Layer.unwrap(
    Effect.map(JobRunner.makeRun, (run) =>
      JobWorkflow.toLayer(({ epoch, job }) => Effect.map(run({ id: job, epoch }), (ended): string => ended))
    )
  )
