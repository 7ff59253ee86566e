import { Images } from "@effect-digitalocean/client"
import { Cleanup, Import, Item, Plan, Report } from "@effect-digitalocean/jobs"
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

const outcomes = (report: Import.Report) =>
  report.results.map(({ item, outcome }) => `${item.decision} ${item.verb} ${item.target} ${outcome._tag}`)

const items = (plan: Import.Plan) => plan.items.map((item) => `${item.decision} ${item.verb} ${Item.details(item)}`)

const problemOf = (report: Import.Report) =>
  report.results.flatMap(({ outcome }) => (outcome._tag === "Failed" ? [outcome.error] : []))[0]

const imported = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
  (all) => all.filter(({ name }) => name === options.name)
)

describe("plan", () => {
  for (const [url, shown] of [
    ["https://me:secret@example.com:8443/a%20b.img?X-Amz-Signature=secret", "https://example.com:8443/a%20b.img?..."],
    [new URL("https://example.com/a.img"), "https://example.com/a.img"],
    ["secret", "an invalid URL"]
  ] as const) {
    it(`contains ${shown}, and no secret of the URL in any text`, () => {
      const plan = Import.planOf(undefined, { name: "flatcar", url, region: "nyc3" })
      assert.strictEqual(Item.format(plan.items[0]!), `import flatcar to nyc3, from ${shown}`)
      for (const text of [JSON.stringify(plan.items), Plan.format(plan)]) assert.notInclude(text, "secret")
    })
  }

  it.effect("imports what does not exist, joins an import in progress, and skips what is done", () =>
    on(
      Effect.gen(function* () {
        const first = yield* Import.plan(options)
        assert.deepStrictEqual(items(first), [`run import to nyc3, from ${options.url}`, "run transfer to ams3"])
        assert.deepStrictEqual(
          [first.requests, first.cost],
          [
            { changes: 2, lookups: 3 },
            { usd: 0, unknown: 1 }
          ]
        )
        const { id } = yield* Import.begin(options)
        assert.deepStrictEqual(items(yield* Import.plan(options)), [
          "join import in progress already (NEW)",
          "run transfer to nyc3, unless it is imported there",
          "run transfer to ams3, unless it is imported there"
        ])
        const images = yield* Images.Images
        yield* images.awaitAvailable(id)
        const { id: transfer } = yield* images.transfer(id, "ams3")
        assert.deepStrictEqual(items(yield* Import.plan(options)), [
          "skip import imported already with this name, from this URL or another",
          "skip transfer in nyc3 already",
          `join transfer to ams3, in progress already as action ${transfer}`
        ])
        yield* images.awaitIdle(id)
        assert.isTrue(Plan.isEmpty(yield* Import.plan(options)))
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("fails if several custom images have the name, and ignores other images", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.putImage({ id: 1, name: options.name })
        yield* test.putImage({ id: 2, name: options.name, type: "custom", status: "deleted" })
        assert.strictEqual((yield* Import.plan(options)).items[0]?.decision, "run")
        yield* test.putImage({ id: 3, name: options.name, type: "custom" })
        assert.strictEqual((yield* Import.plan(options)).items[0]?.decision, "skip")
        yield* test.putImage({ id: 4, name: options.name, type: "custom" })
        const error = yield* Effect.flip(Import.plan(options))
        assert.match(error.message, /^2 custom images are named "flatcar-4300" \([34], [34]\): rename or delete/)
      })
    )
  )
})

describe("execute", () => {
  it.effect("waits until the image is available, transfers it, and has nothing to do afterwards", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.execute(options)
        assert.deepStrictEqual(outcomes(report), ["run import nyc3 Done", "run transfer ams3 Done"])
        const [image] = yield* imported
        assert.deepInclude(image, { status: "available", regions: ["nyc3", "ams3"], tags: ["base"] })
        const again = yield* Import.execute(options)
        assert.deepStrictEqual(outcomes(again), [
          "skip import null Skipped",
          "skip transfer nyc3 Skipped",
          "skip transfer ams3 Skipped"
        ])
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("fails with DigitalOcean's reason, trimmed, and starts no transfer", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.execute({ ...options, url: "https://example.com/fail.img" })
        assert.deepStrictEqual(outcomes(report), ["run import nyc3 Failed", "run transfer ams3 Skipped"])
        const problem = problemOf(report)
        assert.propertyVal(problem, "_tag", "ImageUnavailable")
        assert.propertyVal(problem, "status", "deleted")
        assert.propertyVal(problem, "detail", "Unable to fetch the image: the URL answered 404.")
        assert.strictEqual((yield* Crash.changes).length, 1)
        // a failed import does not count: the same name is imported again
        assert.isTrue(Report.isComplete(yield* Import.execute(options)))
      })
    )
  )

  it.effect("fails when the image is deleted during the import", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const vanish = Effect.gen(function* () {
          yield* Effect.sleep("100 seconds")
          for (const { id } of yield* imported) yield* test.removeImage(id)
        })
        const [report] = yield* Effect.all([Import.execute(options), vanish], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(report), ["run import nyc3 Failed", "run transfer ams3 Skipped"])
        assert.propertyVal(problemOf(report), "status", "gone")
      })
    )
  )

  it.effect("times out with the id of the image, and a second run waits for that image", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Import.execute(options, { wait: { timeout: "1 minute" } })
        const [image] = yield* imported
        const [late] = report.results
        assert.strictEqual(late?.outcome._tag, "TimedOut")
        if (late?.outcome._tag === "TimedOut") assert.propertyVal(late.outcome.error, "id", image!.id)
        const again = yield* Import.execute(options)
        assert.deepStrictEqual(outcomes(again), [
          "join import null Done",
          "run transfer nyc3 Skipped",
          "run transfer ams3 Done"
        ])
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("creates nothing that is not in its plan, also if the image to join was deleted", () =>
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

  it.effect("fails without a name, which unnamed images share", () =>
    on(
      Effect.gen(function* () {
        yield* TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ id: 1, name: "", type: "custom" }))
        for (const name of ["", "  "]) {
          const error = yield* Effect.flip(Import.execute({ ...options, name }))
          assert.include(error.message, "expected a name that is not blank: an import is identified by its name")
        }
        assert.isEmpty(yield* Crash.changes)
      })
    )
  )

  it.effect("creates no image with an invalid URL or region", () =>
    on(
      Effect.gen(function* () {
        for (const wrong of [{ region: ".." }, { url: "not a url" }]) {
          const report = yield* Import.execute({ ...options, ...wrong, regions: [] })
          assert.deepStrictEqual(
            report.results.map(({ outcome }) => outcome._tag),
            ["Failed"]
          )
        }
        assert.isEmpty(yield* imported)
      })
    )
  )
})

describe("a lost response to the import", () => {
  for (const when of ["before", "after"] as const) {
    it.effect(`${when} it was executed, is resolved by the name, and nothing is sent twice`, () =>
      Effect.gen(function* () {
        const job = Crash.as("any")(Import.execute(options))
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
  /** Imports while another image of the name exists until a time, and returns what was reported as left behind. */
  const beside = (until: "10 seconds" | "1 hour") =>
    on(
      Effect.gen(function* () {
        const left: Array<string> = []
        const job = Import.execute({ ...options, regions: [] }).pipe(
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

describe("an import that is killed at any request and run again ends as if nothing had happened", () => {
  const job = Crash.as("any")(Import.execute(options, { wait }))

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
