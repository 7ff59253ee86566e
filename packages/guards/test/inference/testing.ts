// Type tests, checked by the compiler (npm run check:types). Nothing here is executed.
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpServer from "effect/http/HttpServer"
import type * as Layer from "effect/Layer"
import { expectTypeOf } from "vitest"

/** The in-memory account provides the `HttpClient`, and cannot fail. */
export const layers = (): void => {
  expectTypeOf(TestDigitalOcean.layer()).toEqualTypeOf<
    Layer.Layer<HttpClient.HttpClient | TestDigitalOcean.TestDigitalOcean>
  >()
  expectTypeOf(TestDigitalOcean.layerServer()).toEqualTypeOf<
    Layer.Layer<TestDigitalOcean.TestDigitalOcean, never, HttpServer.HttpServer>
  >()
}

/** `withTimeline` keeps the result and the errors of a program. */
export const withTimeline = (program: Effect.Effect<1, "error">): void => {
  expectTypeOf(TestDigitalOcean.withTimeline(program)).toEqualTypeOf<
    Effect.Effect<1, "error", TestDigitalOcean.TestDigitalOcean>
  >()
  expectTypeOf(TestDigitalOcean.TestDigitalOcean.use(({ check }) => check)).toEqualTypeOf<
    Effect.Effect<void, TestDigitalOcean.InvariantViolated, TestDigitalOcean.TestDigitalOcean>
  >()
}
