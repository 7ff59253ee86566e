/**
 * A job on the command line: its plan as the result with `--dry-run`, else a line for each item while it runs, and
 * what became of each as the result.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Predicate from "effect/Predicate"
import type * as Event from "@effect-digitalocean/jobs/Event"
import * as Item from "@effect-digitalocean/jobs/Item"
import * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as Plan from "@effect-digitalocean/jobs/Plan"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Confirm from "../args/Confirm.ts"
import * as ErrorReport from "../errors/ErrorReport.ts"
import * as Failures from "../errors/Failures.ts"
import * as Live from "../output/Live.ts"
import * as Output from "../output/Output.ts"
import * as Stderr from "../output/Stderr.ts"
import * as JobFields from "./JobFields.ts"
import * as JobRows from "./JobRows.ts"

/**
 * Prints a plan on stdout, with its total on stderr.
 *
 * @since 0.1.0
 */
export const printPlan = Effect.fnUntraced(function* (plan: Plan.Plan) {
  yield* Stderr.note(`doimg: ${plan.job}: ${Plan.summary(plan)}`)
  return yield* Output.rows(plan.items.map(JobRows.planned), JobFields.plannedFields, "")
})

/**
 * Runs a job that may delete images which it did not create: with `--dry-run`, or where it cannot ask, its plan is printed;
 * else a plan with deletions is shown before the question.
 *
 * @since 0.1.0
 */
export const runIfConfirmed = Effect.fnUntraced(function* <I extends Item.Item, E, R>(
  plan: Plan.Plan<I>,
  input: Confirm.Input,
  job: Effect.Effect<void, E, R>
) {
  const deletions = plan.items.filter((item) => item.verb === "delete" && Item.isWork(item)).length
  if (Confirm.isPlanOnly(input)) return yield* Effect.andThen(printPlan(plan), Confirm.endPlan(input))
  if (deletions > 0) {
    const table = yield* Output.onStderr(JobFields.plannedFields, plan.items.map(JobRows.planned))
    const images = deletions === 1 ? "an image" : `${deletions} images`
    yield* Confirm.confirm(table, `${Plan.summary(plan)}. Delete ${images}, in all regions, for good?`, input)
  }
  return yield* job
})

/** Whether to run the same line again can help: the failure may pass, or only the wait for the work ended. */
const mayPass = (failure: unknown): boolean =>
  DigitalOceanError.isDigitalOceanError(failure)
    ? failure.isRetryable || failure.outcome === "unknown"
    : failure instanceof Actions.ActionErrored ||
      (Predicate.hasProperty(failure, "isUnfinished") && failure.isUnfinished === true)

/**
 * An item, and what became of it.
 *
 * @since 0.1.0
 */
export interface Ended<out I = Item.Item, out A = unknown, out E = Outcome.TaggedError> {
  readonly item: I
  readonly outcome: Outcome.Outcome<A, E>
  /** the action that it waited for */
  readonly action?: Action.Id | undefined
}

/**
 * Runs a job and prints what became of every item; fails with what failed.
 *
 * @since 0.1.0
 */
export const run = <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  events: Stream.Stream<Event.Event<I, A, E>, never, R>
) =>
  Effect.flatMap(
    Effect.onInterrupt(collect(events), () =>
      Console.error("doimg: run the same line again to go on: nothing is done twice")
    ),
    (ended) => report(ended)
  )

/**
 * Follows the events of a job, with a line for each item from its beginning to its end. Returns the last outcome of each
 * item: one of a later attempt replaces that of an earlier one, but `Skipped` does not replace `Done`.
 *
 * @since 0.1.0
 */
export const collect = <I extends Item.Item, A, E extends Outcome.TaggedError, E2, R>(
  events: Stream.Stream<Event.Event<I, A, E>, E2, R>
): Effect.Effect<ReadonlyArray<Ended<I, A, E>>, E2, R | Live.Live> =>
  Effect.flatMap(
    Stream.runFoldEffect(events, () => start<I, A, E>(), follow),
    ({ ended, lines }) =>
      Effect.as(
        Effect.forEach(lines.values(), (line) => endLine(line, "stopped", false)),
        [...ended.values()]
      )
  )

/**
 * Prints what became of every item; fails with what failed. `again` says how to do what is missing.
 *
 * @since 0.1.0
 */
export const report = Effect.fnUntraced(function* (
  ended: ReadonlyArray<Ended>,
  again = "run it again to do what is missing"
) {
  yield* Output.rows(rows(ended), JobFields.resultFields, "nothing to do")
  const failures = ended.flatMap(({ outcome }) => (Outcome.isSuccess(outcome) ? [] : [outcome.error as unknown]))
  if (failures.length === 0) return
  for (const failure of failures) yield* ErrorReport.print(failure)
  const refused = ended.filter(({ item }) => item.decision === "refuse").length
  const advice =
    refused === failures.length
      ? "items are refused: see --help for what allows them"
      : failures.some(mayPass)
        ? `items are not done: ${again}`
        : "items are not done"
  return yield* Effect.fail(new Failures.SomeFailed(failures, ended.length, advice))
})

/**
 * A row for each item, with what became of it.
 *
 * @since 0.1.0
 */
export const rows = (ended: ReadonlyArray<Ended>): ReadonlyArray<Output.Row> =>
  ended.map(({ action, item, outcome }) => JobRows.result(item, outcome, action))

/** A reason that the line contains already is not repeated. */
const statusOf = (item: Item.Item, outcome: Outcome.Outcome<unknown, Outcome.TaggedError>): string =>
  outcome._tag === "Skipped" && outcome.reason === Item.details(item) ? "skipped" : Outcome.format(outcome)

interface Line {
  readonly end: Deferred.Deferred<void, void>
  readonly tell: (status: string) => void
}

/** The lines of the items in progress, and what became of the others, by the keys of the items. */
interface State<I, A, E> {
  readonly lines: Map<string, Line>
  /** the action that an item waits for */
  readonly actions: Map<string, Action.Id>
  readonly ended: Map<string, Ended<I, A, E>>
}

const start = <I, A, E>(): State<I, A, E> => ({ lines: new Map(), actions: new Map(), ended: new Map() })

/** An item that has a line already keeps it: another runner goes on with it. */
const follow = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError>(
  state: State<I, A, E>,
  event: Event.Event<I, A, E>
) {
  const key = Item.key(event.item)
  const line = state.lines.get(key)
  if (event._tag !== "Finished") {
    const current = line ?? (yield* startLine(event.item))
    state.lines.set(key, current)
    if (event._tag === "Progressed") {
      state.actions.set(key, event.action.id)
      current.tell(event.action.status)
    }
    return state
  }
  const before = state.ended.get(key)?.outcome._tag
  if (event.outcome._tag !== "Skipped" || before !== "Done") {
    state.ended.delete(key)
    state.ended.set(key, { item: event.item, outcome: event.outcome, action: state.actions.get(key) })
  }
  state.lines.delete(key)
  if (line !== undefined) {
    yield* endLine(line, statusOf(event.item, event.outcome), Outcome.isSuccess(event.outcome))
  }
  return state
})

const startLine = Effect.fnUntraced(function* (item: Item.Item) {
  const live = yield* Live.Live
  const end = yield* Deferred.make<void, void>()
  const { note, subject, what, where } = Item.words(item)
  const label = {
    verb: what,
    subject,
    name: item.subject.name,
    where: where === "" ? "" : `, ${where}`,
    note: note === "" ? "" : `, ${note}`
  }
  let tell: Live.Tell = () => undefined
  yield* Effect.forkDetach(
    Effect.ignore(
      live.during(label, (change) => {
        tell = change
        return Deferred.await(end)
      })
    ),
    { startImmediately: true }
  )
  return { end, tell: (status: string) => tell(status) }
})

const endLine = Effect.fnUntraced(function* ({ end, tell }: Line, status: string, isWell: boolean) {
  tell(status)
  yield* isWell ? Deferred.succeed(end, undefined) : Deferred.fail(end, undefined)
  yield* Effect.yieldNow
})
