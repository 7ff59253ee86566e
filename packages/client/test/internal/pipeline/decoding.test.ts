import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { InvalidInput } from "../../../src/DigitalOceanError.ts"
import type { Outgoing, Send } from "../../../src/internal/pipeline/call.ts"
import { decoding } from "../../../src/internal/pipeline/decoding.ts"
import { outgoing, response, sender } from "../../support/outgoing.ts"

const policy = decoding({ baseUrl: "https://api.digitalocean.com", scrub: (text) => text.replaceAll("secret", "***") })

describe("the decoding policy", () => {
  it.effect("decodes a success", () =>
    Effect.gen(function* () {
      const { send } = sender(Effect.succeed(response(200, { image: 7 })))
      assert.deepStrictEqual(yield* policy(send)(outgoing()), { image: 7 })
    })
  )

  it.effect("fails with the reason of another status, the operation and the method", () =>
    Effect.gen(function* () {
      const { send } = sender(Effect.succeed(response(403, { id: "forbidden", message: "m" })))
      const error = yield* Effect.flip(policy(send)(outgoing()))
      assert.deepInclude(error, { operation: "Images.get", method: "GET" })
      assert.deepInclude(error.reason, { _tag: "Forbidden", scopes: ["image:read"] })
    })
  )

  it.effect("redacts what was given as input and what the response contains", () =>
    Effect.gen(function* () {
      const refused = sender(Effect.fail(new InvalidInput({ field: "url", problem: "got secret" })))
      assert.include((yield* Effect.flip(policy(refused.send)(outgoing()))).message, "got ***")
      const echoed = sender(Effect.succeed(response(404, { id: "not_found", message: "no secret" })))
      assert.include((yield* Effect.flip(policy(echoed.send)(outgoing()))).message, "no ***")
    })
  )

  /** How the scope of an attempt ends. */
  const scopeOf = (respond: Effect.Effect<ReturnType<typeof response>>, out: Outgoing) =>
    Effect.gen(function* () {
      let ended: Exit.Exit<unknown, unknown> | undefined
      const send: Send<never> = () =>
        Effect.andThen(
          Effect.flatMap(Effect.scope, (scope) =>
            Scope.addFinalizerExit(scope, (exit) =>
              Effect.sync(() => {
                ended = exit
              })
            )
          ),
          respond
        )
      const fiber = yield* Effect.forkChild(Effect.exit(policy(send)(out)), { startImmediately: true })
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      return ended
    })

  it.effect("ends the scope of the attempt, without the value", () =>
    Effect.gen(function* () {
      const ended = yield* scopeOf(Effect.succeed(response(200, { image: 7 })), outgoing())
      assert.deepStrictEqual(ended, Exit.void)
    })
  )

  it.effect("ends the scope of the attempt with the failure when the response cannot be decoded", () =>
    Effect.gen(function* () {
      const ended = yield* scopeOf(Effect.succeed(response(200, "<html>")), outgoing())
      assert.isTrue(ended !== undefined && Exit.isFailure(ended))
    })
  )

  it.effect("ends the scope of the attempt when it is interrupted", () =>
    Effect.gen(function* () {
      const ended = yield* scopeOf(Effect.never, outgoing())
      assert.isTrue(ended !== undefined && Exit.hasInterrupts(ended))
    })
  )
})
