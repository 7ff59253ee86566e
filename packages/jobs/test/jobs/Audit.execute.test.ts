import { Droplets, Volumes } from "@effect-digitalocean/client"
import { Audit, Item, Outcome, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"

describe("execute", () => {
  const account = (options?: TestDigitalOcean.Options) =>
    Effect.provide(TestDigitalOcean.layer(options), { local: true })

  const audit = (options: Audit.Options = {}, args?: Audit.Arguments) => Crash.as("any")(Audit.execute(options, args))

  const findings = (report: Audit.Report) => Option.getOrThrow(Audit.findingsOf(report))

  const outcomes = (report: Audit.Report) =>
    report.results.map(({ item, outcome }) => `${Item.format(item)}: ${Outcome.format(outcome)}`)

  it.effect("finds the snapshot of a deleted Droplet, and requests each listing once", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-25T00:00:00Z"))
      const report = yield* Crash.as("any")(
        Effect.gen(function* () {
          yield* Volumes.Volumes.use((all) =>
            all.takeSnapshot("506f78a4-e098-11e5-ad9f-000f53306ae1", { name: "data-1" })
          )
          yield* Droplets.Droplets.use((all) => all.delete(398250117))
          const plan = yield* Audit.plan({ regions: ["ams3"] })
          assert.deepStrictEqual(plan.requests, { changes: 0, lookups: 6 })
          return yield* Report.of(Audit.run(plan))
        })
      )
      const { orphans, series } = findings(report)
      assert.deepInclude(orphans.droplet, { _tag: "Known", ids: ["165120954"] })
      assert.deepInclude(orphans.volume, { _tag: "Known", ids: [] })
      assert.deepStrictEqual(
        series.map(({ series, total }) => [series, total.count]),
        [
          ["db", 1],
          ["data", 1],
          ["web", 2],
          ["flatcar", 1],
          ["web-01", 2]
        ]
      )
      const requests = yield* Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ requests }) => requests)
      assert.deepStrictEqual(
        requests.filter(({ method }) => method === "GET").map(({ path }) => path.replace(/\?.*/, "")),
        // R13: GPU Droplets are listed separately
        ["/v2/images", "/v2/snapshots", "/v2/droplets", "/v2/droplets", "/v2/volumes", "/v2/droplets/autoscale"]
      )
    }).pipe(account())
  )

  it.effect("emits the number of rows of each listing, and the findings last", () =>
    Effect.gen(function* () {
      const events = yield* Crash.as("any")(
        Effect.flatMap(Audit.plan({}), (plan) => Stream.runCollect(Audit.run(plan, { seriesOf: () => "all" })))
      )
      const lines = events.map(({ _tag, item }) => `${_tag} ${Item.format(item)}`)
      assert.deepStrictEqual(lines.slice(0, 4), [
        "Started list images",
        "Finished list images",
        "Started list snapshots",
        "Finished list snapshots"
      ])
      assert.deepStrictEqual(lines.slice(4, 10).toSorted(), [
        "Finished list autoscale pools",
        "Finished list droplets",
        "Finished list volumes",
        "Started list autoscale pools",
        "Started list droplets",
        "Started list volumes"
      ])
      assert.deepStrictEqual(lines.slice(10), ["Started report findings", "Finished report findings"])
      const values = events.flatMap((event) =>
        event._tag === "Finished" && event.outcome._tag === "Done" ? [event.outcome.value] : []
      )
      const counts = values.slice(0, -1)
      const all = yield* Crash.as("any")(Audit.list)
      const lengthOf = (listing: Audit.Listing<unknown>) => Result.getOrThrow(listing).length
      const lengths = [lengthOf(all.snapshots), lengthOf(all.droplets), lengthOf(all.volumes), lengthOf(all.pools)]
      assert.deepStrictEqual(counts.toSorted(), [all.images.length, ...lengths].toSorted())
      const found = values.at(-1)
      assert.isTrue(Schema.is(Audit.Findings)(found))
      if (typeof found !== "object") return
      assert.deepStrictEqual(
        found.series.map(({ series }) => series),
        ["all"]
      )
    }).pipe(account())
  )

  // R13
  it.effect("does not report a snapshot of a GPU Droplet as an orphan", () =>
    Effect.gen(function* () {
      const { orphans } = findings(yield* audit())
      assert.deepInclude(orphans.droplet, { _tag: "Known", ids: [] })
    }).pipe(
      account({
        seed: {
          images: [{ id: 7, name: "model-1" }],
          droplets: [{ id: 12, name: "gpu-01", size: "gpu-h100x1-80gb", images: [7] }]
        }
      })
    )
  )

  it.effect("reports what uses images, and no image in use as an orphan", () =>
    Effect.gen(function* () {
      const { images, orphans } = findings(yield* audit())
      const used = images.map(({ id, usedBy }) => `${id} ${usedBy?.map(({ _tag }) => _tag)}`).toSorted()
      assert.deepStrictEqual(used, ["7 Droplet,AutoscalePool", "8 ", "9 Protected"])
      assert.deepInclude(orphans.droplet, { _tag: "Known", ids: ["8"] })
    }).pipe(
      account({
        seed: {
          images: [
            { id: 7, name: "model-1", regions: ["tor1"] },
            { id: 8, name: "old-1" },
            { id: 9, name: "kept-1", tags: ["protected"] }
          ],
          autoscalePools: [{ id: "p", name: "fleet", image: 7, size: "gpu-h100x1-80gb" }]
        }
      })
    )
  )

  it.effect("reports what the token can list, and which listings failed", () =>
    Effect.gen(function* () {
      const report = yield* audit()
      const { failedListings, orphans, total } = findings(report)
      assert.strictEqual(total.count, 6)
      assert.deepInclude(orphans.droplet, { _tag: "Unavailable", operation: "Droplets.list" })
      assert.deepStrictEqual(orphans.volume, {
        _tag: "Unavailable",
        operation: "Volumes.list",
        problem: failedListings[1]!.problem
      })
      assert.match(failedListings[1]!.problem, /block_storage:read/)
      assert.strictEqual(failedListings[2]!.operation, "AutoscalePools.list")
      assert.isTrue(findings(report).images.every(({ usedBy }) => usedBy === null))
      assert.deepStrictEqual(
        report.results.map(({ item, outcome }) => `${item.subject.name} ${outcome._tag}`).toSorted(),
        [
          "autoscale pools Failed",
          "droplets Failed",
          "findings Done",
          "images Done",
          "snapshots Done",
          "volumes Failed"
        ]
      )
      assert.isFalse(Report.isComplete(report))
    }).pipe(account({ scopes: ["image:read", "snapshot:read"] }))
  )

  it.effect("skips everything else, without a request, if the images cannot be listed", () =>
    Effect.gen(function* () {
      const report = yield* audit()
      const [first, ...others] = outcomes(report)
      assert.match(first ?? "", /^list images: failed: .*image:read/)
      const reason = "skipped: not started, because this is not done: list images"
      assert.deepStrictEqual(others, [
        `list snapshots: ${reason}`,
        `list droplets: ${reason}`,
        `list volumes: ${reason}`,
        `list autoscale pools: ${reason}`,
        `report findings: ${reason}`
      ])
      assert.isTrue(Option.isNone(Audit.findingsOf(report)))
      const requests = yield* Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ requests }) => requests)
      assert.strictEqual(requests.length, 1)
      const error = yield* Effect.flip(Crash.as("any")(Audit.list))
      assert.strictEqual(error.reason._tag, "Forbidden")
    }).pipe(account({ scopes: ["droplet:read"] }))
  )
})
