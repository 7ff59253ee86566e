/**
 * The built-in jobs as kinds for a runner. `verify` only boots the image, as a check cannot be stored; `handOver` is not
 * among them, as it needs two accounts.
 *
 * @since 0.1.0
 */
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Audit from "../Audit.ts"
import * as Import from "../Import.ts"
import * as Preserve from "../Preserve.ts"
import * as Release from "../Release.ts"
import * as Replicate from "../Replicate.ts"
import * as Rotate from "../Rotate.ts"
import * as Snapshot from "../Snapshot.ts"
import * as Verify from "../Verify.ts"
import * as JobKind from "./JobKind.ts"

/**
 * The built-in kinds, each in its present version.
 *
 * @category constructors
 * @since 0.1.0
 */
export const all: ReadonlyArray<JobKind.JobKind<Services>> = [
  JobKind.make(Replicate.job),
  JobKind.make(Release.job),
  JobKind.make(Rotate.job),
  JobKind.make(Preserve.job),
  JobKind.make(Import.job),
  JobKind.make(Audit.job),
  JobKind.make(Snapshot.job),
  JobKind.make(Verify.job, {}, { check: () => Effect.void })
]

/**
 * A runner that knows all built-in kinds.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<JobKind.JobKinds> = JobKind.layer(all)
