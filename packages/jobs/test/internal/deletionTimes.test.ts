import { DigitalOcean } from "@effect-digitalocean/client"
import { Report, Rotate } from "@effect-digitalocean/jobs"
import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

const options: Rotate.Options = {
  series: { name: "web-{number}" },
  keep: { last: 1 },
  pinned: { tags: ["precious"] },
  timeZone: "UTC"
}

/** Image 1 is the oldest. */
const row = (id: number) => ({ id, name: `web-${id}`, created_at: `2026-11-${String(id).padStart(2, "0")}T03:00:00Z` })

interface Setting {
  readonly images?: number
  readonly faults?: Faults.Script
  readonly perMinute?: number
  /** what happens after the plan, while it is run */
  readonly meanwhile?: Effect.Effect<unknown, never, TestDigitalOcean.TestDigitalOcean>
}

/** Clients with the same token share their rate limit, also those of other tests. */
let tokens = 0

interface Request {
  readonly what: "list" | "delete" | "usage" | "other"
  /** when it was sent, in seconds since the plan was made */
  readonly at: number
}

/** Rotates images, all but the newest, while time passes by half a second at a step. */
const rotate = ({ faults = [], images = 2, meanwhile = Effect.void, perMinute = 245 }: Setting) =>
  Effect.gen(function* () {
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const passing = Effect.forever(TestClock.adjust("500 millis"))
    const plan = yield* Effect.raceFirst(Rotate.plan(options), passing)
    // the requests of the plan are not counted against the rate limit of the run
    yield* TestClock.adjust("2 minutes")
    const before = (yield* test.requests).length
    const start = yield* Clock.currentTimeMillis
    yield* test.addFaults(faults)
    yield* Effect.forkChild(meanwhile)
    const report = yield* Effect.raceFirst(Report.of(Rotate.run(plan)), passing)
    const requests = (yield* test.requests).slice(before).map(
      ({ at, method, path }): Request => ({
        what:
          method === "DELETE" ? "delete" : path === "/v2/images" ? "list" : usages.includes(path) ? "usage" : "other",
        at: (at - start) / 1000
      })
    )
    const texts = report.results.map(
      ({ item, outcome }) =>
        `${item.subject.id} ${outcome._tag}${outcome._tag === "Skipped" ? `: ${outcome.reason}` : ""}`
    )
    return { texts, requests, remaining: (yield* test.images()).length }
  }).pipe(
    (program) =>
      Effect.flatMap(
        DigitalOcean.make({ token: Redacted.make(`token-${++tokens}`), rateLimits: { perMinute } }),
        (services) => Effect.provide(program, services)
      ),
    Effect.provide(TestDigitalOcean.layer({ seed: { images: Array.from({ length: images }, (_, i) => row(i + 1)) } }), {
      local: true
    })
  )

/** The listings of what refers to images. */
const usages = ["/v2/droplets", "/v2/droplets/autoscale"]

const timesOf = (requests: ReadonlyArray<Request>, what: Request["what"]) =>
  requests.filter((request) => request.what === what).map(({ at }) => at)

/** How long before each deletion the latest listing before it was started. */
const ages = (requests: ReadonlyArray<Request>) =>
  timesOf(requests, "delete").map((at) => at - Math.max(...timesOf(requests, "list").filter((listed) => listed <= at)))

const late = (on: string, seconds: number, more: Partial<Faults.Fault> = {}): Faults.Fault =>
  ({ fault: "late", on, seconds, times: "always", ...more }) as Faults.Fault

describe("the listing that a deletion follows from", () => {
  it.effect("was started less than 15 s before it is sent", () =>
    Effect.gen(function* () {
      const { requests, remaining } = yield* rotate({ images: 25, faults: [late("images.delete", 4)] })
      assert.strictEqual(remaining, 1)
      assert.isBelow(Math.max(...ages(requests)), 15)
      // four at once, at 0, 4, 8 and 12 s, and again
      assert.strictEqual(timesOf(requests, "list").length, 2)
    })
  )

  it.effect("is not requested while a deletion is in progress", () =>
    Effect.gen(function* () {
      // the other deletions have to wait for another listing at 15 s, when the first one is in progress
      const { requests } = yield* rotate({
        images: 25,
        faults: [late("images.delete", 21, { times: 1 }), late("images.delete", 3, { nth: 2 })]
      })
      assert.deepStrictEqual(timesOf(requests, "list"), [0, 21])
      assert.strictEqual(timesOf(requests, "delete").length, 24)
    })
  )

  // [how long a listing of images takes, how many of them, the times of listings, the time of the deletion]
  for (const [seconds, times, listings, deleted] of [
    [7.5, 1, [0], 7.5],
    [8, 1, [0, 8], 8],
    [8, 4, [0, 8, 16, 24, 32], 32],
    // the fifth is used however long it takes
    [20, 5, [0, 20, 40, 60, 80], 100]
  ] as const) {
    it.effect(`is the one from ${listings.at(-1)} s if ${times} of them take ${seconds} s`, () =>
      Effect.gen(function* () {
        const { remaining, requests } = yield* rotate({ faults: [late("images.list", seconds, { times })] })
        assert.deepStrictEqual(timesOf(requests, "list"), [...listings])
        assert.deepStrictEqual(timesOf(requests, "delete"), [deleted])
        assert.strictEqual(remaining, 1)
      })
    )
  }

  it.effect("is followed by a read of the image if it is old", () =>
    Effect.gen(function* () {
      // all five listings are slow: the rows of the fifth are 20 s old when it ends
      const { remaining, texts } = yield* rotate({
        images: 3,
        faults: [late("images.list", 20)],
        meanwhile: Effect.andThen(
          Effect.sleep("90 seconds"),
          TestDigitalOcean.TestDigitalOcean.use(({ putImage }) => putImage({ ...row(1), tags: ["precious"] }))
        )
      })
      assert.deepStrictEqual(texts.toSorted(), ["1 Skipped: it has changed since the plan was made: tags", "2 Done"])
      assert.strictEqual(remaining, 2)
    })
  )

  it.effect("is followed by a read of the image if it is old, and without the read nothing is deleted", () =>
    Effect.gen(function* () {
      const { remaining, requests, texts } = yield* rotate({
        images: 3,
        faults: [late("images.list", 20), { fault: "status", on: "images.get", status: 403, times: "always" }]
      })
      assert.deepStrictEqual(texts.toSorted(), ["1 Failed", "2 Failed"])
      assert.deepStrictEqual(timesOf(requests, "delete"), [])
      assert.strictEqual(remaining, 3)
    })
  )

  it.effect("that is the fifth and takes less than 7.5 s is used for 15 s since it was started", () =>
    Effect.gen(function* () {
      const { requests } = yield* rotate({
        images: 25,
        faults: [
          late("images.list", 8, { times: 4 }),
          late("images.list", 7, { nth: 5, times: 1 }),
          late("images.delete", 6)
        ]
      })
      assert.isBelow(Math.max(...ages(requests)), 15)
    })
  )

  it.effect("was started at most 15 s before a deletion that waits for the rate limit is sent", () =>
    Effect.gen(function* () {
      const { remaining, requests } = yield* rotate({ images: 30, perMinute: 12 })
      assert.isAtMost(Math.max(...ages(requests)), 15)
      assert.strictEqual(remaining, 1)
      // each image is deleted once
      assert.strictEqual(timesOf(requests, "delete").length, 29)
    })
  )

  for (const perMinute of [10, 12, 15]) {
    it.effect(`does not become too old each time if ${perMinute} requests a minute are allowed`, () =>
      Effect.gen(function* () {
        const { remaining, requests } = yield* rotate({ images: 4, perMinute })
        assert.isAtMost(Math.max(...ages(requests)), 15)
        assert.strictEqual(remaining, 1)
      })
    )
  }

  it.effect("becomes too old each time if one request a minute is allowed, and the deletions fail", () =>
    Effect.gen(function* () {
      const { remaining, texts } = yield* rotate({ images: 3, perMinute: 1 })
      assert.deepStrictEqual(texts.toSorted(), ["1 Failed", "2 Failed"])
      assert.strictEqual(remaining, 3)
    })
  )

  it.effect("shows that another process deleted what waited for the rate limit", () =>
    Effect.gen(function* () {
      // the lookups take all requests of the first minute
      const { requests, texts } = yield* rotate({
        perMinute: 5,
        meanwhile: Effect.andThen(
          Effect.sleep("4 seconds"),
          TestDigitalOcean.TestDigitalOcean.use((test) => test.removeImage(1))
        )
      })
      assert.deepStrictEqual(timesOf(requests, "delete"), [])
      assert.deepStrictEqual(texts, ["1 Skipped: it is deleted already"])
    })
  )

  it.effect("was started at most 15 s before a deletion that waits after a 429 is sent", () =>
    Effect.gen(function* () {
      const { remaining, requests } = yield* rotate({
        images: 3,
        faults: [{ fault: "rate-limit", on: "images.delete", window: "minute", seconds: 40 }]
      })
      assert.isAtMost(Math.max(...ages(requests)), 15)
      assert.strictEqual(remaining, 1)
    })
  )

  it.effect("is not older because the actions of each image are read before it is deleted", () =>
    Effect.gen(function* () {
      const { remaining, requests } = yield* rotate({
        images: 21,
        faults: [
          { fault: "status", on: "actions.list", status: 403, times: "always" },
          late("images.actions", 4),
          late("images.delete", 1)
        ]
      })
      // four images three times, and the others
      assert.deepStrictEqual(timesOf(requests, "list"), [0, 15])
      assert.isBelow(Math.max(...ages(requests)), 15)
      assert.strictEqual(remaining, 1)
    })
  )

  for (const [deleted, others] of [
    [3, 3],
    [4, 1]
  ] as const) {
    it.effect(`is with ${others} of the actions if ${deleted} images are deleted`, () =>
      Effect.gen(function* () {
        const { requests } = yield* rotate({ images: deleted + 1 })
        assert.strictEqual(timesOf(requests, "list").length, 1)
        assert.strictEqual(timesOf(requests, "other").length, others)
      })
    )
  }

  it.effect("is followed by a read of the actions, and without that nothing is deleted", () =>
    Effect.gen(function* () {
      const { requests, texts } = yield* rotate({
        faults: [{ fault: "status", on: "images.actions", status: 403, times: "always" }]
      })
      assert.deepStrictEqual(texts, ["1 Failed"])
      assert.deepStrictEqual(timesOf(requests, "delete"), [])
    })
  )

  it.effect("is followed by a read of the actions, and an image with one in progress is kept", () =>
    Effect.gen(function* () {
      const started = { id: 9, type: "transfer", status: "in-progress", started_at: "2026-11-25T03:00:00Z" }
      const { texts } = yield* rotate({
        faults: [
          { fault: "set", on: "images.actions", field: "actions", value: [started], times: "always" },
          { fault: "total", on: "images.actions", total: 1, times: "always" }
        ]
      })
      assert.deepStrictEqual(texts, ["1 Skipped: an action is in progress on it: transfer"])
    })
  )

  it.effect("is a new one if the actions of an image take too long", () =>
    Effect.gen(function* () {
      const { requests } = yield* rotate({ faults: [late("images.actions", 16, { times: 1 })] })
      assert.deepStrictEqual(timesOf(requests, "list"), [0, 16])
      assert.deepStrictEqual(timesOf(requests, "delete"), [16])
    })
  )

  const busy: Faults.Fault = {
    fault: "answer",
    on: "images.delete",
    status: 422,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id: "unprocessable_entity", message: "Image already has a pending event." })
  }

  it.effect("is a new one after each refusal because the image is busy", () =>
    Effect.gen(function* () {
      const { requests, texts } = yield* rotate({ faults: [{ ...busy, times: 3 }] })
      assert.deepStrictEqual(timesOf(requests, "delete"), [0, 9, 18, 27])
      assert.deepStrictEqual(timesOf(requests, "list"), [0, 9, 18, 27])
      assert.deepStrictEqual(texts, ["1 Done"])
    })
  )

  it.effect("is the last after the fourth refusal", () =>
    Effect.gen(function* () {
      const { requests, texts } = yield* rotate({ faults: [{ ...busy, times: "always" }] })
      assert.strictEqual(timesOf(requests, "delete").length, 4)
      assert.deepStrictEqual(texts, ["1 Failed"])
    })
  )

  const failing: Faults.Fault = { fault: "status", on: "images.delete", status: 503 }
  for (const [what, faults, count] of [
    ["fails", [{ ...failing, times: "always" }], 4],
    [
      "fails or is refused",
      [
        { ...failing, nth: [1, 3] },
        { ...busy, nth: [2, 4], times: "always" }
      ],
      4
    ],
    // others may use up the rate limit of the token several times in a row
    ["is throttled", [{ fault: "rate-limit", on: "images.delete", window: "minute", times: "always" }], 10]
  ] as const) {
    it.effect(`is the last after ${count} deletions, if each ${what}`, () =>
      Effect.gen(function* () {
        const { requests, texts } = yield* rotate({ faults })
        assert.strictEqual(timesOf(requests, "delete").length, count)
        assert.deepStrictEqual(texts, ["1 Failed"])
      })
    )
  }

  it.effect("is the last after the fourth deletion that could not be sent", () =>
    Effect.gen(function* () {
      const faults = [{ fault: "refuse", on: "images.delete", times: "always" }] as const
      const { requests, texts } = yield* rotate({ faults })
      assert.strictEqual(timesOf(requests, "list").length, 4)
      assert.deepStrictEqual(texts, ["1 Failed"])
    })
  )

  it.effect("shows that a deletion was executed whose response was lost", () =>
    Effect.gen(function* () {
      const { texts } = yield* rotate({ faults: [{ fault: "reset", on: "images.delete", when: "after" }] })
      assert.deepStrictEqual(texts, ["1 Done"])
    })
  )

  it.effect("is the only one where a deletion is refused for good", () =>
    Effect.gen(function* () {
      const { requests, texts } = yield* rotate({
        faults: [{ fault: "status", on: "images.delete", status: 403, times: "always" }]
      })
      assert.deepStrictEqual(texts, ["1 Failed"])
      assert.strictEqual(timesOf(requests, "delete").length, 1)
      assert.strictEqual(timesOf(requests, "list").length, 1)
    })
  )

  it.effect("shows that another process deleted an image that was busy", () =>
    Effect.gen(function* () {
      const { texts } = yield* rotate({
        faults: [busy],
        meanwhile: Effect.andThen(
          Effect.sleep("4 seconds"),
          TestDigitalOcean.TestDigitalOcean.use((test) => test.removeImage(1))
        )
      })
      assert.deepStrictEqual(texts, ["1 Skipped: it is deleted already"])
    })
  )

  for (const [what, fields, expected] of [
    ["is tagged", { tags: ["precious"] }, "1 Skipped: it is to be kept now: pinned by the tag precious"],
    ["is renamed", { name: "web-77" }, "1 Skipped: it has changed since the plan was made: name"]
  ] as const) {
    it.effect(`is a new one after a refusal because the image is busy, which ${what} meanwhile`, () =>
      Effect.gen(function* () {
        const { remaining, texts } = yield* rotate({
          faults: [{ ...busy, times: 2 }],
          meanwhile: Effect.andThen(
            Effect.sleep("4 seconds"),
            TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ ...row(1), ...fields }))
          )
        })
        assert.deepStrictEqual(texts, [expected])
        assert.strictEqual(remaining, 2)
      })
    )
  }
})
