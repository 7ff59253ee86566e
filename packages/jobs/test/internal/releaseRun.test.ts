import { Actions, Droplet, Droplets, Image } from "@effect-digitalocean/client"
import { Plan, Release, Report, Series } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { criteriaOf } from "../../src/internal/release/plan.ts"
import * as Search from "../../src/internal/release/search.ts"
import { power } from "../../src/internal/snapshot/power.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"
import { name, on, outcomes, seed, web } from "../support/releases.ts"

const options: Release.Options = { droplet: web, series: "web" }

const lines = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ requests }) => requests),
  (all) => all.map((exchange) => TestDigitalOcean.toLine(exchange).replace(/^\d+ (\w+ [^ ?]+).*$/, "$1"))
)

const texts = (plan: Release.Plan) =>
  plan.items.map((item) => `${item.decision} ${item.verb} ${item.target ?? ""}`.trim())

describe("plan", () => {
  const droplet = `GET /v2/droplets/${web}`

  it.effect("reads no more than it needs", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Release.plan({ ...options, regions: ["nyc3"] })
        assert.deepStrictEqual(yield* lines, [droplet, `${droplet}/actions`, `${droplet}/snapshots`])
        assert.deepStrictEqual(texts(plan), [
          `run snapshot ${name}`,
          "run check",
          "skip transfer nyc3",
          "run arrive",
          "run tag release"
        ])
        assert.strictEqual(plan.items[1]?.reason, "available")
        assert.isNull(plan.retire)
        assert.strictEqual(plan.requests.lookups, 2 + 1 + 1)
      })
    )
  )

  it.effect("looks up a transfer, and regions other than that of the Droplet", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Release.plan({ ...options, regions: ["ams3"] })
        assert.include(yield* lines, "GET /v2/regions")
        assert.strictEqual(plan.requests.lookups, 2 + 1 + 1 + 2)
      })
    )
  )

  it.effect("does without the region of the Droplet", () =>
    on(
      Effect.gen(function* () {
        assert.include(texts(yield* Release.plan({ ...options, regions: ["nyc3"] })), "run transfer nyc3")
      }),
      { seed, faults: [{ fault: "remove", on: "droplets.get", field: "droplet.region", times: "always" }] }
    )
  )

  it.effect("takes a name that no image has, and finds the release of that name afterwards", () =>
    on(
      Effect.gen(function* () {
        const named = { ...options, name: "web-2026-11-25T01-00-00-000Z" }
        assert.strictEqual((yield* Release.plan(named)).name, named.name)
        const report = yield* Release.execute(named)
        assert.isTrue(Report.isComplete(report), Report.format(report))
        const again = yield* Release.plan(named)
        assert.isNotNull(again.image)
        assert.deepStrictEqual(Plan.changes(again), [])
        assert.deepStrictEqual(texts(again), [
          `skip snapshot ${named.name}`,
          "run check",
          "run arrive",
          "skip tag release"
        ])
      })
    )
  )

  it.effect("says which snapshot in progress may be the release", () =>
    on(
      Effect.gen(function* () {
        const { id } = yield* Droplets.Droplets.use((droplets) => droplets.snapshot(web, name))
        const plan = yield* Release.plan(options)
        assert.strictEqual(plan.items[0]?.reason, `unless action ${id}, in progress, makes one of the series`)
      })
    )
  )

  it("knows whether a name was given", () => {
    const pattern = Result.getOrThrow(Series.pattern("web"))
    const of = (options: Release.Options) =>
      criteriaOf({ known: [], name, options, plannedAt: DateTime.makeUnsafe(0) }, pattern).isNamed
    assert.isFalse(of(options))
    assert.isTrue(of({ ...options, name }))
  })
})

describe("the names of snapshots", () => {
  it.effect("are read of those that are young, or were not listed when the plan was made", () =>
    on(
      Effect.gen(function* () {
        const now = DateTime.makeUnsafe("2026-11-25T12:00:00Z")
        const hours = (n: number) => DateTime.formatIso(DateTime.subtract(now, { hours: n }))
        const rows = (
          [
            [1, 5],
            [2, 1],
            [3, 5],
            [4, 30]
          ] as const
        ).map(([id, age]) => image(id, { name: "", created_at: hours(age) }))
        const wanted = {
          resume: "2 hours",
          known: new Set([1, 2].map((id) => Image.idOf(id))),
          plannedAt: now
        } as const
        const { snapshots } = yield* Search.named({ snapshots: rows, actions: [], readAt: now }, wanted)
        assert.deepStrictEqual(
          snapshots.map(({ name }) => name !== ""),
          [false, true, true, false]
        )
      })
    )
  )
})

const isOn = Effect.map(
  Droplets.Droplets.use((droplets) => droplets.get(web)),
  Droplet.isActive
)

const ended = (id: number) => Actions.Actions.use((actions) => actions.await(id))

const posts = Effect.map(Crash.changes, (all) => all.map((change) => /"type":"(\w+)"/.exec(change)?.[1] ?? ""))

describe("run", () => {
  it.effect("does not power off a Droplet whose snapshot was taken since the plan", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Release.plan({ ...options, powerOff: true })
        const { id } = yield* Droplets.Droplets.use((droplets) => droplets.snapshot(web, plan.name))
        yield* ended(id)
        const report = yield* Report.of(Release.run(plan))
        assert.deepStrictEqual(outcomes(report).slice(0, 2), ["power_off Skipped", "snapshot Skipped"])
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.deepStrictEqual(
          (yield* posts).filter((type) => type !== ""),
          ["snapshot"]
        )
      })
    )
  )

  it.effect("powers on a Droplet that was off before, if that is requested", () =>
    on(
      Effect.gen(function* () {
        yield* ended((yield* Droplets.Droplets.use((droplets) => droplets.powerOff(web))).id)
        const report = yield* Release.execute({ ...options, powerOn: true })
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.isTrue(yield* isOn)
      })
    )
  )

  it.effect("powers on what it powered off, though the Droplet was off when the plan was made", () =>
    on(
      Effect.gen(function* () {
        // not by a job: a shutdown
        const droplets = yield* Droplets.Droplets
        yield* ended((yield* droplets.shutdown(web)).id)
        const plan = yield* Release.plan({ ...options, powerOff: true })
        assert.deepStrictEqual(
          plan.items.filter(({ verb }) => verb.startsWith("power")).map((item) => `${item.decision} ${item.verb}`),
          ["skip power_off", "skip power_on"]
        )
        yield* ended((yield* droplets.powerOn(web)).id)
        const report = yield* Report.of(Release.run(plan))
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.isTrue(yield* isOn)
      })
    )
  )

  for (const [powerOff, expected] of [
    [true, "DropletLeftOff"],
    [undefined, "DigitalOceanError"]
  ] as const) {
    it.effect(
      `ends with ${expected} where the Droplet ${powerOff === true ? "it powered off " : ""}cannot be powered on`,
      () =>
        on(
          Effect.gen(function* () {
            if (powerOff === undefined) {
              yield* ended((yield* Droplets.Droplets.use((droplets) => droplets.powerOff(web))).id)
            }
            const report = yield* Release.execute({ ...options, powerOff, powerOn: true })
            const failed = report.results.find(({ item }) => item.verb === "power_on")?.outcome
            assert.strictEqual(failed?._tag === "Failed" ? failed.error._tag : failed?._tag, expected)
          }),
          {
            seed,
            faults: [{ fault: "status", on: "droplets.act", where: { type: "power_on" }, status: 401, times: "always" }]
          }
        )
    )
  }

  for (const [field, value] of [
    ["status", "pending"],
    ["regions", []]
  ] as const) {
    it.effect(`waits until the image does not read with ${field} ${JSON.stringify(value)} any more`, () =>
      on(
        Effect.gen(function* () {
          const plan = yield* Release.plan(options)
          yield* ended((yield* Droplets.Droplets.use((droplets) => droplets.snapshot(web, plan.name))).id)
          const test = yield* TestDigitalOcean.TestDigitalOcean
          yield* test.addFaults([{ fault: "set", on: "images.get", field: `image.${field}`, value, times: 2 }])
          const report = yield* Report.of(Release.run(plan))
          assert.isTrue(Report.isComplete(report), Report.format(report))
        })
      )
    )
  }

  it.effect("reads a finished image once in each step, and returns it with all of its tags", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Release.execute({ ...options, tags: ["a"] })
        const last = report.results.at(-1)?.outcome
        assert.deepStrictEqual(last?._tag === "Done" ? (last.value as Image.Image).tags : undefined, ["a", "release"])
        const reads = (yield* lines).filter((line) => /^GET \/v2\/images\/\d+$/.test(line)).length
        // the snapshot, the check, and the arrival
        assert.strictEqual(reads, 3)
      })
    )
  )
})

describe("the power actions of a run", () => {
  const off = (own: Parameters<typeof power>[2]["own"]) =>
    power(Droplet.idOf(web), "off", { changed: () => Effect.void, wait: undefined, waitForEvents: undefined, own })

  it.effect("are those it started, when they are started and when they end", () =>
    on(
      Effect.gen(function* () {
        const own: Parameters<typeof power>[2]["own"] = []
        assert.strictEqual((yield* off(own))._tag, "Done")
        assert.deepStrictEqual(
          own.map(({ status }) => status),
          ["in-progress", "completed"]
        )
        const others: typeof own = []
        assert.strictEqual((yield* off(others))._tag, "Skipped")
        assert.deepStrictEqual(others, [])
      })
    )
  )
})
