import { Images } from "@effect-digitalocean/client"
import { Report, Rotate } from "@effect-digitalocean/jobs"
import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const options: Rotate.Options = { series: { name: "web-{number}" }, keep: { last: 1 }, timeZone: "UTC" }

const at = (n: number) => `2026-11-${String(n).padStart(2, "0")}T03:00:00Z`

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: i + 1, name: `web-${i + 1}`, created_at: at(i + 1) }))

describe("the lookups of a plan", () => {
  // [how many images, how many the rules keep, the lookups: listings of images, Droplets and pools, and the actions of those that are deleted]
  for (const [count, last, lookups] of [
    [1, 1, 0],
    [2, 1, 4 + 1],
    [4, 1, 4 + 3],
    [5, 1, 4 + 1],
    [5, 5, 0]
  ] as const) {
    it(`are ${lookups} of ${count} images, of which ${last} are kept`, () => {
      const images = rows(count).map(({ id, ...fields }) => image(id, fields))
      const plan = Result.getOrThrow(Rotate.planOf(images, { ...options, keep: { last } }))
      assert.strictEqual(plan.requests.lookups, lookups)
    })
  }
})

/** Deletes image 1 of two, while requests fail. */
const deleting = (...faults: Faults.Script) =>
  Effect.gen(function* () {
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const plan = yield* Rotate.plan(options)
    yield* test.addFaults(faults)
    const report = yield* Report.of(Rotate.run(plan))
    const deletions = (yield* test.requests).filter(({ method }) => method === "DELETE").length
    const [outcome] = report.results.map(({ outcome }) => outcome)
    const text = outcome?._tag === "Skipped" ? outcome.reason : (outcome?._tag ?? "")
    return { text, deletions, remaining: (yield* test.images()).map(({ id }) => id) }
  })

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer({ seed: { images: rows(2) } }), {
    local: true
  })

describe("a deletion", () => {
  const failing = (status: number, times: number | "always"): Faults.Fault => ({
    fault: "status",
    on: "images.delete",
    status,
    times
  })
  // [what happens, the faults, the outcome, how often it is sent, the images that remain]
  const cases: ReadonlyArray<readonly [string, Faults.Script, string, number, ReadonlyArray<number>]> = [
    ["is sent once", [], "Done", 1, [2]],
    ["is sent again after a transient failure", [failing(503, 2)], "Done", 3, [2]],
    ["is sent four times at most", [failing(503, "always")], "Failed", 4, [1, 2]],
    ["is not sent again after another failure", [failing(403, "always")], "Failed", 1, [1, 2]],
    ["whose response is lost is done", [{ fault: "reset", on: "images.delete", when: "after" }], "Done", 1, [2]],
    [
      "that was executed though it failed is of this job",
      [{ fault: "status", on: "images.delete", status: 504, executed: true }],
      "Done",
      1,
      [2]
    ],
    ["that finds no image any more is not of this job", [failing(404, 1)], "it is deleted already", 1, [1, 2]]
  ]
  for (const [what, faults, outcome, deletions, remaining] of cases) {
    it.effect(what, () =>
      on(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* deleting(...faults), { text: outcome, deletions, remaining })
        })
      )
    )
  }

  it.effect("of an image that is not of the series any more is skipped", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Rotate.plan(options)
        yield* Images.Images.use((images) => images.update(1, { name: "precious" }))
        const report = yield* Report.of(Rotate.run(plan))
        assert.include(Report.format(report), "it does not belong to the series any more")
      })
    )
  )

  it.effect("of an image that was deleted since the plan is skipped", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Rotate.plan(options)
        yield* Images.Images.use((images) => images.delete(1))
        const report = yield* Report.of(Rotate.run(plan))
        assert.include(Report.format(report), "it is deleted already")
      })
    )
  )

  it.effect("of an image that cannot be read fails", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Rotate.plan(options)
        yield* Images.Images.use((images) => images.delete(1))
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.addFaults([{ fault: "status", on: "images.get", status: 401, times: "always" }])
        const report = yield* Report.of(Rotate.run(plan))
        assert.deepStrictEqual(
          report.results.map(({ outcome }) => outcome._tag),
          ["Failed"]
        )
      })
    )
  )
})
