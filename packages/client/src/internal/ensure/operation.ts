import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import type * as Actions from "../../Actions.ts"
import { type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import * as Reconcile from "../../Reconcile.ts"
import * as Refusal from "../../Refusal.ts"
import * as Events from "./events.ts"
import * as Lock from "./lock.ts"
import { type Joined, joined, type Options, type Requested, requested, type Satisfied } from "./model.ts"

/**
 * A request that must not be sent twice, and how to see in a state that it is not needed.
 *
 * `S` is the state, `A` what the request creates, `Z` the result if nothing is needed.
 */
export interface Request<S, A, Z extends Satisfied, E, R> {
  readonly inspect: Effect.Effect<S, E, R>
  readonly send: (state: S) => Effect.Effect<A, E, R>
  /** the result if the state is the desired one */
  readonly satisfied: (state: S) => Z | undefined
  /** what this request, or the same one of another process, created since `before` */
  readonly findNew: (before: S, now: S) => Option.Option<A>
  /** the result of a refusal that says that the state is the desired one, though it is not visible */
  readonly refused?: ((kind: Refusal.Kind | undefined) => Z | undefined) | undefined
  /** whether a refusal may mean that another process sent the same request */
  readonly joinsAfterRefusal: boolean
}

/** A request that starts an action. */
export interface Operation<S, Z extends Satisfied, E, R> extends Request<S, Action.Action, Z, E, R> {
  readonly actions: (state: S) => ReadonlyArray<Action.Action>
  /** the action in progress, if it is certain that it is the requested one */
  readonly inProgress: (state: S) => Option.Option<Action.Action>
  /** whether an action in progress is the requested one: `unknown` if a field that decides is missing */
  readonly compare: (action: Action.Action) => "same" | "unknown" | "other"
  /** whether any other action in progress prevents the request */
  readonly isExclusive: boolean
  /** fails if the request is impossible in a state */
  readonly validate?: ((state: S) => Effect.Effect<void, E>) | undefined
  readonly isLocked?: ((error: unknown) => boolean) | undefined
}

/**
 * Sends the request of an operation once: a 404 is retried while the resource may not be visible yet, and what a request
 * of unknown outcome created is searched for. After a refusal, what another process created is used.
 */
export const send = <S, A extends Action.Action | null, Z extends Satisfied, E, R>(
  request: Request<S, A, Z, E | DigitalOceanError, R>,
  before: S,
  { notFoundGracePeriod, wrapRequest }: Options
): Effect.Effect<Requested<A> | Joined<A> | Z, E | DigitalOceanError, R> => {
  type Sent = Requested<A> | Joined<A> | Z
  const post = Effect.map(
    Lock.retryNotFound(request.send(before), notFoundGracePeriod),
    (action): Sent => requested(action)
  )
  const find = (now: S, isRefused: boolean): Option.Option<Sent> =>
    Option.orElse(
      Option.map(request.findNew(before, now), (action): Sent => (isRefused ? joined(action) : requested(action))),
      () => Option.fromNullishOr<Sent | undefined>(request.satisfied(now))
    )
  const search = (error: E | DigitalOceanError): Effect.Effect<Sent, E | DigitalOceanError, R> =>
    Reconcile.createUnlessExists(Effect.fail(error), request.inspect, (now, { outcome }) =>
      find(now, outcome === "not-executed")
    )
  const sent: Effect.Effect<Sent, E | DigitalOceanError, R> = request.joinsAfterRefusal
    ? // a busy resource is inspected again by the caller, which also sends the request again
      Effect.catch(post, (error) => (Lock.isEventPending(error) ? Effect.fail(error) : search(error)))
    : Reconcile.createOrFind(
        post,
        Effect.map(request.inspect, (now) => find(now, false))
      )
  const result = Effect.catch(sent, (error): Effect.Effect<Sent, E | DigitalOceanError> => {
    const known = isDigitalOceanError(error) ? request.refused?.(Refusal.kindOf(error)) : undefined
    return known === undefined ? Effect.fail(error) : Effect.succeed(known)
  })
  return wrapRequest === undefined ? result : wrapRequest(result)
}

/**
 * Inspects, unless a state is given, and starts the action of an operation unless that is not needed or an action in
 * progress is the requested one.
 *
 * An action in progress that lacks the fields that decide may be the requested one, and is waited for first. So are other
 * actions that prevent the request, within `waitForEvents`.
 */
export const ensure = <S, Z extends Satisfied, E, R>(
  operation: Operation<S, Z, E | DigitalOceanError, R>,
  waits: Events.Waits,
  state: S | undefined,
  options: Options
): Effect.Effect<Requested | Joined | Z, E | DigitalOceanError | Actions.ActionTimedOut, R> =>
  Effect.suspend(() => {
    let given = state
    const find = (now: S): Effect.Effect<Joined | Z | undefined, E | DigitalOceanError> => {
      const satisfied = operation.satisfied(now)
      if (satisfied !== undefined) return Effect.succeed(satisfied)
      const action = Option.getOrUndefined(operation.inProgress(now))
      return Effect.as(operation.validate?.(now) ?? Effect.void, action === undefined ? undefined : joined(action))
    }
    const attempt = Effect.gen(function* () {
      const first = given ?? (yield* operation.inspect)
      given = undefined
      const found = yield* find(first)
      if (found !== undefined) return found
      const awaited = awaitedEvents(operation, first, options)
      if (
        !(yield* Events.awaitEvents(waits, awaited, (action) => waitOf(operation, action, options), options.onProgress))
      )
        return yield* send(operation, first, options)
      const second = yield* operation.inspect
      return (yield* find(second)) ?? (yield* send(operation, second, options))
    })
    return Lock.retryWhileLocked(attempt, {
      actions: Effect.map(operation.inspect, operation.actions),
      isLocked: operation.isLocked ?? Lock.isEventPending,
      isJoined: (action) => operation.compare(action) !== "other",
      isExclusive: operation.isExclusive,
      waitForEvents: options.waitForEvents,
      busyGracePeriod: options.busyGracePeriod
    })
  })

type Compared = Pick<Operation<never, never, never, never>, "compare" | "isExclusive">

/** The actions in progress to wait for before the request is sent; the requested one is joined already. */
const awaitedEvents = <S>(
  { actions, compare, isExclusive }: Compared & { readonly actions: (state: S) => ReadonlyArray<Action.Action> },
  state: S,
  { waitForEvents }: Options
) =>
  actions(state).filter(
    (action) =>
      Action.isInProgress(action) && (compare(action) === "unknown" || (isExclusive && waitForEvents !== undefined))
  )

const waitOf = (operation: Compared, action: Action.Action, { wait, waitForEvents }: Options) =>
  operation.compare(action) === "unknown" ? wait : { ...wait, timeout: waitForEvents }
