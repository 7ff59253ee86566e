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
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import type * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Action from "./Action.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { DigitalOceanError, InvalidInput } from "./DigitalOceanError.ts"
import { ofAccount } from "./internal/endpoints/actions.ts"
import { type ActionPoller, ageOf, makeActionPoller } from "./internal/polling/actionPoller.ts"
import type { PollStrategy } from "./internal/polling/rowResolver.ts"
import { adaptive, defaultSchedule, type DurationWindow, type PollInput } from "./internal/waiting/adaptiveSchedule.ts"
import { DurationSample, type Estimate } from "./internal/waiting/durationEstimates.ts"
import { ActionErrored, ActionNotFound, ActionTimedOut } from "./internal/waiting/actionErrors.ts"
import * as Wait from "./internal/waiting/waitLoop.ts"
import * as Page from "./Page.ts"

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
  /** the id of the action */
  readonly id: Action.Id
  /** the completed action, or why the wait failed */
  readonly result: Result.Result<Action.Action, AwaitError>
}

/**
 * The progress of a wait for an action.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** its last known state, or null before the first successful poll */
  readonly action: Action.Action | null
  /** the time since the start of the wait */
  readonly elapsed: Duration.Duration
  /** the number of polls of this wait, including those that shared a request with other waits */
  readonly polls: number
  /** how long the action is likely to take, or null if there is not enough data */
  readonly estimate: Estimate | null
}

export { ActionErrored, ActionNotFound, ActionTimedOut, adaptive, DurationSample }

export type {
  /**
   * What determines when a wait polls next: the input of its schedule.
   *
   * @category models
   * @since 0.1.0
   */
  PollInput,
  /**
   * The window of the age of an action, `from` to `to`, in which similar actions completed.
   *
   * **Details**
   *
   * It is the range of the durations of `samples` similar actions, as of {@link Estimate}, widened by a share that
   * decreases with their number: by 5 % below and 10 % above, and by at least 1 / (`samples` + 2).
   *
   * @category models
   * @since 0.1.0
   */
  DurationWindow,
  /**
   * An estimate of how long an action takes, from past actions.
   *
   * **Details**
   *
   * `total` counts from the action's `started_at`, `remaining` from now. `samples` is the number of past actions that
   * the estimate is based on.
   *
   * The past actions are completed ones that this client received while it waited, or that were added by `addDurations`:
   * those of the same type on the same resource (another transfer of the same image copies as many bytes), else at least
   * three of the same type on resources of about the same size to the same region, else of about the same size, else to
   * the same region, else of the same type. `total` is the median duration of those that took longer than this action has
   * taken so far, `shortest` and `longest` are their range. There is no estimate once this action has taken longer than
   * all of them.
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
   * By default the strategy with the fewest requests is used: the pages of the account's list that contain several waits,
   * the list of a resource with several waits, and a GET for any other. If an endpoint responds with 403, another one is
   * used if there is one, and this client does not use the first for ten minutes.
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
    /**
     * Returns how long past actions took, as far as this client knows: of at most 5,000, oldest first. To keep them, encode
     * them with {@link DurationSample}.
     */
    readonly durations: Effect.Effect<ReadonlyArray<DurationSample>>
    /**
     * Adds how long past actions took, so that the first waits of a process already poll at the right time. Ignores
     * actions that are known. Fails with `InvalidInput` if a duration is negative or not finite.
     */
    readonly addDurations: (samples: Iterable<DurationSample>) => Effect.Effect<void, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Actions") {}

/**
 * Options of a wait.
 *
 * An invalid or negative duration fails with `InvalidInput` before any request.
 *
 * The waits of one client share requests: polls that are due within 100 ms of each other form a batch, which is sent
 * when the last of them is due, and as soon as the rate limit allows a request. A response is the poll of every wait whose
 * action it contains, also of one that is not due. A failed poll is not retried; the next poll replaces it.
 *
 * - Actions of several resources are read from the account's list, 200 per page, by exactly the pages that contain them.
 * - Several actions of one image or Droplet are read from its list of actions.
 * - A single action, and one that a list does not contain, is fetched individually, 8 at a time.
 * - If a list fails, up to 8 actions are fetched individually. A larger batch fails with the list's transient failure,
 *   and is fetched individually after the third such failure in a row, or after the second 403.
 *
 * @category options
 * @since 0.1.0
 */
export interface AwaitOptions<State = Action.Action> {
  /**
   * when to poll, by default {@link schedule}. Its input is {@link PollInput}. If it ends before the action is done,
   * the wait fails like after the timeout.
   */
  readonly schedule?: Schedule.Schedule<unknown, PollInput<State>> | undefined
  /** how long to wait, by default 24 hours, as the transfer of a large image can take more than one hour */
  readonly timeout?: Duration.Input | undefined
  /**
   * how long polls may be 404 before the action counts as deleted, by default 30 seconds: an action that was started a
   * moment ago may not be visible everywhere. Also how long a 403, which can be transient, may persist.
   */
  readonly notFoundGracePeriod?: Duration.Input | undefined
  /**
   * how long polls may fail with transient failures (a 5xx, a lost connection, an HTML page), by default 10 minutes. A
   * 429 with a `retryAfter` is waited out and does not count as a failure.
   */
  readonly transientErrorTimeout?: Duration.Input | undefined
  /** see {@link PollStrategy} */
  readonly pollVia?: PollStrategy | undefined
  /**
   * the size of the image or Droplet, which determines how long its actions take; by default it is known if the
   * operation that started the action was given the image and not its id
   */
  readonly sizeGigabytes?: number | undefined
}

/**
 * The default poll schedule. It uses a share of the requests that nothing else needs, and polls often only when the action
 * is likely to be done soon.
 *
 * **Details**
 *
 * With `pages` requests for all waits, and `spare` requests a minute:
 *
 * - before the window of known durations: an eighth of the spare requests, and not before a quarter of the age has passed
 *   (10 seconds while fewer than three durations are known), as the window can be wrong
 * - within the window: three quarters of the spare requests, and about 50 polls for the whole window, but at least every 10
 *   seconds, in its first tenth every 20
 * - after the window, or without known durations: an eighth of the spare requests, and not before about an eightieth of the
 *   age has passed, but at least every 10 seconds
 *
 * Where an eighth of the spare requests is too few to poll every minute, up to three quarters of them are used for that.
 * It polls at most once a second.
 *
 * @category schedules
 * @since 0.1.0
 */
export const schedule: Schedule.Schedule<Duration.Duration, PollInput<unknown>> = defaultSchedule

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
    Wait.stream(waitFor("Actions.watch", poller, ref, options), ({ last }, isNew) => (isNew ? last : undefined))
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
      Wait.stream(waitFor("Actions.progress", poller, ref, options), (progress) => {
        const { elapsed, last, polls } = progress
        const isInProgress = last !== undefined && Action.isInProgress(last)
        const estimate = isInProgress ? poller.durations.estimate(last, ageOf(last, progress)) : undefined
        return { action: last ?? null, elapsed, polls, estimate: estimate ?? null }
      }),
    await: await_,
    awaitAll: (refs, options) =>
      Channel.callback<AwaitResult>(
        Effect.fn("Actions.awaitAll")((results) =>
          Effect.andThen(
            Effect.forEach(
              refs,
              (ref) => {
                const emit = (result: AwaitResult["result"]) => Queue.offer(results, { id: Action.idOf(ref), result })
                return await_(ref, options).pipe(
                  Effect.flatMap((action) => emit(Result.succeed(action))),
                  Effect.catch((error) => emit(Result.fail(error)))
                )
              },
              { concurrency: "unbounded", discard: true }
            ),
            Queue.end(results)
          )
        )
      ).pipe(Channel.map(Array.of), Stream.fromChannel),
    durations: Effect.sync(() => poller.durations.samples),
    addDurations: (samples) =>
      Effect.suspend(() => {
        for (const sample of samples) {
          if (!(sample.seconds >= 0 && Number.isFinite(sample.seconds))) {
            const reason = new InvalidInput({ field: "seconds", problem: "expected a number that is not negative" })
            return Effect.fail(new DigitalOceanError({ operation: "Actions.addDurations", reason }))
          }
          poller.durations.add(sample)
        }
        return Effect.void
      })
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
  const initial = Predicate.isNumber(ref) ? undefined : ref
  return {
    operation,
    initial,
    join: poller.join({ id, pollVia: options.pollVia }, initial),
    input: (last, time) => {
      if (last !== undefined && options.sizeGigabytes !== undefined) {
        poller.durations.learnSize(last, options.sizeGigabytes)
      }
      return poller.input(last, time)
    },
    isFinal: Action.isDone,
    waitOptions: options,
    onNotFound: ({ last }) => new ActionNotFound({ id, action: last ?? null }),
    onTimeout: ({ elapsed, last, polls }) => new ActionTimedOut({ id, action: last ?? null, elapsed, polls })
  }
}
