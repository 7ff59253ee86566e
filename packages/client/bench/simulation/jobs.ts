import type { DigitalOcean } from "@effect-digitalocean/client"
import { Audit, Preserve, Release, Replicate, Report, Rotate } from "@effect-digitalocean/jobs"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { backups, droplet, type JobName, replicas, targets } from "./accounts.ts"

/** A job on an account; it fails if an item is not done. */
type Job = Effect.Effect<unknown, unknown, Layer.Success<ReturnType<typeof DigitalOcean.layer>>>

/** Preserves one backup. */
const preserve = (backup: number): Job =>
  Effect.flatMap(
    Preserve.execute({ backup, name: `preserved-${backup}`, tags: ["preserved"], regions: [targets[0]] }),
    Report.orFail
  )

/**
 * The jobs that are measured, with their default options. No other file of the benches contains the names and options of
 * jobs.
 */
export const jobs: { readonly [name in JobName]: Job } = {
  replicate300x3: Effect.flatMap(Replicate.execute({ images: replicas, regions: targets.slice(0, 3) }), Report.orFail),
  rotate1000: Effect.flatMap(
    Rotate.execute({ series: { name: "web-{number}" }, keep: { last: 500 }, timeZone: "UTC" }),
    Report.orFail
  ),
  audit10000: Effect.flatMap(Audit.execute({}), Report.orFail),
  auditSnapshots10000: Effect.flatMap(Audit.execute({}), Report.orFail),
  release1x5: Effect.flatMap(Release.execute({ droplet, series: "web", regions: targets }), Report.orFail),
  preserve50: Effect.forEach(backups, preserve, { concurrency: "unbounded" })
}
