import type { DigitalOcean } from "@effect-digitalocean/client"
import { Import, type Item, type Outcome, Preserve, Release, Replicate, Report } from "@effect-digitalocean/jobs"
import { Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"

const web = 413118204
const { wait } = Crash

/** The running of a plan. */
type Run = Effect.Effect<Report.Report<Item.Item, unknown, Outcome.TaggedError>, never, DigitalOcean.Services>

/** Each job as a plan that is made while nothing goes wrong, and the running of that plan. */
const jobs: Record<
  "replicate" | "preserve" | "release" | "import",
  Effect.Effect<Run, unknown, DigitalOcean.Services>
> = {
  replicate: Effect.map(
    Replicate.plan({ images: [166404101, 166480233], regions: ["ams3", "sfo3"], convertBackups: true }),
    (plan) => Report.of(Replicate.run(plan, { wait }))
  ),
  import: Effect.map(
    Import.plan({ name: "base-1", url: "https://example.com/base-1.img", region: "nyc3", regions: ["ams3", "sfo3"] }),
    (plan) => Report.of(Import.run(plan, { wait }))
  ),
  preserve: Effect.map(Preserve.plan({ backup: 166480233, name: "kept", tags: ["kept"], regions: ["ams3"] }), (plan) =>
    Report.of(Preserve.run(plan, { wait }))
  ),
  release: Effect.map(
    Release.plan({
      droplet: web,
      series: "web-{date}",
      tags: ["web"],
      regions: ["ams3"],
      powerOff: true,
      powerOn: true,
      retire: { keep: { last: 2 }, timeZone: "UTC" }
    }),
    (plan) => Report.of(Release.run(plan, { wait }))
  )
}

const begin = Date.parse("2026-11-25T03:10:00Z")

/** What an account is like after a job that met these faults, and was then run again. */
const after = Effect.fnUntraced(function* (name: keyof typeof jobs, faults: Faults.Script) {
  const job = Effect.gen(function* () {
    yield* TestClock.setTime(begin)
    const test = yield* TestDigitalOcean.TestDigitalOcean
    yield* Crash.disturbed(faults, yield* jobs[name])
    // a Droplet that was powered on again after a snapshot that failed is powered off for the next
    const actions = (yield* test.actions())
      .filter(({ type }) => !type.startsWith("power_"))
      .map(({ region_slug, resource_type, type }) => `${type} ${resource_type} ${region_slug}`)
    return { images: yield* Crash.images, actions: actions.toSorted() }
  })
  return yield* Effect.provide(Crash.passing(Crash.as("any")(job)), TestDigitalOcean.layer({ speed: 4 }), {
    local: true
  })
})

describe("whatever goes wrong on the way, a job that is run again ends the same, with each action started once", () => {
  for (const name of ["replicate", "preserve", "release", "import"] as const) {
    it.effect.prop(
      name,
      { seed: Schema.Int },
      ({ seed }) =>
        Effect.gen(function* () {
          const faults = yield* Random.withSeed(Faults.random({ requests: 60, probability: 0.25 }), seed)
          assert.deepStrictEqual(yield* after(name, faults), yield* after(name, []))
        }),
      { arbitrary: { runs: 20 }, timeout: Crash.patience }
    )
  }
})
