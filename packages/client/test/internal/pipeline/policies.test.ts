import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { DigitalOceanClient } from "../../../src/DigitalOceanClient.ts"
import * as Images from "../../../src/Images.ts"
import { image, recorded, requests } from "../../support/recorded.ts"
import { recordSpans } from "../../support/spans.ts"

const { hang, json } = RecordingClient
const ok = json({ image: image({ id: 7 }) })
const get = Images.Images.use((images) => images.get(7))

/** The names of the policies in the documentation, and the functions in the code, both from the transport outwards. */
const policies: ReadonlyArray<readonly [documented: string, code: string]> = [
  ["transport", "transport"],
  ["tracing", "tracing"],
  ["clock", "comparingClocks"],
  ["rate limit", "rateLimiting"],
  ["decoding", "decoding"],
  ["retry", "retrying"],
  ["total deadline", "totalDeadline"],
  ["measuring", "measuringDuration"],
  ["encoding", "encoding"]
]

describe("the order of the policies", () => {
  const source = readFileSync(new URL("../../../src/DigitalOceanClient.ts", import.meta.url), "utf8")
  const [documentation = ""] = source.split("@since", 1)

  it("is in the documentation of the module, the outermost first", () => {
    const names = [...documentation.matchAll(/^ \* \| ([a-z ]+) \|/gm)].map(([, name]) => name)
    assert.deepStrictEqual(names.slice(1), policies.map(([documented]) => documented).reverse())
  })

  it("is the order of the code", () => {
    const [, pipe = ""] = /const run = pipe\(([\s\S]*?)\n {2}\)\n {2}const execute = encoding\(/.exec(source) ?? []
    const names = [...pipe.matchAll(/^ {4}(\w+)/gm)].map(([, name]) => name)
    assert.deepStrictEqual(
      [...names, "encoding"],
      policies.map(([, code]) => code)
    )
  })
})

describe("what the order of the policies decides:", () => {
  /** The client spans of a program, with start and end in seconds. */
  const traced = <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const { spans, tracer } = recordSpans()
      const fiber = yield* Effect.forkChild(Effect.exit(Effect.withTracer(program, tracer)))
      for (let i = 0; i < 200; i++) yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      return spans
        .filter(({ kind }) => kind === "client")
        .map(({ status }) => [
          Math.round(Number(status.startTime) / 1e9),
          status._tag === "Ended" ? Math.round(Number(status.endTime) / 1e9) : undefined
        ])
    })

  it.effect("the span of a request does not cover its time in the queue", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* traced(Effect.all([get, get])), [
        [0, 0],
        [61, 61]
      ])
    }).pipe(recorded([ok, ok], { rateLimits: { perMinute: 1 } }))
  )

  it.effect("a request that the rate limiter rejects has no span, and is no attempt", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* traced(Effect.all([get, get])), [[0, 0]])
    }).pipe(recorded([ok], { rateLimits: { perMinute: 1 }, retry: { maxWait: "1 second" } }))
  )

  it.effect("each attempt has a span and is counted by the rate limiter", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* traced(get), [
        [0, 0],
        [61, 61],
        [122, 122]
      ])
    }).pipe(recorded([json({}, 503), json({}, 503), ok], { rateLimits: { perMinute: 1 } }))
  )

  it.effect("the time in the queue does not blur the comparison of the clocks", () =>
    Effect.gen(function* () {
      const client = yield* DigitalOceanClient
      yield* traced(Effect.all([get, get]))
      // half a minute behind, although the request was queued for a minute
      assert.strictEqual((yield* client.now).epochMilliseconds, 170_000)
    }).pipe(
      recorded([ok, json({ image: image({ id: 7 }) }, 200, { date: "Thu, 01 Jan 1970 00:00:31 GMT" })], {
        rateLimits: { perMinute: 1 }
      })
    )
  )

  it.effect("the deadline is one for all attempts", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* traced(get), [
        [0, 30],
        [30, 45]
      ])
      assert.strictEqual((yield* requests).length, 2)
    }).pipe(recorded([hang, hang], { timeout: "45 seconds" }))
  )
})
