import { Images } from "@effect-digitalocean/client"
import { Cost, Item, Plan, Replicate, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"

const web = 166404101
const backup = 166480233
const regions = ["nyc3", "ams3", "sfo3"]
const { wait } = Crash

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

const outcomes = (report: Replicate.Report) =>
  report.results.map(({ item, outcome }) => `${item.target} ${outcome._tag}`).toSorted()

const problemOf = (report: Replicate.Report, region: string | null) => {
  const outcome = report.results.find(({ item }) => item.target === region)?.outcome
  return outcome?._tag === "Failed" ? outcome.error.message : outcome?._tag
}

const regionsOf = (id: number) =>
  Effect.map(
    TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
    (all) => all.find((image) => image.id === id)?.regions?.toSorted()
  )

describe("plan", () => {
  it.effect("says what is there, in progress, missing and impossible, and changes nothing", () =>
    on(
      Effect.gen(function* () {
        const images = yield* Images.Images
        const { id } = yield* images.transfer(web, "ams3")
        const plan = yield* Replicate.plan({ images: [web, 7, web, backup, 199110001], regions })
        assert.deepStrictEqual(
          plan.items.map((item) => `${Item.words(item).what} ${item.subject.id} ${Item.details(item)}`),
          [
            `skip ${web} in nyc3 already`,
            `join ${web} to ams3, in progress already as action ${id}`,
            `transfer ${web} to sfo3`,
            "refuse 7 it does not exist, or this token cannot read it",
            "refuse 7 it does not exist, or this token cannot read it",
            "refuse 7 it does not exist, or this token cannot read it",
            `skip ${backup} in nyc3 already`,
            `refuse ${backup} it is a backup; convertBackups makes a snapshot of it first`,
            `refuse ${backup} it is a backup; convertBackups makes a snapshot of it first`,
            "skip 199110001 in nyc3 already",
            "skip 199110001 in ams3 already",
            "skip 199110001 in sfo3 already"
          ]
        )
        assert.deepStrictEqual(plan.requests, { changes: 1, lookups: 2 })
        assert.deepStrictEqual(plan.cost, Cost.zero)
        assert.strictEqual((yield* Crash.changes).length, 1)
      })
    )
  )

  it.effect("prices the snapshot that a backup becomes, and converts none for nothing", () =>
    on(
      Effect.gen(function* () {
        const options = { images: [backup], convertBackups: true }
        const plan = yield* Replicate.plan({ ...options, regions })
        assert.deepStrictEqual(
          plan.items.map((item) => Item.words(item).what),
          ["convert", "skip", "transfer", "transfer"]
        )
        assert.deepStrictEqual(plan.requests, { changes: 3, lookups: 4 })
        assert.strictEqual(Cost.formatChange(plan.cost), "$0.21 a month more")
        assert.isTrue(Plan.isEmpty(yield* Replicate.plan({ ...options, regions: ["nyc3"] })))
      })
    )
  )
})

describe("replicate", () => {
  it.effect("does what is missing at once, tells of each region, and finds nothing to do afterwards", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Replicate.execute({ images: [web], regions })
        assert.deepStrictEqual(outcomes(report), ["ams3 Done", "nyc3 Skipped", "sfo3 Done"])
        assert.deepStrictEqual(yield* regionsOf(web), regions.toSorted())
        const again = yield* Replicate.plan({ images: [web], regions })
        assert.isTrue(Plan.isEmpty(again))
        assert.isTrue(Report.isComplete(yield* Report.of(Replicate.run(again))))
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("lets a region that does not exist fail alone, and an image that is gone", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Replicate.execute({ images: [web, 7], regions: ["xyz9", "ams3"] })
        assert.deepStrictEqual(outcomes(report), ["ams3 Done", "ams3 Failed", "xyz9 Failed", "xyz9 Failed"])
        assert.include(Report.format(report), "image 7 cannot be transferred: it does not exist")
        assert.include(Report.format(report), "Region is not valid")
      })
    )
  )

  it.effect("joins a transfer or a conversion in progress, and sends nothing of its own", () =>
    on(
      Effect.gen(function* () {
        const images = yield* Images.Images
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        const transfer = yield* images.transfer(web, "ams3")
        const convert = yield* images.convert(backup)
        const plan = yield* Replicate.plan({ images: [web, backup], regions: ["ams3"], convertBackups: true })
        const events = yield* Stream.runCollect(Replicate.run(plan))
        for (const { id } of [transfer, convert]) {
          assert.isNotEmpty(events.filter((event) => event._tag === "Progressed" && event.action.id === id))
        }
        assert.deepStrictEqual(
          (yield* requests).filter(({ method }) => method === "POST").map(({ path, status }) => `${status} ${path}`),
          [web, backup, backup].map((id) => `201 /v2/images/${id}/actions`)
        )
      })
    )
  )

  it.effect("joins one that began after the plan was made, or after it looked", () =>
    Effect.gen(function* () {
      const inner = yield* HttpClient.HttpClient
      const quicker = HttpClient.make((request) =>
        request.method === "POST"
          ? Effect.andThen(inner.execute(request), inner.execute(request))
          : inner.execute(request)
      )
      const job = Crash.as("any")(Replicate.execute({ images: [web], regions: ["ams3"] }))
      const report = yield* Effect.provideService(Crash.passing(job), HttpClient.HttpClient, quicker)
      assert.deepStrictEqual(outcomes(report), ["ams3 Done"])
      assert.strictEqual((yield* Crash.changes).length, 1)
    }).pipe(Effect.provide(TestDigitalOcean.layer(), { local: true }))
  )

  it.effect("says of a transfer that errored that it did, and of one that takes too long how to go on", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const fail = Crash.erroring("20 seconds")
        const [report] = yield* Effect.all(
          [Replicate.execute({ images: [web], regions: ["ams3", "sfo3"] }, { wait: { timeout: "1 minute" } }), fail],
          { concurrency: "unbounded" }
        )
        assert.include(problemOf(report, "ams3"), "errored")
        const [, late] = report.results
        assert.strictEqual(late?.outcome._tag, "TimedOut")
        const [, second] = yield* test.actions()
        if (late?.outcome._tag === "TimedOut") assert.propertyVal(late.outcome.error, "id", second!.id)
        const again = yield* Replicate.execute({ images: [web], regions: ["ams3", "sfo3"] })
        assert.deepStrictEqual(outcomes(again), ["ams3 Done", "sfo3 Done"])
        assert.strictEqual((yield* Crash.changes).length, 3)
      })
    )
  )

  it.effect("has no more transfers in progress than its concurrency", () =>
    on(
      Effect.gen(function* () {
        const { actions } = yield* TestDigitalOcean.TestDigitalOcean
        const many = ["ams3", "sfo3", "fra1", "lon1", "sgp1", "syd1", "tor1"]
        let most = 0
        const watch = Effect.forever(
          Effect.delay(
            Effect.map(actions(), (all) => {
              most = Math.max(most, all.filter(({ status }) => status === "in-progress").length)
            }),
            "1 second"
          )
        )
        const report = yield* Effect.raceFirst(
          Replicate.execute({ images: [web], regions: many, concurrency: 3 }),
          watch
        )
        assert.isTrue(Report.isComplete(report))
        assert.strictEqual(most, 3)
      })
    )
  )

  it.effect("converts a backup first, if asked, and does not go on when that fails", () =>
    on(
      Effect.gen(function* () {
        const fail = Crash.erroring("5 seconds")
        const options = { images: [backup], regions: ["ams3"], convertBackups: true }
        const [failed] = yield* Effect.all([Replicate.execute(options), fail], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(failed), ["ams3 Failed", "null Failed"])
        assert.include(problemOf(failed, "ams3"), "convert")
        assert.deepStrictEqual(outcomes(yield* Replicate.execute(options)), ["ams3 Done", "null Done"])
        assert.deepStrictEqual(yield* regionsOf(backup), ["ams3", "nyc3"])
      })
    )
  )
})

describe("an answer that is lost", () => {
  for (const [type, image, whats] of [
    ["transfer", web, ["ams3 Done"]],
    ["convert", backup, ["ams3 Done", "null Done"]]
  ] as const) {
    for (const when of ["before", "after"] as const) {
      it.effect(`of a ${type}, ${when} it was executed, is looked for, and nothing is sent again`, () =>
        Effect.gen(function* () {
          const job = Crash.as("any")(Replicate.execute({ images: [image], regions: ["ams3"], convertBackups: true }))
          const report = yield* Crash.passing(job)
          if (when === "after") assert.deepStrictEqual(outcomes(report), [...whats])
          else {
            assert.isFalse(Report.isComplete(report))
            assert.include(problemOf(report, "ams3"), "It is not known whether the request was executed")
            assert.isEmpty(yield* Crash.changes)
            assert.isTrue(Report.isComplete(yield* Crash.passing(job)))
          }
          assert.strictEqual((yield* Crash.changes).length, whats.length)
        }).pipe(
          Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "images.act", fault: "reset", when }] }), {
            local: true
          })
        )
      )
    }
  }
})

describe("from any state between", () => {
  const State = Schema.Struct({
    there: Schema.Array(Schema.Literals(regions)),
    started: Schema.Array(Schema.Struct({ region: Schema.Literals(regions), ago: Schema.Literals([0, 40, 100, 900]) })),
    converting: Schema.Literals(["no", "started", "done"])
  })

  it.effect.prop(
    "the end is the same, and nothing is transferred twice",
    { state: State },
    ({ state: { started, converting, there } }) =>
      on(
        Effect.gen(function* () {
          const images = yield* Images.Images
          const test = yield* TestDigitalOcean.TestDigitalOcean
          yield* test.putImage({
            id: 1,
            name: "b",
            type: "backup",
            size_gigabytes: 5,
            regions: [...new Set(["nyc3", ...there])]
          })
          if (converting !== "no") yield* images.convert(1)
          if (converting === "done") {
            yield* TestClock.adjust("1 minute")
            for (const { ago, region } of started) {
              yield* Effect.ignore(images.transfer(1, region))
              yield* TestClock.adjust(ago * 1000)
            }
          }
          const report = yield* Replicate.execute({ images: [1], regions, convertBackups: true }, { wait })
          assert.isTrue(Report.isComplete(report), Report.format(report))
          assert.deepStrictEqual(yield* regionsOf(1), regions.toSorted())
          const changes = yield* Crash.changes
          assert.strictEqual(new Set(changes).size, changes.length)
          assert.strictEqual(
            changes.filter((change) => change.includes("transfer")).length,
            regions.filter((region) => region !== "nyc3" && !there.includes(region)).length
          )
        })
      ),
    { arbitrary: { runs: 40 }, timeout: Crash.patience }
  )
})

describe("cut off at any request and run again, it ends as if nothing had happened", () => {
  const job = Crash.as("any")(
    Replicate.execute({ images: [web, backup], regions: ["ams3", "sfo3"], convertBackups: true }, { wait })
  )

  it.effect("at once", () => Crash.survivesEveryCrash({ job }), Crash.patience)

  it.effect("an hour later", () => Crash.survivesEveryCrash({ job, pause: "1 hour" }), Crash.patience)

  it.effect(
    "also when it is the first plan that is run again",
    () =>
      Effect.gen(function* () {
        const plan = yield* on(Replicate.plan({ images: [backup], regions: ["ams3", "sfo3"], convertBackups: true }))
        yield* Crash.survivesEveryCrash({ job: Crash.as("any")(Stream.runDrain(Replicate.run(plan, { wait }))) })
      }),
    Crash.patience
  )
})
