/**
 * What doimg knows of the kinds of stored jobs: how to read their events, and how to print what became of them.
 *
 * @since 0.1.0
 */
import * as Audit from "@effect-digitalocean/jobs/Audit"
import * as BuiltInKinds from "@effect-digitalocean/jobs/durable/BuiltInKinds"
import type { StoredJob, StoredResult } from "@effect-digitalocean/jobs/durable/StoredJob"
import * as Import from "@effect-digitalocean/jobs/Import"
import type * as Item from "@effect-digitalocean/jobs/Item"
import type * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as Preserve from "@effect-digitalocean/jobs/Preserve"
import * as Release from "@effect-digitalocean/jobs/Release"
import * as Replicate from "@effect-digitalocean/jobs/Replicate"
import * as Rotate from "@effect-digitalocean/jobs/Rotate"
import * as Snapshot from "@effect-digitalocean/jobs/Snapshot"
import * as Verify from "@effect-digitalocean/jobs/Verify"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as DurableFlags from "../args/DurableFlags.ts"
import type { Row } from "../output/Output.ts"
import * as AuditReport from "../run/AuditReport.ts"
import * as Job from "../run/Job.ts"
import * as SnapshotReport from "../run/SnapshotReport.ts"
import * as Following from "./Following.ts"

const kind = <I extends Item.Item, A, E extends Outcome.TaggedError, EP, RP>(
  job: Following.Followable<I, A, E>,
  print: (ended: ReadonlyArray<Job.Ended<I, A, E>>, again: string) => Effect.Effect<void, EP, RP>
) => {
  const decode = Schema.decodeUnknownOption(Schema.toCodecJson(job.schemas.event))
  return {
    /** follows a job, and prints its results */
    follow: (stored: StoredJob, database: DurableFlags.Database) =>
      Effect.flatMap(Following.follow(job, stored, database), ({ again, ended }) => print(ended, again)),
    /** the rows of stored outcomes */
    rows: (results: ReadonlyArray<StoredResult>): ReadonlyArray<Row> =>
      results.flatMap((result) => {
        const event = Option.getOrUndefined(decode(result.event))
        return event?._tag === "Finished" ? Job.rows([event]) : [unreadRow(result)]
      })
  }
}

const known = {
  replicate: kind(Replicate.job, Job.report),
  release: kind(Release.job, Job.report),
  rotate: kind(Rotate.job, Job.report),
  preserve: kind(Preserve.job, Job.report),
  import: kind(Import.job, Job.report),
  verify: kind(Verify.job, Job.report),
  audit: kind(Audit.job, AuditReport.report),
  snapshot: kind(Snapshot.job, SnapshotReport.report)
}

/** An outcome that this version cannot read. */
const unreadRow = ({ key, outcome }: StoredResult): Row => ({
  ...{ did: key, what: null, where: null, result: outcome.toLowerCase(), why: null }
})

const NoEvent = Schema.Never as Schema.Codec<never, unknown>

/** A kind of another version: its events are not read. */
const unknown = kind<Item.Item, never, never, never, never>(
  { name: "", schemas: { event: NoEvent } },
  () => Effect.void
)

/**
 * Returns what is known of the kind of a job; of one that this version does not know, only its state.
 *
 * @since 0.1.0
 */
export const of = ({ kind, version }: Pick<StoredJob, "kind" | "version">) => {
  const isKnown = BuiltInKinds.all.some((one) => one.name === kind && one.version === version)
  return isKnown && kind in known ? known[kind as keyof typeof known] : unknown
}
