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

const again = "items are not done: run it again to do what is missing"

/**
 * Runs a job and prints what became of every item; fails with what failed.
 *
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  events: Stream.Stream<Event.Event<I, A, E>, never, R>
) {
  const results = yield* Stream.runFoldEffect(events, () => start<I, A, E>(), follow).pipe(
    Effect.onInterrupt(() => Console.error("doimg: run the same line again to go on: nothing is done twice"))
  )
  const rows = results.ended.map(({ action, item, outcome }) => JobRows.result(item, outcome, action))
  yield* Output.rows(rows, JobFields.resultFields, "nothing to do")
  const failures = results.ended.flatMap(({ outcome }) =>
    Outcome.isSuccess(outcome) ? [] : [outcome.error as unknown]
  )
  if (failures.length === 0) return
  for (const failure of failures) yield* ErrorReport.print(failure)
  const refused = results.ended.filter(({ item }) => item.decision === "refuse").length
  const advice =
    refused === failures.length
      ? "items are refused: see --help for what allows them"
      : failures.some(mayPass)
        ? again
        : "items are not done"
  return yield* Effect.fail(new Failures.SomeFailed(failures, results.ended.length, advice))
})

/** A reason that the line contains already is not repeated. */
const statusOf = (item: Item.Item, outcome: Outcome.Outcome<unknown, Outcome.TaggedError>): string =>
  outcome._tag === "Skipped" && outcome.reason === Item.details(item) ? "skipped" : Outcome.format(outcome)

interface State<I, A, E> {
  readonly lines: Map<I, { readonly end: Deferred.Deferred<void, void>; readonly tell: (status: string) => void }>
  /** the action that an item waits for */
  readonly actions: Map<I, Action.Id>
  readonly ended: Array<{
    readonly item: I
    readonly outcome: Outcome.Outcome<A, E>
    readonly action: Action.Id | undefined
  }>
}

const start = <I, A, E>(): State<I, A, E> => ({ lines: new Map(), actions: new Map(), ended: [] })

/** Keeps a line for each item from its beginning to its end. */
const follow = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError>(
  state: State<I, A, E>,
  event: Event.Event<I, A, E>
) {
  if (event._tag === "Started") {
    const live = yield* Live.Live
    const end = yield* Deferred.make<void, void>()
    const { note, subject, what, where } = Item.words(event.item)
    const label = {
      verb: what,
      subject,
      name: event.item.subject.name,
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
    state.lines.set(event.item, { end, tell: (status) => tell(status) })
    return state
  }
  const line = state.lines.get(event.item)
  if (event._tag === "Progressed") {
    state.actions.set(event.item, event.action.id)
    line?.tell(event.action.status)
    return state
  }
  state.ended.push({ ...event, action: state.actions.get(event.item) })
  line?.tell(statusOf(event.item, event.outcome))
  if (line !== undefined) {
    yield* Outcome.isSuccess(event.outcome) ? Deferred.succeed(line.end, undefined) : Deferred.fail(line.end, undefined)
    yield* Effect.yieldNow
  }
  return state
})
