import { Images } from "@effect-digitalocean/client"
import { Cleanup, Import, Plan, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"

const options = {
  name: "flatcar-4300",
  url: "https://example.com/flatcar-4300.img.bz2",
  region: "nyc3",
  regions: ["ams3"],
  tags: ["base"]
}

const { wait } = Crash

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(), { local: true })

const told = (report: Import.ImportReport) =>
  report.results.map(({ item, outcome }) => `${item.verb} ${item.target} ${outcome._tag}`)

const items = (plan: Import.ImportPlan) => plan.items.map(({ detail, verb }) => `${verb} ${detail}`)

const problemOf = (report: Import.ImportReport) =>
  report.results.flatMap(({ outcome }) => (outcome._tag === "Failed" ? [outcome.error] : []))[0]

const imported = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
  (all) => all.filter(({ name }) => name === options.name)
)

describe("plan", () => {
  for (const [url, told] of [
    ["https://me:secret@example.com:8443/a%20b.img?X-Amz-Signature=secret", "https://example.com:8443/a%20b.img?..."],
    [new URL("https://example.com/a.img"), "https://example.com/a.img"],
    ["secret", "a URL that is none"]
  ] as const) {
    it(`tells ${told} of its URL, and no secret`, () => {
      const { items } = Import.planOf(undefined, { name: "flatcar", url, region: "nyc3" })
      assert.strictEqual(items[0]?.detail, `from ${told} to nyc3`)
    })
  }

  it.effect("imports what is not there, joins an import under way, and leaves alone what is there", () =>
    on(
      Effect.gen(function* () {
        const first = yield* Import.plan(options)
        assert.deepStrictEqual(items(first), [`create from ${options.url} to nyc3`, "transfer to ams3"])
        assert.deepStrictEqual(
          [first.requests, first.cost],
          [
            { changes: 2, lookups: 3 },
            { usd: 0, unknown: 1 }
          ]
        )
        const { id } = yield* Import.begin(options)
        assert.deepStrictEqual(items(yield* Import.plan(options)), [
          "join under way already (NEW)",
          "transfer to nyc3, unless it is imported there",
          "transfer to ams3, unless it is imported there"
        ])
        const images = yield* Images.Images
        yield* images.awaitAvailable(id)
        const { id: transfer } = yield* images.transfer(id, "ams3")
        assert.deepStrictEqual(items(yield* Import.plan(options)), [
          "skip imported already by this name, from this URL or another",
          "skip in nyc3 already",
          `join to ams3, under way already as action ${transfer}`
        ])
        yield* images.awaitIdle(id)
        assert.isTrue(Plan.isEmpty(yield* Import.plan(options)))
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("refuses to choose among several custom images of the name, and minds no others", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.putImage({ id: 1, name: options.name })
        yield* test.putImage({ id: 2, name: options.name, type: "custom", status: "deleted" })
        assert.strictEqual((yield* Import.plan(options)).items[0]?.verb, "create")
        yield* test.putImage({ id: 3, name: options.name, type: "custom" })
        assert.strictEqual((yield* Import.plan(options)).items[0]?.verb, "skip")
        yield* test.putImage({ id: 4, name: options.name, type: "custom" })
        const error = yield* Effect.flip(Import.plan(options))
        assert.match(error.message, /^2 custom images are named "flatcar-4300" \([34], [34]\): rename or delete/)
      })
    )
  )
})

describe("importImage", () => {
  it.effect("waits until the image is available, transfers it, and finds nothing to do afterwards", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.importImage(options)
        assert.deepStrictEqual(told(report), ["create null Done", "transfer ams3 Done"])
        const [image] = yield* imported
        assert.deepInclude(image, { status: "available", regions: ["nyc3", "ams3"], tags: ["base"] })
        const again = yield* Import.importImage(options)
        assert.deepStrictEqual(told(again), ["skip null Skipped", "skip nyc3 Skipped", "skip ams3 Skipped"])
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("fails with DigitalOcean's reason, trimmed, and begins no transfer", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.importImage({ ...options, url: "https://example.com/fail.img" })
        assert.deepStrictEqual(told(report), ["create null Failed", "transfer ams3 Skipped"])
        const problem = problemOf(report)
        assert.propertyVal(problem, "_tag", "ImageUnavailable")
        assert.propertyVal(problem, "status", "deleted")
        assert.propertyVal(problem, "detail", "Unable to fetch the image: the URL answered 404.")
        assert.strictEqual((yield* Crash.changes).length, 1)
        // what failed is no import: the same name is imported anew
        assert.isTrue(Report.isComplete(yield* Import.importImage(options)))
      })
    )
  )

  it.effect("fails when the image vanishes without a word", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const vanish = Effect.gen(function* () {
          yield* Effect.sleep("100 seconds")
          for (const { id } of yield* imported) yield* test.removeImage(id)
        })
        const [report] = yield* Effect.all([Import.importImage(options), vanish], { concurrency: "unbounded" })
        assert.deepStrictEqual(told(report), ["create null Failed", "transfer ams3 Skipped"])
        assert.propertyVal(problemOf(report), "status", "gone")
      })
    )
  )

  it.effect("says of one that takes too long which image to wait for, and a second run waits for it", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.importImage({ ...options, wait: { timeout: "1 minute" } })
        const [image] = yield* imported
        const [late] = report.results
        assert.strictEqual(late?.outcome._tag, "TimedOut")
        if (late?.outcome._tag === "TimedOut") assert.propertyVal(late.outcome.error, "id", image!.id)
        const again = yield* Import.importImage(options)
        assert.deepStrictEqual(told(again), ["join null Done", "transfer nyc3 Skipped", "transfer ams3 Done"])
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("creates nothing that its plan does not say, though the image it was to join is gone", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const { id } = yield* Import.begin(options)
        const plan = yield* Import.plan(options)
        yield* test.removeImage(id)
        const report = yield* Report.of(Import.run(plan))
        assert.propertyVal(problemOf(report), "_tag", "ImageUnavailable")
        assert.strictEqual((yield* Crash.changes).length, 1)
      })
    )
  )

  it.effect("is refused without a name, which unnamed images share", () =>
    on(
      Effect.gen(function* () {
        yield* TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ id: 1, name: "", type: "custom" }))
        for (const name of ["", "  "]) {
          const error = yield* Effect.flip(Import.importImage({ ...options, name }))
          assert.include(error.message, "expected a name that is not blank: it is what makes an import one")
        }
        assert.isEmpty(yield* Crash.changes)
      })
    )
  )

  it.effect("makes no image of an address or a region that cannot be", () =>
    on(
      Effect.gen(function* () {
        for (const wrong of [{ region: ".." }, { url: "not a url" }]) {
          const report = yield* Import.importImage({ ...options, ...wrong, regions: [] })
          assert.deepStrictEqual(told(report), ["create null Failed"])
        }
        assert.isEmpty(yield* imported)
      })
    )
  )
})

describe("an answer to the import that is lost", () => {
  for (const when of ["before", "after"] as const) {
    it.effect(`${when} it was executed, is looked for by the name, and nothing is sent again`, () =>
      Effect.gen(function* () {
        const job = Crash.as("any")(Import.importImage(options))
        const report = yield* Crash.passing(job)
        assert.strictEqual((yield* imported).length, when === "after" ? 1 : 0)
        if (when === "before") {
          assert.match(problemOf(report)!.message, /not known whether the request was executed/)
          assert.isTrue(Report.isComplete(yield* Crash.passing(job)))
        } else assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.strictEqual((yield* Crash.changes).length, 2)
      }).pipe(
        Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "images.create", fault: "reset", when }] }), {
          local: true
        })
      )
    )
  }
})

describe("a second image of the name", () => {
  /** Imports while another image of the name exists until a time, and answers what was reported as left behind. */
  const beside = (until: "10 seconds" | "1 hour") =>
    on(
      Effect.gen(function* () {
        const left: Array<string> = []
        const job = Import.importImage({ ...options, regions: [] }).pipe(
          Effect.provideService(Cleanup.OnLeftBehind, ({ message }) => Effect.sync(() => void left.push(message)))
        )
        const fiber = yield* Effect.forkChild(job)
        yield* Effect.sleep("30 seconds")
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.putImage({ id: 999_999_999, name: options.name, type: "custom", status: "pending", regions: [] })
        const deleted = Effect.delay(test.removeImage(999_999_999), until)
        yield* Effect.forkChild(deleted)
        assert.isTrue(Report.isComplete(yield* Fiber.join(fiber)))
        return left
      })
    )

  // two kills, each between the POST and the deletion of the later image
  it.effect("that a killed process created and could not delete is reported by the run that finishes the import", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* beside("1 hour"), [
        `image 999999999 is a second ${options.name} and is billed, delete it: the process that created it ended before it could delete it`
      ])
    })
  )

  it.effect("that its process deletes in time is not reported", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* beside("10 seconds"), [])
    })
  )
})

describe("cut off at any request and run again, an import ends as if nothing had happened", () => {
  const job = Crash.as("any")(Import.importImage({ ...options, wait }))

  it.effect("at once", () => Crash.survivesEveryCrash({ job }), Crash.patience)

  it.effect("an hour later", () => Crash.survivesEveryCrash({ job, pause: "1 hour" }), Crash.patience)

  it.effect(
    "also when it is the first plan that is run again",
    () =>
      Effect.gen(function* () {
        const plan = yield* on(Import.plan(options))
        yield* Crash.survivesEveryCrash({ job: Crash.as("any")(Stream.runDrain(Import.run(plan, { wait }))) })
      }),
    Crash.patience
  )
})
