import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../src/Action.ts"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import * as Image from "../src/Image.ts"
import * as Images from "../src/Images.ts"
import { action } from "./recorded.ts"

const absent = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const id = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))
const millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 }))
const texts = Schema.Array(Schema.String)
const known = <K extends string>(values: ReadonlyArray<K>) => Schema.Union([Schema.Literals(values), Schema.String])

/** What DigitalOcean may send: every field absent, null or there, every enum known or not. */
const WireImage = Schema.Struct({
  id,
  created_at: millis,
  name: absent(Schema.String),
  type: absent(known(Image.Type.known)),
  distribution: absent(known(Image.Distribution.known)),
  slug: absent(Schema.String),
  public: absent(Schema.Boolean),
  regions: absent(texts),
  min_disk_size: absent(Schema.Int),
  size_gigabytes: absent(Schema.Finite),
  description: absent(Schema.String),
  tags: absent(texts),
  status: absent(known(Image.Status.known)),
  error_message: absent(Schema.String)
})

const WireAction = Schema.Struct({
  id,
  started_at: millis,
  status: known(Action.Status.known),
  type: absent(known(Action.Type.known)),
  completed_at: absent(millis),
  resource_id: absent(id),
  resource_type: absent(Schema.String),
  region_slug: absent(Schema.String)
})

const iso = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis))

const returns = <A>(schema: Schema.Codec<A, unknown>, wire: unknown) =>
  Effect.gen(function* () {
    const model = yield* Schema.decodeUnknownEffect(schema)(wire)
    const again: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(schema)(model)))
    assert.isTrue(Equal.equals(yield* Schema.decodeUnknownEffect(schema)(again), model))
  })

describe("whatever is absent, null or unknown", () => {
  it.effect.prop(
    "an image that is encoded and decoded is the same image",
    { wire: WireImage },
    ({ wire }) => returns(Image.Image, { ...wire, created_at: iso(wire.created_at) }),
    { arbitrary: { runs: 200 } }
  )

  it.effect.prop(
    "an action that is encoded and decoded is the same action",
    { wire: WireAction },
    ({ wire }) =>
      returns(Action.Action, {
        ...wire,
        started_at: iso(wire.started_at),
        ...(typeof wire.completed_at === "number" ? { completed_at: iso(wire.completed_at) } : undefined)
      }),
    { arbitrary: { runs: 200 } }
  )
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
