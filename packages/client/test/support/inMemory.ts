import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import type { Options } from "../../src/DigitalOceanClient.ts"

/** Every service over an in-memory account, and the service that inspects the account. */
export const account = (options?: TestDigitalOcean.Options, client?: Omit<Options, "token">) =>
  DigitalOcean.layer({ token: Redacted.make("any"), ...client }).pipe(
    Layer.provideMerge(TestDigitalOcean.layer(options))
  )

/** Runs a program while an hour passes. */
export const hour = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })
