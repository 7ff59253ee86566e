import { assert, describe, it } from "@effect/vitest"
import { Arbitraries, RecordingClient } from "@effect-digitalocean/testing"
import type * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Images from "../../src/Images.ts"
import { action } from "../support/recorded.ts"

const returns = <A>(schema: Schema.Codec<A, unknown>, wire: unknown) =>
  Effect.gen(function* () {
    const model = yield* Schema.decodeUnknownEffect(schema)(wire)
    const again: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(model)))
    assert.isTrue(Equal.equals(yield* Schema.decodeUnknownEffect(schema)(again), model))
  })

/** Where something was told that is not there any more. A time may be written otherwise, and an id as text. */
const lost = (told: unknown, kept: unknown, path = ""): ReadonlyArray<string> => {
  if (told === null || typeof told !== "object") {
    const isTime = typeof told === "string" && Date.parse(told) === Date.parse(String(kept))
    return told === null || String(told) === String(kept) || isTime ? [] : [path]
  }
  return Object.entries(told)
    .filter(([key]) => key !== "added_tomorrow" && key !== "imgages")
    .flatMap(([key, value]) => lost(value, (kept as Record<string, unknown> | null)?.[key], `${path}.${key}`))
}

describe("whatever is absent, null or unknown", () => {
  for (const [name, { schema, wire }] of Object.entries(Arbitraries)) {
    it.effect.prop(
      `is decoded and encoded to the same: ${name}`,
      { wire: wire as Arbitrary.Arbitrary<unknown> },
      ({ wire }) => returns(schema as Schema.Codec<unknown, unknown>, wire),
      { arbitrary: { runs: 200 } }
    )

    it.effect.prop(
      `loses nothing that is documented: ${name}`,
      { wire: wire as Arbitrary.Arbitrary<unknown> },
      ({ wire }) =>
        Effect.gen(function* () {
          const codec = schema as Schema.Codec<unknown, unknown>
          const model = yield* Schema.decodeUnknownEffect(codec)(wire)
          assert.deepStrictEqual(lost(wire, yield* Schema.encodeEffect(codec)(model)), [])
        }),
      { arbitrary: { runs: 200 } }
    )
  }
})

const Step = Schema.Union([
  Schema.Literals(["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "hang"]),
  Schema.Literals([201, 400, 404, 408, 422, 429, 500, 501, 502, 503, 504])
])

/** True when an answer leaves it open, or says, that the request was executed. */
const mayHaveRun = (step: typeof Step.Type) =>
  step === "ECONNRESET" || step === "hang" || step === 201 || step === 408 || (typeof step === "number" && step >= 500)

describe("whatever happens on the way", () => {
  it.effect.prop(
    "a POST that may have been executed is not sent again",
    { steps: Schema.Array(Step) },
    ({ steps }) => {
      let sent = 0
      let executed = 0
      const http = RecordingClient.layerWith((_, before) => {
        const step = steps[before] ?? 201
        sent += 1
        if (mayHaveRun(step)) executed += 1
        if (step === "hang") return RecordingClient.hang
        if (typeof step === "string") return RecordingClient.fail(step)
        return RecordingClient.json(step === 201 ? { action: action() } : { id: "x", message: "y" }, step)
      })
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(
          Effect.exit(Images.Images.use((images) => images.transfer(7938291, "sfo3")))
        )
        for (let i = 0; i < 30; i++) yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(fiber)
        assert.isAtMost(executed, 1)
        assert.isAtMost(sent, 5)
      }).pipe(Effect.provide(DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(http))))
    },
    { arbitrary: { runs: 150 } }
  )
})
