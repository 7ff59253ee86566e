/**
 * Finds what a POST of unknown outcome created, so that the POST is not sent again.
 *
 * `createOrFind` is for any resource. The module `Ensure` does the same for transfers, conversions, snapshots, tags,
 * deletions and the power of Droplets.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Action from "./Action.ts"
import { type DigitalOceanError, isDigitalOceanError } from "./DigitalOceanError.ts"
import { retryUntil } from "./internal/waiting/retryUntil.ts"
import * as Refusal from "./Refusal.ts"

/**
 * Options of a search.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** how long what was created may take to be visible, by default 10 seconds */
  readonly visibilityTimeout?: Duration.Input | undefined
}

/**
 * Sends a request that must not be sent twice. If its outcome is unknown, searches for what it created.
 *
 * **Details**
 *
 * `find` runs immediately and then every 2 seconds. It must distinguish what this request created from what existed
 * before, for example by the ids that were read before. If it finds nothing, this fails with the error of the request,
 * whose `outcome` is `unknown`. A failure of `find` counts as nothing found. There is no search if the request was
 * definitely not executed.
 *
 * @category combinators
 * @since 0.1.0
 */
export const createOrFind = <A, E, R, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> =>
  Effect.catch(post, (error) =>
    isDigitalOceanError(error) && error.outcome !== "not-executed" ? search(find, error, options) : Effect.fail(error)
  )

/**
 * As {@link createOrFind}, and also searches after a rejected request (400, 404, 409 or 422): another process may have
 * done the same, and its result may not be visible yet.
 *
 * @category combinators
 * @since 0.1.0
 */
export const createOrFindAfterRefusal = <A, E, R, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> =>
  Effect.catch(post, (error) =>
    isDigitalOceanError(error) && (error.outcome !== "not-executed" || refusals.has(error.reason._tag))
      ? search(find, error, options)
      : Effect.fail(error)
  )

/**
 * As {@link createOrFind}, and also inspects after a 409 or 422: another process, or this program before it was killed,
 * may have sent the same request.
 *
 * **Details**
 *
 * `inspect` reads the current state, and `match` finds in it what the request creates; it also gets the error of the
 * request. If the request was rejected because the resource is busy or already as requested, the state is inspected for
 * 25 seconds, because the action that caused this may not be visible yet. After any other 409 or 422 it is inspected
 * once.
 *
 * @category combinators
 * @since 0.1.0
 */
export const createUnlessExists = <A, E, R, S, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  inspect: Effect.Effect<S, E2, R2>,
  match: (state: S, error: DigitalOceanError) => Option.Option<A>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> =>
  Effect.catch(post, (error): Effect.Effect<A, E | DigitalOceanError, R2> => {
    if (!isDigitalOceanError(error)) return Effect.fail(error)
    const find = Effect.map(inspect, (state) => match(state, error))
    if (error.outcome !== "not-executed") return search(find, error, options)
    if (error.reason._tag !== "UnprocessableEntity" && error.reason._tag !== "Conflict") return Effect.fail(error)
    return search(find, error, { visibilityTimeout: explained.has(Refusal.kindOf(error)) ? visibleWithin : 0 })
  })

/**
 * Returns the newest action that `isRequested` accepts and that did not exist before.
 *
 * @category getters
 * @since 0.1.0
 */
export const findNewAction = (
  isRequested: (action: Action.Action) => boolean,
  before: ReadonlyArray<Action.Action>,
  now: ReadonlyArray<Action.Action>
): Option.Option<Action.Action> => {
  const known = new Set(before.map(({ id }) => id))
  return Option.fromNullishOr(now.find((action) => isRequested(action) && !known.has(action.id)))
}

const refusals: ReadonlySet<string> = new Set(["BadRequest", "NotFound", "Conflict", "UnprocessableEntity"])

const explained: ReadonlySet<Refusal.Kind | undefined> = new Set(["busy", "already-off", "already-on", "already-there"])

/** How long an action that was started may take to be visible. */
const visibleWithin: Duration.Input = "25 seconds"

/** Returns what is found within the time, or fails with the error. */
const search = <A, E, E2, R2>(
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  error: E,
  { visibilityTimeout = "10 seconds" }: Options = {}
): Effect.Effect<A, E, R2> => {
  const attempt = Effect.flatMap(
    Effect.catch(find, () => Effect.succeedNone),
    (found) => (Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(error))
  )
  return retryUntil(attempt, "2 seconds", (_, elapsed) =>
    Effect.succeed(elapsed >= Duration.toMillis(visibilityTimeout))
  )
}
