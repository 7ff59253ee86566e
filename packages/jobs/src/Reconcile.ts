/**
 * A POST whose outcome is unknown is looked for, not repeated.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import { type DigitalOceanError, isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"

/**
 * How to look.
 *
 * **Details**
 *
 * - `appears`: how long what was made may take to be seen, by default 10 seconds
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  readonly appears?: Duration.Input | undefined
}

/**
 * Sends a request that must not be sent twice; when nobody knows whether it was executed, looks for what it would have
 * made.
 *
 * **Details**
 *
 * `find` is asked at once and then every 2 seconds. It has to tell what this request made from what was there before,
 * such as by the ids seen before it. What is found is the answer; when nothing is, the request's own error is, whose
 * `outcome` is `unknown`. A failure of `find` counts as nothing found. An answer that says the request was not executed
 * is not looked into.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orFind = <A, E, R, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> =>
  Effect.catch(post, (error) =>
    isDigitalOceanError(error) && error.outcome !== "not-executed" ? search(find, error, options) : Effect.fail(error)
  )

/**
 * As {@link orFind}, where a refusal (400, 404, 409 or 422) may mean that another process did it and its result is not
 * visible yet: it is looked for as long.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orFindRefused = <A, E, R, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> =>
  Effect.catch(post, (error) =>
    isDigitalOceanError(error) && (error.outcome !== "not-executed" || refusals.has(error.reason._tag))
      ? search(find, error, options)
      : Effect.fail(error)
  )

const refusals: ReadonlySet<string> = new Set(["BadRequest", "NotFound", "Conflict", "UnprocessableEntity"])

const untilSome = <A, R>(find: Effect.Effect<Option.Option<A>, never, R>, appears: Duration.Input) =>
  appears === 0
    ? find
    : Effect.repeat(find, {
        until: Option.isSome,
        schedule: Schedule.upTo(Schedule.spaced("2 seconds"), { duration: appears })
      })

/** What is found within a time, else the error. */
const search = <A, E, E2, R2>(
  find: Effect.Effect<Option.Option<A>, E2, R2>,
  error: E,
  { appears = "10 seconds" }: Options = {}
): Effect.Effect<A, E, R2> =>
  Effect.flatMap(
    untilSome(
      Effect.orElseSucceed(find, () => Option.none<A>()),
      appears
    ),
    Option.match({ onNone: () => Effect.fail(error), onSome: (found) => Effect.succeed(found) })
  )

/**
 * As {@link orFind}, where a refusal may mean that another process, or this job before it was killed, was quicker: a 409
 * or 422 leads to an inspection as well.
 *
 * **Details**
 *
 * `look` reads the present state, `trace` finds in it what the request wants. After a refusal because the resource is
 * busy, or is already as requested, the state is inspected for 25 seconds, for the action that did so may not be visible
 * yet; after any other refusal once.
 *
 * @category combinators
 * @since 0.1.0
 */
export const once = <A, E, R, S, E2, R2>(
  post: Effect.Effect<A, E | DigitalOceanError, R>,
  look: Effect.Effect<S, E2, R2>,
  trace: (state: S) => Option.Option<A>,
  options?: Options
): Effect.Effect<A, E | DigitalOceanError, R | R2> => {
  const find = Effect.map(look, trace)
  return Effect.catch(orFind(post, find, options), (error): Effect.Effect<A, E | DigitalOceanError, R2> => {
    if (!isDigitalOceanError(error)) return Effect.fail(error)
    if (error.reason._tag !== "UnprocessableEntity" && error.reason._tag !== "Conflict") return Effect.fail(error)
    return search(find, error, { appears: explained.has(Refusal.kindOf(error)) ? visibleWithin : 0 })
  })
}

const explained: ReadonlySet<Refusal.Kind | undefined> = new Set(["busy", "already-off", "already-on", "already-there"])

/** How long an action that was started may take to be visible. */
const visibleWithin: Duration.Input = "25 seconds"

/**
 * The action of a kind that was not there before, or that is under way.
 *
 * @category getters
 * @since 0.1.0
 */
export const newAction = (
  is: (action: Action.Action) => boolean,
  before: ReadonlyArray<Action.Action>,
  now: ReadonlyArray<Action.Action>
): Option.Option<Action.Action> => {
  const known = new Set(before.map(({ id }) => id))
  return Option.fromNullishOr(
    now.find((action) => is(action) && (Action.isInProgress(action) || !known.has(action.id)))
  )
}
