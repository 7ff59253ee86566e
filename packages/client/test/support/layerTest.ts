import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Tests that a call of an operation which `layerTest` was not given dies with the name of the operation. */
export const diesUnimplemented = (operation: string, program: Effect.Effect<unknown, unknown>) =>
  it.effect(`layerTest dies with the name of an operation that was not implemented: ${operation}`, () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(program)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", operation)
    })
  )
