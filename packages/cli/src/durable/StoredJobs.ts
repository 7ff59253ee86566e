/**
 * The commands on stored jobs: `doimg jobs list`, `show`, `follow`, `cancel` and `retry`.
 *
 * @since 0.1.0
 */
import * as DurableJobs from "@effect-digitalocean/jobs/durable/DurableJobs"
import { JobStore } from "@effect-digitalocean/jobs/durable/JobStore"
import { isFinished, type State, type StoredJob } from "@effect-digitalocean/jobs/durable/StoredJob"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import { NotStopped } from "../errors/StoredJobs.ts"
import * as Output from "../output/Output.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Pager from "../output/Pager.ts"
import { withTimeout } from "../run/Account.ts"
import { resultFields } from "../run/JobFields.ts"
import * as Database from "./Database.ts"
import * as JobRows from "./JobRows.ts"
import * as Kinds from "./Kinds.ts"

/** Which job of which database. */
interface Input {
  readonly id: string
  readonly durable: Option.Option<string>
}

const withJobs = <A, E, R>(
  durable: Option.Option<string>,
  program: (database: DurableFlags.Database) => Effect.Effect<A, E, R>
) =>
  Effect.flatMap(DurableFlags.required(durable), (database) =>
    withTimeout(Database.withJobs(database, program(database)))
  )

/**
 * Lists jobs.
 *
 * @since 0.1.0
 */
export const list = Effect.fnUntraced(function* (input: {
  readonly durable: Option.Option<string>
  readonly states: ReadonlyArray<State>
  readonly kind: Option.Option<string>
  readonly account: Option.Option<string>
  readonly limit: number
}) {
  yield* Output.checkColumns(JobRows.fields)
  const filter = {
    states: input.states.length === 0 ? undefined : input.states,
    kind: Option.getOrUndefined(input.kind),
    account: Option.getOrUndefined(input.account),
    limit: input.limit
  }
  const jobs = yield* withJobs(input.durable, () => JobStore.use((store) => store.list(filter)))
  return yield* Output.rows(jobs.map(JobRows.row), JobRows.columns)
})

/**
 * Shows a job, with what became of its items.
 *
 * @since 0.1.0
 */
export const show = Effect.fnUntraced(function* ({ durable, id }: Input) {
  yield* Output.checkColumns([...JobRows.fields, "plan", "items"])
  const [job, results] = yield* withJobs(durable, () =>
    Effect.all([DurableJobs.get(id), JobStore.use((store) => store.results(id))])
  )
  const items = Kinds.of(job).rows(results)
  const isTable = (yield* GlobalFlags.form) === "table" && Option.isNone(yield* GlobalFlags.Columns)
  if (!isTable) return yield* Output.one({ ...JobRows.row(job), plan: job.plan, items }, JobRows.columns)
  yield* Output.one(JobRows.row(job), JobRows.shown(job))
  if (items.length === 0) return
  yield* Pager.write("\n")
  return yield* Output.rows(items, resultFields, "")
})

/**
 * Follows a job.
 *
 * @since 0.1.0
 */
export const follow = ({ durable, id }: Input) =>
  withJobs(durable, (database) => Effect.flatMap(DurableJobs.get(id), (job) => Kinds.of(job).follow(job, database)))

/**
 * Stops a job, and shows what became of it.
 *
 * @since 0.1.0
 */
export const cancel = Effect.fnUntraced(function* ({ durable, id }: Input) {
  yield* Output.checkColumns(JobRows.fields)
  const job = yield* withJobs(durable, () => stopped(id))
  yield* Output.one(JobRows.row(job), JobRows.shown(job))
  if (!isFinished(job)) return yield* new NotStopped({ id })
  if (job.state !== "cancelled") yield* Stderr.note(`doimg: job ${id} was finished already`)
})

/** Cancels a job and waits until it is finished, for as long as a runner may need for it. */
const stopped = Effect.fnUntraced(function* (id: string) {
  const job = yield* DurableJobs.cancel(id)
  if (isFinished(job)) return job
  const end = Stream.runDrain(yield* DurableJobs.follow(id))
  yield* Effect.timeoutOption(end, "10 seconds")
  return yield* DurableJobs.get(id)
})

/**
 * Runs a finished job again, and follows it.
 *
 * @since 0.1.0
 */
export const retry = Effect.fnUntraced(function* ({ detach, durable, id }: Input & { readonly detach: boolean }) {
  if (detach) yield* Output.checkColumns(JobRows.fields)
  return yield* withJobs(
    durable,
    Effect.fnUntraced(function* (database) {
      const again = yield* DurableJobs.retry(id)
      yield* Stderr.note(
        again.id === id
          ? `doimg: job ${id} runs again`
          : `doimg: job ${again.id} is the same and not finished: it is joined`
      )
      return yield* detach ? showRow(again) : Kinds.of(again).follow(again, database)
    })
  )
})

const showRow = (job: StoredJob) => Output.one(JobRows.row(job), JobRows.shown(job))
