import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import * as Images from "../../../src/Images.ts"
import { action } from "../../support/recorded.ts"

const Step = Schema.Union([
  Schema.Literals(["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "hang"]),
  Schema.Literals([201, 400, 404, 408, 422, 429, 500, 501, 502, 503, 504])
])

/** Returns `true` if the server executed the request, or may have. */
const mayHaveRun = (step: typeof Step.Type) =>
  step === "ECONNRESET" || step === "hang" || step === 201 || step === 408 || (typeof step === "number" && step >= 500)

describe("retries", () => {
  it.effect.prop(
    "never send a POST again that may have been executed, for any sequence of failures",
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
