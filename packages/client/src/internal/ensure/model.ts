import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Action from "../../Action.ts"
import type * as Actions from "../../Actions.ts"

/** Documented at `Ensure`. */
export interface Requested<out A = Action.Action> {
  readonly _tag: "Requested"
  readonly action: A
}

/** Documented at `Ensure`. */
export interface Joined<out A = Action.Action> {
  readonly _tag: "Joined"
  readonly action: A
}

/** Documented at `Ensure`. */
export interface Satisfied {
  readonly _tag: "Satisfied"
  readonly reason: string
}

/** Documented at `Ensure`. */
export type Result<A = Action.Action> = Requested<A> | Joined<A> | Satisfied

/** Any result. */
export type AnyResult = Result<Action.Action | null>

/** Documented at `Ensure`. */
export interface Options {
  readonly waitForEvents?: Duration.Input | undefined
  readonly notFoundGracePeriod?: Duration.Input | undefined
  readonly busyGracePeriod?: Duration.Input | undefined
  readonly wait?: Actions.AwaitOptions | undefined
  readonly onProgress?: ((action: Action.Action) => Effect.Effect<void>) | undefined
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
