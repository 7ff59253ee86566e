import { Actions, DigitalOcean, Images } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import * as Faults from "../../../src/Faults.ts"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const test = TestDigitalOcean.TestDigitalOcean

const seed: Seed.Seed = {
  images: [
    { id: 7, name: "web", size_gigabytes: 1 },
    { id: 8, name: "kept", type: "backup" }
  ],
  droplets: [{ id: 413, name: "web-01" }]
}

describe("the timeline", () => {
  it.effect("tells what was asked, and what became of it, with seconds since the beginning", () =>
    Effect.gen(function* () {
      yield* send("POST", "/v2/images/7/actions", { json: { type: "transfer", region: "sfo3" } })
      yield* send("GET", "/v2/images/99?page=1", { token: "dop_v1_secret" })
      yield* TestClock.adjust("90 seconds")
      yield* send("PUT", "/v2/images/7", { json: { name: "a\nb" } })
      yield* send("DELETE", "/v2/images/8")
      yield* send("POST", "/v2/droplets/413/actions", { json: { type: "snapshot", name: "s" } })
      yield* TestClock.adjust("5 minutes")
      yield* send("DELETE", "/v2/droplets/413")
      yield* (yield* test).putImage({ id: 9, name: "put" })
      assert.strictEqual(
        yield* (yield* test).timeline,
        [
          '     0.000 s  503 POST /v2/images/7/actions {"type":"transfer","region":"sfo3"} ! status 503 executed',
          "     0.000 s    action 3200000001 transfer of image 7 to sfo3: in-progress",
          "     0.000 s  400 GET /v2/images/99?page=1",
          "    80.000 s    image 7 web: regions nyc3 -> nyc3,sfo3",
          "    80.000 s    action 3200000001 transfer of image 7 to sfo3: in-progress -> completed",
          '    90.000 s  200 PUT /v2/images/7 {"name":"a\\nb"}',
          "    90.000 s    image 7 a\\u000ab: name web -> a\\u000ab",
          "    90.000 s  204 DELETE /v2/images/8",
          "    90.000 s    image 8 kept: gone",
          '    90.000 s  201 POST /v2/droplets/413/actions {"type":"snapshot","name":"s"}',
          "    90.000 s    action 3200000002 snapshot of droplet 413: in-progress",
          "   270.000 s    action 3200000002 snapshot of droplet 413: in-progress -> completed",
          "   273.000 s    image 210000001 s: new, snapshot available nyc3",
          "   390.000 s  204 DELETE /v2/droplets/413",
          "   390.000 s    droplet 413 web-01: gone",
          "   390.000 s    image 9 put: new, snapshot available nyc3"
        ].join("\n")
      )
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({ seed, faults: [{ fault: "status", status: 503, executed: true, on: "images.act" }] })
      )
    )
  )

  it.effect("names the account where there are several, and starts again with a reset", () =>
    Effect.gen(function* () {
      const { reset, timeline } = yield* test
      yield* send("DELETE", "/v2/images/7", { token: "a" })
      assert.strictEqual(yield* timeline, "     0.000 s  204 DELETE /v2/images/7\n     0.000 s    a: image 7 web: gone")
      yield* TestClock.adjust("1 minute")
      yield* reset
      assert.strictEqual(yield* timeline, "")
      yield* send("DELETE", "/v2/images/7", { token: "a" })
      assert.match(yield* timeline, /^ {5}0\.000 s {2}204 DELETE .*\n {5}0\.000 s {4}a: image 7 web: gone$/)
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          accounts: [
            { name: "a", token: "a", seed },
            { name: "b", token: "b", seed: Seed.empty }
          ]
        })
      )
    )
  )

  it.effect("is printed when a program fails, and only then", () =>
    Effect.gen(function* () {
      yield* TestDigitalOcean.withTimeline(send("GET", "/v2/images/7"))
      assert.deepStrictEqual(yield* TestConsole.errorLines, [])
      yield* Effect.exit(TestDigitalOcean.withTimeline(Effect.fail("no")))
      assert.deepStrictEqual(yield* TestConsole.errorLines, ["     0.000 s  200 GET /v2/images/7"])
    }).pipe(Effect.provide([TestDigitalOcean.layer({ seed }), TestConsole.layer]))
  )

  const job = Effect.gen(function* () {
    const images = yield* Images.Images
    const actions = yield* Actions.Actions
    const options = { schedule: Schedule.spaced("2 minutes") }
    yield* Effect.forEach(
      ["ams3", "sfo3"],
      (region) => Effect.flatMap(images.transfer(166404101, region), (action) => actions.await(action, options)),
      { concurrency: "unbounded" }
    )
    yield* Stream.runDrain(images.list({ private: true, per_page: 3 }))
  })

  const run = Effect.gen(function* () {
    yield* TestClock.setTime(0)
    const faults = yield* Faults.random({ requests: 15, probability: 0.4 })
    const fiber = yield* Effect.forkChild(Effect.exit(job))
    yield* (yield* test).addFaults(faults)
    yield* TestClock.adjust("2 hours")
    yield* Fiber.join(fiber)
    return yield* (yield* test).timeline
  }).pipe(
    Effect.provide(
      DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provideMerge(TestDigitalOcean.layer())),
      { local: true }
    ),
    Random.withSeed("a seed"),
    Effect.provide(TestClock.layer(), { local: true })
  )

  it.live(
    "is the same, byte for byte, a hundred times, faults and all",
    () =>
      Effect.gen(function* () {
        const first = yield* run
        assert.isAbove(first.split("\n").length, 10)
        assert.match(first, / ! /)
        // a step of TestClock takes a real millisecond, so ten run at a time
        const others = yield* Effect.replicateEffect(run, 99, { concurrency: 10 })
        for (const other of others) assert.strictEqual(other, first)
      }),
    20_000
  )
})

describe("what is kept", () => {
  it.effect("is the last of it, and the timeline says that there was more", () =>
    Effect.gen(function* () {
      const { requests, timeline } = yield* test
      for (let id = 1; id <= 10; id++) yield* send("GET", `/v2/images/${id}`)
      assert.deepStrictEqual(
        (yield* requests).map(({ path }) => path),
        ["/v2/images/8", "/v2/images/9", "/v2/images/10"]
      )
      assert.strictEqual((yield* timeline).split("\n")[0], "(7 lines before)")
      assert.strictEqual((yield* timeline).split("\n").length, 4)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed: Seed.empty, keep: 3 })))
  )

  it.effect("is nothing, if nothing is to be kept", () =>
    Effect.gen(function* () {
      yield* send("GET", "/v2/images/7")
      assert.deepStrictEqual(yield* (yield* test).requests, [])
    }).pipe(Effect.provide(TestDigitalOcean.layer({ keep: 0 })))
  )
})
