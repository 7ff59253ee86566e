import { Droplet, Droplets } from "@effect-digitalocean/client"
import { Release, Report } from "@effect-digitalocean/jobs"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import { at, ids, name, older, on, options, outcomes, seed, web } from "../support/releases.ts"

interface Listing {
  readonly images: ReadonlyArray<{ readonly id: number }>
  readonly meta: { readonly total: number }
}

/** Lists images without new ones, for some seconds from the first listing that would contain one. */
const withoutNewImages = (seconds: number) =>
  Effect.map(HttpClient.HttpClient, (inner) => {
    let until = Number.POSITIVE_INFINITY
    return HttpClient.transform(inner, (answer, request) =>
      request.method === "GET" && /\/v2\/images$/.test(request.url)
        ? Effect.gen(function* () {
            const listing = (yield* (yield* answer).json) as unknown as Listing // as DigitalOcean documents it
            const now = yield* Clock.currentTimeMillis
            const images = listing.images.filter(({ id }) => id < 1000)
            if (images.length === listing.images.length) return yield* answer
            until = Math.min(until, now + seconds * 1000)
            if (now >= until) return yield* answer
            const { meta } = listing
            const hidden = listing.images.length - images.length
            const body = { ...listing, images, meta: { ...meta, total: meta.total - hidden } }
            return yield* RecordingClient.answer(200, JSON.stringify(body))(request)
          })
        : answer
    )
  })

describe("a release", () => {
  for (const [seconds, what, expected] of [
    [20, "is one of the last two", ["2 Done", "1 Done"]],
    [60, "is not waited for: 2 and 3 are the last two", ["2 Skipped", "1 Done"]]
  ] as const) {
    it.effect(`that is listed ${seconds} s late ${what}`, () =>
      Effect.gen(function* () {
        const late = yield* withoutNewImages(seconds)
        const job = Crash.as("any")(Release.execute({ ...options, regions: [] }))
        const passing = Effect.forever(TestClock.adjust("1 second"))
        const report = yield* at(Effect.raceFirst(Effect.provideService(job, HttpClient.HttpClient, late), passing))
        assert.deepStrictEqual(outcomes(report).slice(-2), [...expected])
      }).pipe(Effect.provide(TestDigitalOcean.layer({ seed }), { local: true }))
    )
  }

  it.effect("that is not tagged, because a proxy answered in DigitalOcean's place, retires nothing", () =>
    Effect.gen(function* () {
      const page = RecordingClient.answer(200, "<html>Welcome</html>")
      const inner = yield* HttpClient.HttpClient
      const proxy = HttpClient.make((request) =>
        request.url.includes("/v2/tags/gold") ? page(request) : inner.execute(request)
      )
      const job = Crash.as("any")(Release.execute({ ...options, tags: ["release", "gold"] }))
      yield* TestDigitalOcean.TestDigitalOcean.use(({ putImage }) =>
        Effect.forEach([1, 2, 3], (id) => putImage({ ...older(`2${id}`, id), tags: ["release", "gold"] }))
      )
      const report = yield* at(Crash.passing(Effect.provideService(job, HttpClient.HttpClient, proxy)))
      assert.deepStrictEqual(outcomes(report).slice(-4), ["tag Failed", "tag Skipped", "2 Skipped", "1 Skipped"])
      assert.strictEqual((yield* ids).length, 6)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed }), { local: true }))
  )

  it.effect(
    "without tags and regions that was cut off before the Droplet was on again is finished, not taken anew",
    () =>
      on(
        Effect.gen(function* () {
          const bare = { droplet: web, series: "web", tags: [], powerOff: true, powerOn: true }
          const isTaken = (event: Release.Event) => event._tag === "Finished" && event.item.verb === "snapshot"
          yield* Stream.runDrain(Stream.takeUntil(Release.run(yield* Release.plan(bare)), isTaken))
          const again = yield* Release.plan(bare)
          assert.strictEqual(again.name, name)
          assert.isTrue(Report.isComplete(yield* Report.of(Release.run(again))))
          assert.isTrue(Droplet.isActive(yield* Droplets.Droplets.use((droplets) => droplets.get(web))))
          assert.isNull((yield* Release.plan(bare)).image)
        })
      )
  )

  it.effect("that lacks a region although its transfer ended is not tagged, and retires nothing", () =>
    Effect.gen(function* () {
      const inner = yield* HttpClient.HttpClient
      const hiding = HttpClient.transform(inner, (answer, request) =>
        /images\/\d{5,}$/.test(request.url)
          ? Effect.flatMap(answer, ({ text }) =>
              Effect.flatMap(text, (body) => RecordingClient.answer(200, body.replace(/,"ams3"/, ""))(request))
            )
          : answer
      )
      const job = Crash.as("any")(Release.execute(options))
      const report = yield* at(Crash.passing(Effect.provideService(job, HttpClient.HttpClient, hiding)))
      assert.include(Report.format(report), "it is not in ams3, though its transfers ended")
      assert.deepStrictEqual(outcomes(report).slice(-4), ["arrive Failed", "tag Skipped", "2 Skipped", "1 Skipped"])
      assert.strictEqual((yield* ids).length, 6)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ seed }), { local: true }))
  )

  it.effect("that is finished late retires no newer one", () =>
    on(
      Effect.gen(function* () {
        const named = {
          ...options,
          name: "web-2026-11-20T03-00-00-000Z",
          retire: { keep: { last: 1 }, timeZone: "UTC" }
        }
        const report = yield* Release.execute(named)
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.includeMembers(yield* ids, [2, 3])
      })
    )
  )

  it.effect("minutes after another is one of its own, and finds a Droplet off that is off", () =>
    on(
      Effect.gen(function* () {
        const powered = { ...options, regions: [], powerOff: true, powerOn: false }
        yield* Release.execute(powered)
        assert.isTrue(Report.isComplete(yield* Release.execute(powered)))
        const changes = yield* Crash.changes
        assert.strictEqual(changes.filter((change) => change.includes('"snapshot"')).length, 2)
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* requests).filter(({ body }) => body.includes("power_off")).length, 1)
      })
    )
  )
})
