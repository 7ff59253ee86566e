/**
 * The account's actions, and waiting for them.
 *
 * A wait asks for an action's state whenever its `Schedule` says so, survives failures that pass, and ends with the
 * action itself, with `ActionErrored` as soon as it errored, or with `ActionTimedOut`, which holds what is needed to go
 * on waiting in another process: the action's id.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Action from "./Action.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import { ofAccount } from "./internal/endpoints/actions.ts"
import type { Estimate } from "./internal/polling/durationEstimates.ts"
import { echo } from "./internal/response/echo.ts"
import * as Polls from "./internal/polling/actionPoller.ts"
import type { PollStrategy } from "./internal/polling/actionResolver.ts"
import * as Wait from "./internal/polling/waitLoop.ts"
import * as Page from "./Page.ts"

/**
 * An action ended with the status `errored`. DigitalOcean says no more: look at the resource for the reason.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionErrored extends Schema.TaggedError<ActionErrored>("@effect-digitalocean/client/ActionErrored")(
  "ActionErrored",
  { action: Action.Action }
) {
  override get message(): string {
    return `${nameOf(this.action)} errored; DigitalOcean does not say why`
  }
}

/**
 * A wait met its deadline, or its schedule ended, before the action did. The action goes on at DigitalOcean.
 *
 * **Details**
 *
 * `action` is the last state seen, null when none was. To go on waiting, here or in another process, await `id`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionTimedOut extends Schema.TaggedError<ActionTimedOut>("@effect-digitalocean/client/ActionTimedOut")(
  "ActionTimedOut",
  {
    id: Action.Id,
    action: Schema.NullOr(Action.Action),
    elapsed: Schema.DurationFromMillis,
    polls: Schema.Int
  }
) {
  override get message(): string {
    const name = this.action === null ? `action ${this.id}` : nameOf(this.action)
    const status = this.action === null ? "was not seen" : `was ${echo(this.action.status)}`
    return `${name} ${status} after ${Duration.format(this.elapsed)} and ${this.polls} polls; await ${this.id} to go on`
  }
}

/**
 * An action that DigitalOcean does not know, after a grace time in which it may not know it yet.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionNotFound extends Schema.TaggedError<ActionNotFound>("@effect-digitalocean/client/ActionNotFound")(
  "ActionNotFound",
  {
    id: Action.Id,
    action: Schema.NullOr(Action.Action)
  }
) {
  override get message(): string {
    return `action ${this.id} does not exist${this.action === null ? "" : " any more"}, or this token may not see it`
  }
}

/**
 * Why a wait failed.
 *
 * @category models
 * @since 0.1.0
 */
export type AwaitError = DigitalOceanError | ActionErrored | ActionTimedOut | ActionNotFound

/**
 * How one of several waits ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface AwaitResult {
  readonly id: Action.Id
  readonly result: Result.Result<Action.Action, AwaitError>
}

/**
 * How a wait for an action stands.
 *
 * **Details**
 *
 * - `action`: its last state; null when none was seen yet
 * - `elapsed`: since the wait began
 * - `polls`: how often the wait has asked; polls that shared a request count all the same
 * - `estimate`: how long it is likely to take; null when nothing honest can be said
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly action: Action.Action | null
  readonly elapsed: Duration.Duration
  readonly polls: number
  readonly estimate: Estimate | null
}

export type {
  /**
   * What the past says of how long an action will take.
   *
   * **Details**
   *
   * `total` counts from the action's `started_at`, `remaining` from now; `samples` is how many past actions they rest on.
   *
   * They are actions that this client saw complete, in its lists or its waits: those of the same type on the same
   * resource (another transfer of the same image moves as many bytes), else at least three of the same type to the same
   * region, else at least three of the same type. `total` is the median of those that took longer than this one has
   * taken so far. There is none once it has outlasted them all.
   *
   * @category models
   * @since 0.1.0
   */
  Estimate,
  /**
   * Which way the polls of a wait go.
   *
   * **Details**
   *
   * - `action`: each action by itself, `GET /v2/actions/{id}`
   * - `resource`: by way of the image or Droplet: its list of actions for several, a GET for one. A token that may not
   *   read the account's actions can go this way.
   * - `account`: several by the list of the account's actions, `GET /v2/actions`
   *
   * Without it the way with the fewest requests is taken. A way that is forbidden (403) is left for another where there
   * is one, and not tried again by this client for ten minutes.
   *
   * @category options
   * @since 0.1.0
   */
  PollStrategy as Route
}

/**
 * The account's actions.
 *
 * @category services
 * @since 0.1.0
 */
export class Actions extends Context.Service<
  Actions,
  {
    /**
     * Every action ever taken on the account, newest first, as a lazy stream: take what is needed, the whole can be
     * tens of thousands.
     *
     * `GET /v2/actions`, a page of 200 at a time. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions/operation/actions_list
     */
    readonly list: Page.List<Action.Action>
    /** One page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
    /**
     * One action.
     *
     * `GET /v2/actions/{action_id}`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions/operation/actions_get
     */
    readonly get: (action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /**
     * The states of an action, each once, ending after `completed` or `errored`. Given an action, its state is the
     * first; given an id, the first is asked for at once.
     */
    readonly watch: (
      action: Action.Ref,
      options?: AwaitOptions
    ) => Stream.Stream<Action.Action, DigitalOceanError | ActionTimedOut | ActionNotFound>
    /**
     * How a wait stands: at its beginning and after each poll, ending after `completed` or `errored`. The states are
     * those of {@link watch}.
     */
    readonly progress: (
      action: Action.Ref,
      options?: AwaitOptions
    ) => Stream.Stream<Progress, DigitalOceanError | ActionTimedOut | ActionNotFound>
    /** Waits until an action has completed. An interruption stops the polling and sends nothing more. */
    readonly await: (action: Action.Ref, options?: AwaitOptions) => Effect.Effect<Action.Action, AwaitError>
    /** Waits for several actions; how each ended comes as it ends. One failure loses no other. */
    readonly awaitAll: (actions: Iterable<Action.Ref>, options?: AwaitOptions) => Stream.Stream<AwaitResult>
  }
>()("@effect-digitalocean/client/Actions") {}

/**
 * How to wait.
 *
 * **Details**
 *
 * - `schedule`: decides when to ask, by default {@link schedule}. Its input is the last state, undefined before one was
 *   seen. When it ends before the action does, the wait fails as at a deadline.
 * - `timeout`: how long to wait, by default 24 hours: a transfer of a large image can take more than one
 * - `notFoundGracePeriod`: how long a 404 means "not visible yet", by default 30 seconds from the beginning of the wait, and how long
 *   a 403, which passes at times, may go on
 * - `transientErrorTimeout`: for how long polls may fail in a way that passes (a 5xx, a lost connection, a page of HTML), by default
 *   10 minutes. A 429 that says when to come back is waited for.
 * - `pollVia`: see {@link PollStrategy}
 *
 * A duration that is none, or negative, fails with `InvalidInput` before anything is asked. The waits of one client share requests: polls that come due within 100 ms of each other are answered together, the
 * earlier ones waiting for the later. A poll is not repeated when it fails; the next tick is its repetition.
 *
 * - One image's or Droplet's actions are one list of it.
 * - Actions of many resources are looked for in the account's list, 200 a page and three pages more than they would
 *   fill. What is not there is fetched alone, 8 at a time, as one action is.
 * - When a list fails, up to 8 are fetched alone at once; more take a failure that passes for their own, and are fetched
 *   alone when it fails three times in a row, or twice with a 403.
 *
 * @category options
 * @since 0.1.0
 */
export interface AwaitOptions<State = Action.Action> {
  readonly schedule?: Schedule.Schedule<unknown, State | undefined> | undefined
  readonly timeout?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly transientErrorTimeout?: Duration.Input | undefined
  readonly pollVia?: PollStrategy | undefined
}

/**
 * When a wait asks by default: every 2 seconds until it is 10 seconds old, every 5 until 60, every 10 until 10 minutes,
 * then every 30.
 *
 * **Details**
 *
 * Ticks fall on multiples of the clock, not of a wait's own beginning, so that waits begun at different times ask at
 * the same moments. The next tick is at least half of its interval away.
 *
 * @category schedules
 * @since 0.1.0
 */
export const schedule: Schedule.Schedule<number> = Schedule.spaced("2 seconds").pipe(
  Schedule.modifyDelay(({ elapsed, now }) => {
    const until = (every: number) => every - (Math.floor(now) % every)
    const next = (every: number) => (until(every) < every / 2 ? until(every) + every : until(every))
    const [every] = ages.find(([every, age]) => elapsed + next(every) <= age) ?? [30_000]
    return Effect.succeed(Duration.millis(next(every)))
  })
)

/** An interval, and up to which age of a wait it lasts, in milliseconds. */
const ages = [
  [2_000, 10_000],
  [5_000, 60_000],
  [10_000, 600_000]
] as const

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = ofAccount

/**
 * Makes the service over a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Actions["Service"], never, DigitalOceanClient> = Effect.gen(function* () {
  const client = yield* DigitalOceanClient
  const polls = Polls.of(client)

  const listPage: Actions["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
  const watch: Actions["Service"]["watch"] = (ref, options) =>
    Stream.withSpan(Wait.states(waiting("Actions.watch", polls, ref, options)), "Actions.watch")
  const await_: Actions["Service"]["await"] = Effect.fn("Actions.await")((ref, options) =>
    Effect.flatMap(Wait.last(waiting("Actions.await", polls, ref, options)), (action) =>
      Action.isErrored(action) ? Effect.fail(new ActionErrored({ action })) : Effect.succeed(action)
    )
  )

  return Actions.of({
    list: Page.makeList("Actions.list", listPage, (action) => action.id),
    listPage,
    get: (action) => client.run(endpoints.get, { path: { action_id: Action.idOf(action) } }),
    watch,
    progress: (ref, options) =>
      Wait.steps(waiting("Actions.progress", polls, ref, options)).pipe(
        Stream.mapEffect(({ elapsed, last, polls: count }) =>
          Effect.map(DateTime.now, (now) => ({
            action: last ?? null,
            elapsed,
            polls: count,
            estimate: (last && Action.isInProgress(last) && polls.estimate(last, ageOf(last, now, elapsed))) || null
          }))
        ),
        Stream.withSpan("Actions.progress")
      ),
    await: await_,
    awaitAll: (refs, options) =>
      Stream.fromIterable(refs).pipe(
        Stream.mapEffect(
          (ref) =>
            Effect.map(
              Effect.result(await_(ref, options)),
              (result): AwaitResult => ({ id: Action.idOf(ref), result })
            ),
          { concurrency: "unbounded", unordered: true }
        ),
        Stream.withSpan("Actions.awaitAll")
      )
  })
})

/**
 * The service as a layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Actions, never, DigitalOceanClient> = Layer.effect(Actions, make)

/**
 * The service for a test: the given methods, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Actions["Service"]>): Layer.Layer<Actions> => Layer.mock(Actions, methods)

const waiting = (
  operation: string,
  polls: Polls.Polls,
  ref: Action.Ref,
  options: AwaitOptions = {}
): Wait.Options<Action.Action, ActionTimedOut | ActionNotFound> => {
  const id = Action.idOf(ref)
  return {
    operation,
    initial: Predicate.isNumber(ref) ? undefined : ref,
    poll: (last) => polls.action(id, last, options.pollVia),
    sleep: polls.sleep,
    isLast: Action.isDone,
    patience: { ...options, schedule: options.schedule ?? schedule },
    onGone: ({ last }) => new ActionNotFound({ id, action: last ?? null }),
    onTimeout: ({ elapsed, last, polls }) => new ActionTimedOut({ id, action: last ?? null, elapsed, polls })
  }
}

/** It is as old as the wait for it at the least, whatever the clock here says. */
const ageOf = ({ started_at }: Action.Action, now: DateTime.Utc, elapsed: Duration.Duration) =>
  Duration.max(elapsed, Duration.millis(DateTime.toEpochMillis(now) - DateTime.toEpochMillis(started_at)))

const nameOf = (action: Action.Action): string => {
  const { id, region_slug, resource_id, resource_type, type } = action
  const resource = resource_id === null ? "" : ` of ${echo(resource_type)} ${resource_id}`
  const region = region_slug === null ? "" : ` ${type === "transfer" ? "to" : "in"} ${echo(region_slug)}`
  return type === "" ? `action ${id}` : `action ${id} (${echo(type)}${resource}${region})`
}
