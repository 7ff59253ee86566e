/**
 * Service for the account's actions: list, get, and wait until they are done.
 *
 * A wait polls an action on a `Schedule` and tolerates transient failures. It returns the completed action, or fails
 * with `ActionErrored` if the action errored, or with `ActionTimedOut`. The id in `ActionTimedOut` is enough to
 * continue the wait in another process.
 *
 * @since 0.1.0
 */
import * as Array from "effect/Array"
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Queue from "effect/Queue"
import type * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Action from "./Action.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import { ofAccount } from "./internal/endpoints/actions.ts"
import { DurationFromMillis } from "./internal/model/durationFromMillis.ts"
import type { Estimate } from "./internal/polling/durationEstimates.ts"
import { echo } from "./internal/response/echo.ts"
import { type ActionPoller, makeActionPoller } from "./internal/polling/actionPoller.ts"
import type { PollStrategy } from "./internal/polling/actionResolver.ts"
import * as Wait from "./internal/polling/waitLoop.ts"
import * as Page from "./Page.ts"

/**
 * The action has the status `errored`. The API does not return a reason: inspect the resource.
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
 * The timeout of a wait elapsed, or its schedule ended, before the action was done. The action continues at
 * DigitalOcean.
 *
 * **Details**
 *
 * `action` is the last known state, or null if no poll succeeded. To continue the wait, also in another process, await
 * `id`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionTimedOut extends Schema.TaggedError<ActionTimedOut>("@effect-digitalocean/client/ActionTimedOut")(
  "ActionTimedOut",
  {
    id: Action.Id,
    action: Schema.NullOr(Action.Action),
    elapsed: DurationFromMillis,
    polls: Schema.Int
  }
) {
  override get message(): string {
    const name = this.action === null ? `action ${this.id}` : nameOf(this.action)
    const status = this.action === null ? "has an unknown status" : `is ${echo(this.action.status)}`
    return `${name} ${status} after ${Duration.format(this.elapsed)} and ${this.polls} polls; await ${this.id} to continue`
  }
}

/**
 * The action was not found after `notFoundGracePeriod`. Before that, it may not be visible yet.
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
    return `action ${this.id} does not exist${this.action === null ? "" : " any more"}, or is not visible to this token`
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
 * The result of one wait of `awaitAll`.
 *
 * @category models
 * @since 0.1.0
 */
export interface AwaitResult {
  readonly id: Action.Id
  readonly result: Result.Result<Action.Action, AwaitError>
}

/**
 * The progress of a wait for an action.
 *
 * **Details**
 *
 * - `action`: its last known state, or null before the first successful poll
 * - `elapsed`: the time since the start of the wait
 * - `polls`: the number of polls of this wait, including those that shared a request with other waits
 * - `estimate`: how long the action is likely to take, or null if there is not enough data
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
   * An estimate of how long an action takes, from past actions.
   *
   * **Details**
   *
   * `total` counts from the action's `started_at`, `remaining` from now. `samples` is the number of past actions that
   * the estimate is based on.
   *
   * The past actions are completed ones that this client received in its lists or its waits: those of the same type on
   * the same resource (another transfer of the same image copies as many bytes), else at least three of the same type
   * to the same region, else at least three of the same type. `total` is the median duration of those that took longer
   * than this action has taken so far. There is no estimate once this action has taken longer than all of them.
   *
   * @category models
   * @since 0.1.0
   */
  Estimate,
  /**
   * The endpoint that a wait polls.
   *
   * **Details**
   *
   * - `action`: one request per action, `GET /v2/actions/{id}`
   * - `resource`: the image or Droplet of the action: its list of actions for several actions, a GET for one. Works for
   *   a token that cannot read the account's actions.
   * - `account`: the list of the account's actions for several actions, `GET /v2/actions`
   *
   * By default the strategy with the fewest requests is used. If an endpoint responds with 403, another one is used if
   * there is one, and this client does not use the first for ten minutes.
   *
   * @category options
   * @since 0.1.0
   */
  PollStrategy as Route
}

/**
 * Service for the account's actions.
 *
 * @category services
 * @since 0.1.0
 */
export class Actions extends Context.Service<
  Actions,
  {
    /**
     * Streams all actions of the account, newest first. There can be tens of thousands, so take only as many as needed.
     *
     * `GET /v2/actions`, 200 actions per page.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions/operation/actions_list
     */
    readonly list: Page.List<Action.Action>
    /** Returns one page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
    /**
     * Returns an action.
     *
     * `GET /v2/actions/{action_id}`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions/operation/actions_get
     */
    readonly get: (action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /**
     * Streams the states of an action, each once, and ends after `completed` or `errored`. For an action, its state is
     * the first element; for an id, the first poll starts immediately.
     */
    readonly watch: (
      action: Action.Ref,
      options?: AwaitOptions
    ) => Stream.Stream<Action.Action, DigitalOceanError | ActionTimedOut | ActionNotFound>
    /**
     * Streams the progress of a wait: at its start and after each poll, ending after `completed` or `errored`. The
     * states are those of {@link watch}.
     */
    readonly progress: (
      action: Action.Ref,
      options?: AwaitOptions
    ) => Stream.Stream<Progress, DigitalOceanError | ActionTimedOut | ActionNotFound>
    /** Waits until an action has completed. Interruption stops the polling. */
    readonly await: (action: Action.Ref, options?: AwaitOptions) => Effect.Effect<Action.Action, AwaitError>
    /**
     * Waits for several actions, and emits the result of each as soon as it is done. A failure does not affect the
     * others.
     */
    readonly awaitAll: (actions: Iterable<Action.Ref>, options?: AwaitOptions) => Stream.Stream<AwaitResult>
  }
>()("@effect-digitalocean/client/Actions") {}

/**
 * Options of a wait.
 *
 * **Details**
 *
 * - `schedule`: when to poll, by default {@link schedule}. Its input is the last known state, or undefined before the
 *   first one. If it ends before the action is done, the wait fails like after the timeout.
 * - `timeout`: how long to wait, by default 24 hours, as the transfer of a large image can take more than one hour
 * - `notFoundGracePeriod`: how long, from the start of the wait, a 404 means that the action is not visible yet, by
 *   default 30 seconds. Also how long a 403, which can be transient, may persist.
 * - `transientErrorTimeout`: how long polls may fail with transient failures (a 5xx, a lost connection, an HTML page),
 *   by default 10 minutes. A 429 with a `retryAfter` is waited out and does not count as a failure.
 * - `pollVia`: see {@link PollStrategy}
 *
 * An invalid or negative duration fails with `InvalidInput` before any request.
 *
 * The waits of one client share requests: polls that are due within 100 ms of each other form a batch, which is sent
 * when the last of them is due. A failed poll is not retried; the next poll replaces it.
 *
 * - Several actions of one image or Droplet are read from its list of actions, with one request.
 * - Actions of many resources are searched in the account's list: 200 per page, and up to three pages more than they
 *   would fill. Actions that are not found there, and single actions, are fetched individually, 8 at a time.
 * - If a list fails, up to 8 actions are fetched individually. A larger batch fails with the list's transient failure,
 *   and is fetched individually after the third such failure in a row, or after the second 403.
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
 * The default poll schedule: every 2 seconds for the first 10 seconds of a wait, every 5 seconds up to 60 seconds,
 * every 10 seconds up to 10 minutes, then every 30 seconds.
 *
 * **Details**
 *
 * Polls are aligned to the clock, not to the start of a wait, so that waits that started at different times poll at the
 * same time. The next poll is at least half an interval away.
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

/** A poll interval, and the age of a wait up to which it applies, in milliseconds. */
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
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Actions["Service"], never, DigitalOceanClient> = Effect.gen(function* () {
  const client = yield* DigitalOceanClient
  const poller = makeActionPoller(client)

  const listPage: Actions["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
  const watch: Actions["Service"]["watch"] = (ref, options) =>
    Stream.withSpan(Wait.changes(waitFor("Actions.watch", poller, ref, options)), "Actions.watch")
  const await_: Actions["Service"]["await"] = Effect.fn("Actions.await")((ref, options) =>
    Effect.flatMap(Wait.awaitFinal(waitFor("Actions.await", poller, ref, options)), (action) =>
      Action.isErrored(action) ? Effect.fail(new ActionErrored({ action })) : Effect.succeed(action)
    )
  )

  return Actions.of({
    list: Page.makeList("Actions.list", listPage, (action) => action.id),
    listPage,
    get: (action) => client.run(endpoints.get, { path: { action_id: Action.idOf(action) } }),
    watch,
    progress: (ref, options) =>
      Stream.unwrap(
        Effect.clockWith((clock) =>
          Effect.succeed(
            Stream.map(Wait.progress(waitFor("Actions.progress", poller, ref, options)), ({ elapsed, last, polls }) => {
              const age = (action: Action.Action) => ageOf(action, clock.currentTimeMillisUnsafe(), elapsed)
              const estimate = (last && Action.isInProgress(last) && poller.estimate(last, age(last))) || null
              return { action: last ?? null, elapsed, polls, estimate }
            })
          )
        )
      ).pipe(Stream.withSpan("Actions.progress")),
    await: await_,
    awaitAll: (refs, options) =>
      Channel.callback<AwaitResult>((results) =>
        Effect.forEach(
          refs,
          (ref) =>
            Effect.flatMap(Effect.result(await_(ref, options)), (result) =>
              Queue.offer(results, { id: Action.idOf(ref), result })
            ),
          { concurrency: "unbounded", discard: true }
        ).pipe(Effect.andThen(Queue.end(results)))
      ).pipe(Channel.map(Array.of), Stream.fromChannel, Stream.withSpan("Actions.awaitAll"))
  })
})

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Actions, never, DigitalOceanClient> = Layer.effect(Actions, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Actions["Service"]>): Layer.Layer<Actions> => Layer.mock(Actions, methods)

const waitFor = (
  operation: string,
  poller: ActionPoller,
  ref: Action.Ref,
  options: AwaitOptions = {}
): Wait.Options<Action.Action, ActionTimedOut | ActionNotFound> => {
  const id = Action.idOf(ref)
  return {
    operation,
    initial: Predicate.isNumber(ref) ? undefined : ref,
    poll: (last) => poller.action(id, last, options.pollVia),
    sleep: poller.sleep,
    isFinal: Action.isDone,
    waitOptions: { ...options, schedule: options.schedule ?? schedule },
    onNotFound: ({ last }) => new ActionNotFound({ id, action: last ?? null }),
    onTimeout: ({ elapsed, last, polls }) => new ActionTimedOut({ id, action: last ?? null, elapsed, polls })
  }
}

/** The age of an action: at least the duration of the wait, as the local clock can be slow. */
const ageOf = ({ started_at }: Action.Action, now: number, elapsed: Duration.Duration) =>
  Duration.max(elapsed, Duration.millis(now - DateTime.toEpochMillis(started_at)))

const nameOf = (action: Action.Action): string => {
  const { id, region_slug, resource_id, resource_type, type } = action
  const resource = resource_id === null ? "" : ` of ${echo(resource_type)} ${resource_id}`
  const region = region_slug === null ? "" : ` ${type === "transfer" ? "to" : "in"} ${echo(region_slug)}`
  return type === "" ? `action ${id}` : `action ${id} (${echo(type)}${resource}${region})`
}
