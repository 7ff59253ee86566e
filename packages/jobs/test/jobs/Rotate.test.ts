import { Images } from "@effect-digitalocean/client"
import { Plan, Report, Rotate } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}`

const release = (n: number) => ({
  id: n,
  name: `web-${day(n)}`,
  created_at: `${day(n)}T03:00:00Z`,
  tags: ["web"],
  size_gigabytes: 10
})

/** Six releases of `web`, and three images that are not. */
const seed = {
  images: [
    ...[20, 21, 22, 23, 24, 25].map(release),
    { id: 100, name: "web-old-1", created_at: "2026-01-01T00:00:00Z", tags: ["web"] },
    { id: 101, name: "web-2026-11-01-copy", created_at: "2026-01-01T00:00:00Z" },
    { id: 102, name: "db-2026-01-01", created_at: "2026-01-01T00:00:00Z" }
  ]
}

const series = { name: "web-{date}" }

const options: Rotate.Options = { series, keep: { last: 3 }, timeZone: "Europe/Berlin" }

const account = TestDigitalOcean.layer({ seed })

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.as("any")(program), account, { local: true })

const ids = Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ images }) => images()).pipe(
  Effect.map((all) => all.map(({ id }) => id).filter((id) => id < 100))
)

const outcomes = (report: Rotate.Report) =>
  report.results.map(({ item, outcome }) => `${item.image.id} ${outcome._tag}`)

const reasonOf = (report: Rotate.Report, id: number) => {
  const outcome = report.results.find(({ item }) => item.image.id === id)?.outcome
  return outcome?._tag === "Skipped" ? outcome.reason : outcome?._tag
}

describe("plan", () => {
  it.effect("explains what is kept and what is deleted, and what that takes, and touches nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Rotate.plan({ ...options, pinned: { names: ["web-2026-11-21"] } })
        assert.strictEqual(
          Plan.format(plan),
          [
            "rotate: at most 2 changes, 6 lookups besides polls, $1.20 a month less",
            "  DO      WHAT                 WHY",
            "  keep    web-2026-11-25 (25)  last",
            "  keep    web-2026-11-24 (24)  last",
            "  keep    web-2026-11-23 (23)  last",
            "  delete  web-2026-11-22 (22)  no rule keeps it",
            "  keep    web-2026-11-21 (21)  pinned by its name",
            "  delete  web-2026-11-20 (20)  no rule keeps it"
          ].join("\n")
        )
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("refuses rules that keep nothing, and unknown time zones and series", () =>
    on(
      Effect.gen(function* () {
        for (const wrong of [{ keep: {} }, { timeZone: "Mars/Olympus" }, { series: {} }]) {
          const { _tag } = yield* Effect.flip(Rotate.plan({ ...options, ...wrong }))
          assert.include(["InvalidRetention", "InvalidSeries"], _tag)
        }
      })
    )
  )

  it("refuses tags that are not visible", () => {
    const plan = Rotate.planOf([image(1, { tags: null })], { ...options, pinned: { tags: ["keep"] } })
    assert.strictEqual(Result.getOrThrow(Result.flip(plan))._tag, "TagsNotVisible")
  })
})

describe("run", () => {
  it.effect("deletes what the plan says, and planning again leaves nothing to do", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Rotate.execute(options)
        assert.deepStrictEqual(outcomes(report), ["22 Done", "21 Done", "20 Done"])
        assert.isTrue(Report.isComplete(report))
        assert.deepStrictEqual(yield* ids, [23, 24, 25])
        assert.isTrue(Plan.isEmpty(yield* Rotate.plan(options)))
        const { images } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* images()).length, 6)
      })
    )
  )

  it.effect("takes as many requests as its plan says", () =>
    on(
      Effect.gen(function* () {
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        const plan = yield* Rotate.plan({ ...options, minKeep: 2 })
        const before = (yield* requests).length
        yield* Stream.runDrain(Rotate.run(plan))
        const sent = (yield* requests).slice(before)
        assert.strictEqual(sent.filter(({ method }) => method === "GET").length, plan.requests.lookups)
        assert.strictEqual(sent.filter(({ method }) => method === "DELETE").length, plan.requests.changes)
      })
    )
  )

  it.effect(
    "leaves an image that has changed, has an action in progress, is deleted or is to be kept since the plan was made",
    () =>
      on(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const images = yield* Images.Images
          const plan = yield* Rotate.plan({ ...options, keep: { last: 1 } })
          yield* images.update(24, { name: "web-2026-11-02" })
          yield* images.transfer(23, "sfo3")
          yield* test.removeImage(22)
          yield* test.removeImage(25)
          const report = yield* Report.of(Rotate.run(plan))
          assert.deepStrictEqual(outcomes(report), ["24 Skipped", "23 Skipped", "22 Skipped", "21 Done", "20 Done"])
          assert.include(reasonOf(report, 24), "to be kept now: last")
          assert.include(reasonOf(report, 23), "transfer")
          assert.include(reasonOf(report, 22), "deleted already")
          assert.deepStrictEqual(yield* ids, [23, 24])
        })
      )
  )

  // R28
  it.effect("deletes an image whose regions and tags are only listed in another order, and a region twice", () =>
    Effect.gen(function* () {
      const report = yield* Crash.as("any")(Rotate.execute(options))
      assert.deepStrictEqual(outcomes(report), ["22 Done", "21 Done", "20 Done"])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          seed: {
            images: seed.images.map((image) => ({ ...image, regions: ["nyc3", "ams3"], tags: ["web", "gold"] }))
          },
          faults: [
            {
              fault: "set",
              on: "images.list",
              nth: 2,
              field: "images.*.regions",
              value: ["ams3", "nyc3", "ams3"]
            },
            { fault: "set", on: "images.list", nth: 2, field: "images.*.tags", value: ["gold", "web"] }
          ]
        }),
        { local: true }
      )
    )
  )

  it.effect("leaves an image whose tags or regions changed", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const plan = yield* Rotate.plan(options)
        yield* test.putImage({ ...release(22), tags: ["web", "precious"] })
        yield* test.putImage({ ...release(21), regions: ["nyc3", "sfo3"] })
        const report = yield* Report.of(Rotate.run(plan))
        assert.deepStrictEqual(outcomes(report), ["22 Skipped", "21 Skipped", "20 Done"])
        assert.include(reasonOf(report, 22), "changed since the plan was made: tags")
        assert.include(reasonOf(report, 21), "changed since the plan was made: regions")
      })
    )
  )

  it.effect("lists the series again 15 seconds later, and deletes no more when those it keeps have vanished", () =>
    Effect.gen(function* () {
      const report = yield* Crash.passing(Crash.as("any")(Rotate.execute({ ...options, keep: { last: 1 } })))
      assert.deepStrictEqual(
        outcomes(report).map((line) => line.split(" ")[1]),
        ["Done", "Done", "Done", "Done", "Skipped"]
      )
      assert.include(reasonOf(report, 20), "to be kept now")
      assert.deepStrictEqual(yield* ids, [20])
    }).pipe(
      Effect.provide(
        TestDigitalOcean.layer({
          seed,
          faults: [
            { on: "images.delete", fault: "slow", seconds: 16, times: 4 },
            { on: "images.delete", fault: "shift", rows: -1 }
          ]
        }),
        { local: true }
      )
    )
  )

  it.effect("tells why each deletion failed, when the token may not delete", () =>
    Effect.gen(function* () {
      const report = yield* Crash.as("any")(Rotate.execute(options))
      assert.deepStrictEqual(outcomes(report), ["22 Failed", "21 Failed", "20 Failed"])
      assert.include(Report.format(report), "image:delete")
    }).pipe(
      Effect.provide(TestDigitalOcean.layer({ seed, scopes: ["image:read", "tag:read", "droplet:read"] }), {
        local: true
      })
    )
  )
})

describe("a rotation", () => {
  it.effect(
    "that is cut off at any request and run again ends as if nothing had happened",
    () => Crash.survivesEveryCrash({ job: Crash.as("any")(Rotate.execute(options)), account: { seed } }),
    Crash.patience
  )

  it.effect(
    "whose plan is run again after a crash does so too",
    () =>
      Effect.gen(function* () {
        const plan = yield* on(Rotate.plan(options))
        yield* Crash.survivesEveryCrash({ job: Crash.as("any")(Stream.runDrain(Rotate.run(plan))), account: { seed } })
      }),
    Crash.patience
  )

  const Meddling = Schema.Array(
    Schema.Struct({
      id: Schema.Literals([20, 21, 22, 23, 24, 25]),
      what: Schema.Literals(["remove", "retag", "transfer", "add"])
    })
  )

  it.effect.prop(
    "never does more than its plan, and leaves enough, whatever others do meanwhile",
    { meddling: Meddling, last: Schema.Literals([1, 2, 3]), minKeep: Schema.Literals([1, 2, 4]) },
    ({ last, meddling, minKeep }) =>
      on(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const images = yield* Images.Images
          const plan = yield* Rotate.plan({ ...options, keep: { last }, minKeep })
          const touched = new Set<number>()
          for (const { id, what } of meddling) {
            if (what === "add") yield* test.putImage(release(id - 15))
            else touched.add(id)
            if (what === "remove") yield* test.removeImage(id)
            if (what === "retag") yield* test.putImage({ ...release(id), tags: ["web", "mine"] })
            if (what === "transfer") yield* Effect.ignore(images.transfer(id, "sfo3"))
          }
          const before = yield* ids
          yield* Stream.runDrain(Rotate.run(plan))
          const after = yield* ids
          const planned = Plan.changes(plan).map(({ image }) => image.id as number)
          for (const id of before) {
            if (after.includes(id)) continue
            assert.include(planned, id)
            assert.isFalse(touched.has(id))
          }
          assert.isAtLeast(after.length, Math.min(minKeep, before.length))
        })
      ),
    { arbitrary: { runs: 60 }, timeout: Crash.patience }
  )
})
