import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Action from "../../Action.ts"
import type * as Actions from "../../Actions.ts"

/** Documented at `Ensure`. */
export interface Requested<out A = Action.Action> {
  readonly _tag: "Requested"
  /** the action that was started */
  readonly action: A
}

/** Documented at `Ensure`. */
export interface Joined<out A = Action.Action> {
  readonly _tag: "Joined"
  /** the action in progress that was found */
  readonly action: A
}

/** Documented at `Ensure`. */
export interface Satisfied {
  readonly _tag: "Satisfied"
  /** why nothing had to be done */
  readonly reason: string
}

/** Documented at `Ensure`. */
export type Result<A = Action.Action> = Requested<A> | Joined<A> | Satisfied

/** Any result. */
export type AnyResult = Result<Action.Action | null>

/** Documented at `Ensure`. */
export interface Options {
  /**
   * how long to wait for other actions of the resource that prevent the request, and for its lock, which may outlast
   * them; by default a busy resource is an error
   */
  readonly waitForEvents?: Duration.Input | undefined
  /** for how long a 404 to the request is retried, by default 25 seconds (0 for `deletion`) */
  readonly notFoundGracePeriod?: Duration.Input | undefined
  /**
   * for how long a request that is rejected because the resource is busy is sent again while no action explains that,
   * by default 25 seconds
   */
  readonly busyGracePeriod?: Duration.Input | undefined
  /** how to wait for actions */
  readonly wait?: Actions.AwaitOptions | undefined
  /** called with each state of the actions that are waited for */
  readonly onProgress?: ((action: Action.Action) => Effect.Effect<void>) | undefined
  /** changes how the request and the search for what it created are run, for example `Effect.uninterruptible` */
  readonly wrapRequest?: WrapRequest | undefined
}

/** Changes how a request and the search for what it created are run. */
export type WrapRequest = <A extends AnyResult, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

export const requested = <A>(action: A): Requested<A> => ({ _tag: "Requested", action })

export const joined = <A>(action: A): Joined<A> => ({ _tag: "Joined", action })

export const satisfied = (reason: string): Satisfied => ({ _tag: "Satisfied", reason })

/** Documented at `Ensure`. */
export const actionOf = <A>(result: Result<A>): Option.Option<A> =>
  result._tag === "Satisfied" ? Option.none() : Option.some(result.action)
