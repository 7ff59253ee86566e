import type { DigitalOcean } from "@effect-digitalocean/client"
import {
  Import,
  Item,
  type Outcome,
  Plan,
  Preserve,
  Release,
  Replicate,
  Report,
  Rotate,
  Snapshot,
  Verify
} from "@effect-digitalocean/jobs"
import { type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"

const begin = Date.parse("2026-11-25T03:10:00Z")
const web = 413118204

const Regions = Schema.Array(Schema.Literals(["nyc3", "ams3", "sfo3"]))

/** Images of a series at random: how many hours old, of what kind, where, and with which tags. */
const Images = Schema.Array(
  Schema.Struct({
    hours: Schema.Literals([1, 2, 20, 100]),
    type: Schema.Literals(["snapshot", "backup", "custom"]),
    name: Schema.Literals(["web-{timestamp}", "web-{date}", "flatcar-1"]),
    regions: Regions,
    tags: Schema.Literals(["", "release", "release,gold,web", "gold", "release,pinned"])
  })
)

const Account = Schema.Struct({ images: Images, isOff: Schema.Boolean })

const seedOf = ({ images, isOff }: typeof Account.Type): Seed.Seed => ({
  droplets: [
    {
      id: web,
      name: "web-01",
      status: isOff ? "off" : "active",
      images: images.flatMap(({ type }, i) => (type === "custom" ? [] : [i + 1]))
    }
  ],
  images: images.map(({ hours, name, regions, tags, type }, i) => {
    const created_at = new Date(begin - hours * 3_600_000 - i * 1000).toISOString()
    return {
      id: i + 1,
      name: name.replace("{timestamp}", created_at.replace(/[:.]/g, "-")).replace("{date}", created_at.slice(0, 10)),
      type,
      created_at: created_at.replace(/\.\d+Z/, "Z"),
      regions: [...new Set<string>(["nyc3", ...regions])],
      tags: tags.split(",").filter((tag) => tag !== "")
    }
  })
})

/** A plan, and what running it makes of it. */
interface Planned {
  readonly plan: Plan.Plan
  readonly run: Effect.Effect<Report.Report<Item.Item, unknown, Outcome.TaggedError>, never, DigitalOcean.Services>
}

const Options = Schema.Struct({
  regions: Regions,
  tags: Schema.Array(Schema.Literals(["gold", "web"])),
  series: Schema.Literals(["web", "web-{date}"]),
  powerOff: Schema.Boolean,
  keepLast: Schema.Literals([0, 1, 2])
})

type Options = typeof Options.Type

const { wait } = Crash

const retire = (last: number) => (last === 0 ? {} : { retire: { keep: { last }, timeZone: "UTC" } })

const jobs: Record<
  string,
  (options: Options) => Effect.Effect<Planned, { readonly _tag: string }, DigitalOcean.Services>
> = {
  release: ({ keepLast, powerOff, regions, series, tags }) =>
    Effect.map(Release.plan({ droplet: web, series, regions, tags, powerOff, ...retire(keepLast) }), (plan) => ({
      plan,
      run: Report.of(Release.run(plan, { wait }))
    })),
  snapshot: ({ keepLast, powerOff, series }) =>
    Effect.map(
      Snapshot.plan({
        droplet: web,
        powerOff,
        ...(series === "web" ? {} : { name: "flatcar-1" }),
        ...(keepLast === 0 ? {} : { powerOn: keepLast === 1 })
      }),
      (plan) => ({ plan, run: Report.of(Snapshot.run(plan, { wait })) })
    ),
  replicate: ({ regions }) =>
    Effect.map(Replicate.plan({ images: [1, 2], regions, convertBackups: true }), (plan) => ({
      plan,
      run: Report.of(Replicate.run(plan, { wait }))
    })),
  rotate: ({ keepLast, series }) =>
    Effect.map(
      Rotate.plan({
        series: { name: series },
        keep: { last: keepLast + 1 },
        timeZone: "UTC",
        pinned: { tags: ["pinned"] }
      }),
      (plan) => ({ plan, run: Report.of(Rotate.run(plan)) })
    ),
  preserve: ({ regions, tags }) =>
    Effect.map(Preserve.plan({ backup: 1, name: "kept", tags, regions }), (plan) => ({
      plan,
      run: Report.of(Preserve.run(plan, { wait }))
    })),
  import: ({ regions }) =>
    Effect.map(
      Import.plan({ name: "flatcar-1", url: "https://example.com/flatcar-1.img", region: "nyc3", regions }),
      (plan) => ({ plan, run: Report.of(Import.run(plan, { wait })) })
    ),
  verify: ({ regions }) =>
    Effect.map(
      Verify.plan({ image: 1, ...(regions[0] === undefined ? {} : { region: regions[0] }), replicate: true }),
      (plan) => ({
        plan,
        run: Report.of(Verify.run(plan, { check: () => Effect.void, wait }))
      })
    )
}

/** What a plan says of an item, and what a run has to make of it. */
const idle: ReadonlySet<string> = new Set(["skip", "keep"])

// R12
describe("on an account that nobody else changes, a job does what its plan says, item by item", () => {
  for (const [name, planned] of Object.entries(jobs)) {
    it.effect.prop(
      name,
      { account: Account, options: Options },
      ({ account, options }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(begin)
          const made = yield* Effect.result(planned(options))
          // a plan that is refused changes nothing
          if (made._tag === "Failure") return assert.isEmpty(yield* Crash.changes)
          const { plan, run } = made.success
          const report = yield* run
          const changes = yield* Crash.changes
          const text = `${Plan.format(plan)}\n\n${Report.format(report)}`
          for (const item of plan.items) {
            const outcome = report.results.find((result) => result.item === item)?.outcome._tag
            if (idle.has(item.decision))
              assert.include([undefined, "Skipped"], outcome, `${Item.format(item)}\n${text}`)
            else if (item.decision === "refuse") assert.strictEqual(outcome, "Failed", `${Item.format(item)}\n${text}`)
            else assert.strictEqual(outcome, "Done", `${Item.format(item)}\n${text}`)
          }
          assert.isAtMost(changes.length, plan.requests.changes, text)
          assert.strictEqual(changes.length === 0, plan.requests.changes === 0, text)
        }).pipe(
          (test) => Crash.passing(Crash.as("any")(test)),
          Effect.provide(TestDigitalOcean.layer({ seed: seedOf(account), speed: 4 }), { local: true })
        ),
      { arbitrary: { runs: 60 }, timeout: Crash.patience }
    )
  }
})
