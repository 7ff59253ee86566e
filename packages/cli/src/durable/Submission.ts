/**
 * Stores the job of a command line, and follows it.
 *
 * @since 0.1.0
 */
import type * as Item from "@effect-digitalocean/jobs/Item"
import type * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as DurableJobs from "@effect-digitalocean/jobs/durable/DurableJobs"
import * as Effect from "effect/Effect"
import type * as DurableFlags from "../args/DurableFlags.ts"
import * as Token from "../config/Token.ts"
import * as Output from "../output/Output.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Accounts from "./Accounts.ts"
import * as Database from "./Database.ts"
import * as Following from "./Following.ts"
import * as JobRows from "./JobRows.ts"

type Stored = Extract<DurableFlags.Target, { readonly _tag: "Stored" }>
type Scheduled = Extract<DurableFlags.Target, { readonly _tag: "Scheduled" }>

/** Names are resolved at the account of the job. */
const resolved = <A, E, R>(account: string, options: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Accounts.finder(account), (find) => Effect.provideService(options, Token.OfAccount, find))

/**
 * Passes a job to its schedule.
 *
 * @since 0.1.0
 */
export const schedule = Effect.fnUntraced(function* <E, R>(
  { account, save }: Scheduled,
  kind: string,
  options: Effect.Effect<unknown, E, R>
) {
  return yield* save({ account, kind, options: yield* resolved(account, options) })
})

/**
 * Stores a job, and follows it to its end unless the command line says not to: then it prints the job.
 *
 * @since 0.1.0
 */
export const submit = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError, EO, RO>(
  { account, database, detach }: Stored,
  job: Following.Followable<I, A, E>,
  options: Effect.Effect<unknown, EO, RO>
) {
  if (detach) yield* Output.checkColumns(JobRows.fields)
  const resolvedOptions = yield* resolved(account, options)
  return yield* Database.withJobs(
    database,
    Effect.gen(function* () {
      const { isNew, job: stored } = yield* DurableJobs.submit({ account, kind: job.name, options: resolvedOptions })
      yield* Stderr.note(
        isNew
          ? `doimg: job ${stored.id} is stored`
          : `doimg: job ${stored.id} is the same and not finished: it is joined`
      )
      if (detach) {
        yield* Output.one(JobRows.row(stored), JobRows.shown(stored))
        return undefined
      }
      return yield* Following.follow(job, stored, database)
    })
  )
})
