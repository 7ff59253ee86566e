import { Images } from "@effect-digitalocean/client"
import { Cost, Item, Plan, Preserve, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Crash from "../support/crash.ts"

const backup = 166480233
const options: Preserve.Options = {
  backup,
  name: "kept-2026-11-22",
  tags: ["kept", "web"],
  regions: ["nyc3", "ams3", "sfo3"]
}
const { wait } = Crash

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(), { local: true })

const outcomes = (report: Preserve.Report) =>
  report.results.map(({ item, outcome }) => `${item.verb} ${item.target} ${outcome._tag}`).toSorted()

describe("preserve", () => {
  it.effect("plans each step with its cost, and touches nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Preserve.plan(options)
        assert.deepStrictEqual(
          plan.items.map((item) => `${Item.words(item).what} ${Item.details(item)}`),
          [
            "convert to a snapshot, which outlives its Droplet",
            "rename to kept-2026-11-22",
            "tag with kept",
            "tag with web",
            "skip in nyc3 already",
            "transfer to ams3",
            "transfer to sfo3"
          ]
        )
        assert.strictEqual(plan.requests.changes, 4 + 2 * 3)
        assert.strictEqual(Cost.formatChange(plan.cost), "$0.21 a month more")
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("converts, renames, tags and replicates, and finds nothing to do afterwards", () =>
    on(
      Effect.gen(function* () {
        const images = yield* Images.Images
        const report = yield* Preserve.execute(options)
        assert.isTrue(Report.isComplete(report), Report.format(report))
        const kept = yield* images.get(backup)
        assert.deepInclude(kept, { type: "snapshot", name: "kept-2026-11-22", tags: ["kept", "web"] })
        assert.deepStrictEqual(kept.regions.toSorted(), ["ams3", "nyc3", "sfo3"])
        const again = yield* Preserve.plan(options)
        assert.isTrue(Plan.isEmpty(again))
        assert.strictEqual(again.requests.lookups, 0)
        const before = (yield* Crash.changes).length
        assert.isTrue(Report.isComplete(yield* Preserve.execute(options)))
        assert.strictEqual((yield* Crash.changes).length, before)
      })
    )
  )

  it.effect("does nothing when the same plan is run again", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Preserve.plan(options)
        assert.isTrue(Report.isComplete(yield* Report.of(Preserve.run(plan))))
        const before = yield* Crash.changes
        const again = yield* Report.of(Preserve.run(plan))
        assert.isTrue(again.results.every(({ outcome }) => outcome._tag === "Skipped"))
        assert.deepStrictEqual(yield* Crash.changes, before)
      })
    )
  )

  it.effect("goes on where a region fails, and stops where the conversion does", () =>
    on(
      Effect.gen(function* () {
        const fail = Crash.erroring("5 seconds")
        const wanted = { backup, tags: ["kept"], regions: ["xyz9", "ams3"] }
        const [stopped] = yield* Effect.all([Preserve.execute(wanted), fail], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(stopped), [
          "convert null Failed",
          "tag kept Skipped",
          "transfer ams3 Skipped",
          "transfer xyz9 Skipped"
        ])
        assert.include(Report.format(stopped), "not started, because this is not done: convert")
        assert.deepStrictEqual(outcomes(yield* Preserve.execute(wanted)), [
          "convert null Done",
          "tag kept Done",
          "transfer ams3 Done",
          "transfer xyz9 Failed"
        ])
      })
    )
  )

  it.effect("refuses what would fail only after the conversion", () =>
    on(
      Effect.gen(function* () {
        for (const [wrong, problem] of [
          [{ name: " " }, "name: expected a name that is not blank"],
          [
            { tags: ["kept", "a b"] },
            'tags: expected 1 to 255 letters, digits, colons, dashes and underscores, got "a b"'
          ],
          [{ tags: [""] }, "tags: expected 1 to 255"]
        ] as const) {
          const error = yield* Effect.flip(Preserve.execute({ backup, ...wrong }))
          assert.strictEqual(error._tag, "InvalidPreserve")
          assert.include(error.message, problem)
        }
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("refuses an image that is not a backup", () =>
    on(
      Effect.gen(function* () {
        for (const image of [160552018, 199220001]) {
          assert.strictEqual((yield* Effect.flip(Preserve.plan({ backup: image })))._tag, "NotABackup")
        }
        const gone = yield* Effect.flip(Preserve.plan({ backup: 7 }))
        assert.include(gone.message, "404")
      })
    )
  )

  for (const when of ["before", "after"] as const) {
    it.effect(`looks for a conversion whose answer is lost ${when} it was executed, and sends no other`, () =>
      Effect.gen(function* () {
        const job = Crash.as("any")(Preserve.execute({ backup }))
        const report = yield* Crash.passing(job)
        assert.strictEqual(Report.isComplete(report), when === "after")
        assert.isTrue(Report.isComplete(yield* Crash.passing(job)))
        assert.strictEqual((yield* Crash.changes).length, 1)
      }).pipe(
        Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "images.act", fault: "reset", when }] }), {
          local: true
        })
      )
    )
  }

  for (const pause of ["0 seconds", "1 hour"] as const) {
    it.effect(
      `that is cut off at any request and run again ${pause} later ends as if nothing had happened`,
      () => Crash.survivesEveryCrash({ job: Crash.as("any")(Preserve.execute(options, { wait })), pause }),
      Crash.patience
    )
  }
})
