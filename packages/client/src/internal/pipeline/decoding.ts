import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { DigitalOceanError, InvalidInput, type Reason } from "../../DigitalOceanError.ts"
import * as Response from "../response/response.ts"
import { type Call, CallState, type Outgoing, type Run, type Send } from "./call.ts"
import { Metering } from "./metering.ts"

/** What interpreting a response takes. */
export interface Options {
  readonly baseUrl: string
  readonly scrub: (text: string) => string
}

/** Interprets a response: decodes a success, fails with the reason of anything else. Ends the scope of the attempt. */
export const decoding =
  ({ baseUrl, scrub }: Options) =>
  (send: Send<Reason>): Run =>
  <A>(outgoing: Outgoing<A>) => {
    const { call } = outgoing
    const interpret = Effect.flatMap(send(outgoing), (response) =>
      Effect.clockWith((clock) => {
        const context = { scopes: call.scopes, scrub, now: clock.currentTimeMillisUnsafe(), baseUrl }
        const failure = Response.failure(response, context)
        return failure === undefined ? Response.decoded(response, call.decode, context) : Effect.fail(failure)
      })
    )
    return Effect.withFiber((fiber) => {
      const state = fiber.getRef(CallState)
      const { attempts } = state
      const scope = Scope.makeUnsafe()
      return interpret.pipe(
        Scope.provide(scope),
        Effect.onExit((exit) => {
          if (state.attempts > attempts) fiber.getRef(Metering)?.request(fiber.context, call, exit)
          // a span that ends with the scope must not get the value, which can be as large as a page
          return Scope.close(scope, Exit.asVoid(exit))
        }),
        Effect.mapError(toError(call, scrub))
      )
    })
  }

/** The error of an operation. Invalid input may be a token in the wrong place; what a response contains is redacted before. */
export const toError =
  ({ method, operation }: Pick<Call, "method" | "operation">, scrub: (text: string) => string) =>
  (reason: Reason): DigitalOceanError =>
    new DigitalOceanError({ operation, method, reason: redacted(reason, scrub) })

/** A reason without secrets. */
export const redacted = <R extends Reason>(reason: R, scrub: (text: string) => string): R | InvalidInput =>
  reason._tag === "InvalidInput"
    ? new InvalidInput({ field: scrub(reason.field), problem: scrub(reason.problem) })
    : reason
