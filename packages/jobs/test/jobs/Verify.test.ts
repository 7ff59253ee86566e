import { Droplets } from "@effect-digitalocean/client"
import { Item, Plan, Report, Verify } from "@effect-digitalocean/jobs"
import { Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import * as RoundTrip from "../support/roundTrip.ts"

const web = 166404101
const database = 165120954
const custom = 160552018

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

class Closed extends Schema.TaggedError<Closed>()("Closed", { port: Schema.Int }) {
  override get message(): string {
    return `port ${this.port} is closed`
  }
}

/** A check that takes a minute. */
const healthy = ({
  networks,
  status
}: {
  readonly status: string
  readonly networks: { readonly v4: ReadonlyArray<{ readonly ip_address: string }> }
}) => Effect.delay(Effect.succeed(`${status} at ${networks.v4[0]?.ip_address}`), "1 minute")

const outcomes = (report: Verify.Report<unknown>) =>
  report.results.map(({ item, outcome }) => `${Item.words(item).what} ${outcome._tag}`)

const problems = (report: Verify.Report<unknown>) =>
  report.results.flatMap(({ outcome }) => (outcome._tag === "Failed" ? [outcome.error.message] : []))

const names = Droplets.Droplets.use((droplets) =>
  Effect.map(Stream.runCollect(droplets.list()), (all) => all.map(({ name }) => name).sort())
)

const before = ["db-01", "web-01"]

const created = Effect.map(Crash.changes, (all) => all.filter((change) => change.startsWith("POST /v2/droplets ")))

describe("plan", () => {
  it.effect("finds the cheapest size that fits, in a region where the image is", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Verify.plan({ image: database })
        assert.deepStrictEqual([plan.region, plan.size], ["fra1", "s-4vcpu-8gb"])
        assert.deepStrictEqual(
          plan.items.map((item) => Item.format(item)),
          [
            `create verify-${database} in fra1, from db-2026-11-01 (${database}), as s-4vcpu-8gb, $0.07143 an hour`,
            `check verify-${database} once it is active`,
            `destroy verify-${database} however the run ends`
          ]
        )
        assert.deepStrictEqual(plan.requests, { changes: 2, lookups: 2 })
        assert.include(Plan.format(plan), "no change of the monthly cost")
        assert.isEmpty(yield* Crash.changes)
      })
    )
  )

  for (const [why, options, problem] of [
    ["an unknown region", { image: web, region: "xyz9" }, "there is no region xyz9"],
    ["an unknown size", { image: web, size: "huge" }, "there is no size huge"],
    [
      "a region the image is not in",
      { image: web, region: "ams3" },
      "it is not in ams3; replicate copies it there first"
    ],
    [
      "a backup where it is not",
      { image: 166480233, region: "ams3", replicate: true },
      "it is not in ams3, and a backup cannot be copied: convert it first"
    ],
    [
      "a size that is too small",
      { image: database, size: "s-1vcpu-1gb" },
      "size s-1vcpu-1gb is not one that offered in fra1 has a disk of at least 160 GB"
    ],
    ["an invalid series", { image: web, series: "a b" }, "series: expected 1 to 32 letters, digits and dashes"]
  ] as const) {
    it.effect(`refuses ${why}, and says why`, () =>
      on(
        Effect.gen(function* () {
          const error = yield* Effect.flip(Verify.plan(options))
          assert.include(error.message, problem)
          RoundTrip.restored(Verify.PlanError, error, why)
        })
      )
    )
  }

  for (const [why, fields, problem] of [
    ["too large for every size", { min_disk_size: 999 }, "no size offered in nyc3 has a disk of at least 999 GB"],
    ["of unknown disk size", { min_disk_size: null }, "its min_disk_size is not known"],
    ["in no region", { regions: [] }, "it is not in any region"],
    ["not available", { status: "pending" }, "it is not available (pending)"]
  ] as const) {
    it.effect(`refuses an image that is ${why}`, () =>
      on(
        Effect.gen(function* () {
          yield* TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ id: 1, name: "x", ...fields }))
          assert.include((yield* Effect.flip(Verify.plan({ image: 1 }))).message, problem)
        })
      )
    )
  }
})

describe("execute", () => {
  it.effect("creates a Droplet, checks it once it is active, destroys it, and reports", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Verify.execute(
          { image: web, droplet: { tags: ["dr"], ssh_keys: [1] } },
          { check: healthy }
        )
        assert.deepStrictEqual(outcomes(report), ["create Done", "check Done", "destroy Done"])
        assert.deepStrictEqual(Verify.resultOf(report), Option.some("active at 192.0.2.10"))
        assert.isTrue(Report.isComplete(report))
        const [create, destroy, ...others] = yield* Crash.changes
        assert.match(
          create!,
          /^POST \/v2\/droplets \{"name":"verify-166404101-\d{14}-60m-[0-9a-f]{6}",.*"tags":\["dr","image-verify"\]\}$/
        )
        assert.match(destroy!, /^DELETE \/v2\/droplets\/\d+$/)
        assert.isEmpty(others)
        assert.deepStrictEqual(yield* names, before)
      })
    )
  )

  it.effect("transfers the image first, if requested", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Verify.execute({ image: custom, region: "ams3", replicate: true }, { check: healthy })
        assert.deepStrictEqual(outcomes(report), ["transfer Done", "create Done", "check Done", "destroy Done"])
        const again = yield* Verify.plan({ image: custom, region: "ams3" })
        assert.strictEqual(again.items.length, 3)
      })
    )
  )

  for (const [why, check, problem] of [
    ["fails", () => Effect.fail(new Closed({ port: 22 })), "failed: port 22 is closed"],
    ["fails with a text", () => Effect.fail("no"), "failed: no"],
    ["dies", () => Effect.die(new Error("a bug")), "failed: a bug"],
    [
      "throws",
      () => {
        throw new Error("at once")
      },
      "failed: at once"
    ],
    ["is interrupted", () => Effect.interrupt, "failed: the check was interrupted"],
    ["never ends", () => Effect.never, "failed: it took longer than 15m"]
  ] as const satisfies ReadonlyArray<readonly [string, () => Effect.Effect<unknown, unknown>, string]>) {
    it.effect(`destroys the Droplet when the check ${why}`, () =>
      on(
        Effect.gen(function* () {
          const report = yield* Verify.execute(
            { image: web },
            { check: check as () => Effect.Effect<unknown, unknown> }
          )
          assert.deepStrictEqual(outcomes(report), ["create Done", "check Failed", "destroy Done"])
          assert.include(problems(report)[0], problem)
          assert.deepStrictEqual(Verify.resultOf(report), Option.none())
          assert.deepStrictEqual(yield* names, before)
        })
      )
    )
  }

  it.effect("destroys the Droplet that does not become active in time, and does not check it", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Verify.execute({ image: web }, { check: healthy, wait: { timeout: "5 seconds" } })
        assert.deepStrictEqual(outcomes(report), ["create TimedOut", "check Skipped", "destroy Done"])
        assert.deepStrictEqual(yield* names, before)
      })
    )
  )

  it.effect("has nothing to destroy when the Droplet was refused", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Verify.plan({ image: web })
        const report = yield* Report.of(Verify.run({ ...plan, size: "none" }, { check: healthy }))
        assert.deepStrictEqual(outcomes(report), ["create Failed", "check Skipped", "destroy Skipped"])
        assert.include(problems(report)[0], "invalid size")
      })
    )
  )

  it.effect("reports that a Droplet could not be destroyed", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Verify.execute({ image: web }, { check: healthy })
        assert.deepStrictEqual(outcomes(report), ["create Done", "check Done", "destroy Failed"])
        assert.match(
          problems(report)[0]!,
          /^Droplet verify-\S+ \(\d+\) may still exist and is billed, destroy it or run the job again later/
        )
        assert.isFalse(Report.isComplete(report))
      }),
      {
        scopes: [
          "image:read",
          "regions:read",
          "sizes:read",
          "droplet:read",
          "droplet:create",
          "actions:read",
          "tag:create"
        ]
      }
    )
  )
})

describe("a Droplet that an earlier run left", () => {
  const leave = (name: string, tags: ReadonlyArray<string> = ["image-verify"]) =>
    Droplets.Droplets.use((droplets) =>
      droplets.create({ name, image: web, size: "s-1vcpu-1gb", region: "nyc3", tags })
    )

  it.effect("is destroyed by the next of its series; other Droplets are not touched", () =>
    on(
      Effect.gen(function* () {
        const others = [
          "verify-7-19691231000000-60m-abcdef",
          "verify-166404101-1-19691231000000-60m-abcdef",
          "verify-166404101"
        ]
        for (const name of others) yield* leave(name)
        yield* leave("verify-166404101-19691231000000-60m-000000", ["web"])
        yield* leave("verify-166404101-19691231000000-60m-abcdef")
        const plan = yield* Verify.plan({ image: web })
        assert.deepStrictEqual(
          plan.items.flatMap(({ subject }) => (subject.id === null ? [] : [subject.name])),
          ["verify-166404101-19691231000000-60m-abcdef"]
        )
        const report = yield* Verify.execute({ image: web }, { check: healthy })
        assert.deepStrictEqual(outcomes(report), ["destroy Done", "create Done", "check Done", "destroy Done"])
        const kept = [...before, ...others, "verify-166404101-19691231000000-60m-000000"]
        assert.deepStrictEqual(yield* names, kept.sort())
      })
    )
  )

  it.effect("is skipped if it was destroyed or renamed since the plan", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const destroyed = yield* leave("verify-166404101-19691231000000-60m-aaaaaa")
        const renamed = yield* leave("verify-166404101-19691231000000-60m-bbbbbb")
        const plan = yield* Verify.plan({ image: web })
        yield* Effect.sleep("1 minute")
        yield* droplets.delete(destroyed)
        yield* droplets.performAction(renamed, "rename", { name: "precious" })
        yield* Effect.sleep("1 minute")
        const report = yield* Report.of(Verify.run(plan, { check: healthy }))
        assert.deepStrictEqual(outcomes(report).slice(0, 2), ["destroy Skipped", "destroy Skipped"])
        assert.include(yield* names, "precious")
      })
    )
  )
})

// R21
describe("a region or a size whose flags say that it is not offered", () => {
  const closed = (on: string, list: string) =>
    ({ fault: "set", on, field: `${list}.*.available`, value: false, times: "always" }) as const

  for (const [why, options] of [
    ["the region is requested", { image: web, region: "nyc3" }],
    ["the size is requested", { image: web, size: "s-1vcpu-1gb" }],
    ["a copy to the region is requested", { image: custom, region: "ams3", replicate: true }]
  ] as const) {
    it.effect(`is tried all the same when ${why}`, () =>
      on(
        Effect.gen(function* () {
          const report = yield* Verify.execute({ ...options }, { check: healthy, wait: Crash.wait })
          assert.isTrue(Report.isComplete(report), Report.format(report))
        }),
        { faults: [closed("GET /v2/regions", "regions"), closed("GET /v2/sizes", "sizes")] }
      )
    )
  }

  it.effect("is not chosen", () =>
    on(
      Effect.gen(function* () {
        assert.include((yield* Effect.flip(Verify.plan({ image: web }))).message, "no size offered in nyc3")
      }),
      { faults: [closed("GET /v2/sizes", "sizes")] }
    )
  )
})

describe("two runs for one image at once", () => {
  // R9
  it.effect("each destroy their own Droplet, and neither the other's", () =>
    on(
      Effect.gen(function* () {
        const run = Verify.execute({ image: web }, { check: healthy, wait: Crash.wait })
        const reports = yield* Effect.all(
          ["0 seconds", "1 second", "40 seconds"].map((gap) => Effect.delay(run, gap as "0 seconds")),
          { concurrency: "unbounded" }
        )
        for (const report of reports) {
          assert.isTrue(Report.isComplete(report), Report.format(report))
          assert.include(outcomes(report), "check Done")
        }
        assert.include(outcomes(reports[2]!), "keep Skipped")
        assert.strictEqual((yield* created).length, 3)
        assert.deepStrictEqual(yield* names, before)
      })
    )
  )

  it.effect("do not destroy a Droplet that a killed run left until its time is over", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.create({
          name: "verify-166404101-19700101000000-60m-abcdef",
          image: web,
          size: "s-1vcpu-1gb",
          region: "nyc3",
          tags: ["image-verify"]
        })
        yield* Effect.sleep("59 minutes")
        assert.deepStrictEqual(outcomes(yield* Verify.execute({ image: web }, { check: healthy }))[0], "keep Skipped")
        assert.deepStrictEqual(outcomes(yield* Verify.execute({ image: web }, { check: healthy }))[0], "destroy Done")
        assert.deepStrictEqual(yield* names, before)
      })
    )
  )
})

describe("a Droplet that is not visible yet", () => {
  // R11
  for (const seconds of [1, 5, 10]) {
    it.effect(`for ${seconds} seconds, to GET, DELETE and every listing, is waited for and destroyed`, () =>
      on(
        Effect.gen(function* () {
          const report = yield* Verify.execute({ image: web }, { check: healthy, wait: Crash.wait })
          assert.deepStrictEqual(outcomes(report), ["create Done", "check Done", "destroy Done"])
          yield* Effect.sleep("1 minute")
          assert.deepStrictEqual(yield* names, before)
        }),
        { readDelay: `${seconds} seconds` }
      )
    )

    it.effect(`for ${seconds} seconds is destroyed by a run that is interrupted meanwhile`, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Crash.as("any")(Verify.execute({ image: web }, { check: healthy })))
        yield* TestClock.adjust("500 millis")
        assert.strictEqual((yield* created).length, 1)
        yield* Crash.passing(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* Crash.as("any")(names), before)
      }).pipe(Effect.provide(TestDigitalOcean.layer({ readDelay: `${seconds} seconds` }), { local: true }))
    )
  }
})

describe("a lost response to the creation", () => {
  for (const when of ["before", "after"] as const) {
    it.effect(`${when} it was executed, leaves no Droplet, and nothing is sent again`, () =>
      Effect.gen(function* () {
        const report = yield* Crash.passing(Crash.as("any")(Verify.execute({ image: web }, { check: healthy })))
        assert.deepStrictEqual(
          outcomes(report),
          when === "after"
            ? ["create Done", "check Done", "destroy Done"]
            : ["create Failed", "check Skipped", "destroy Skipped"]
        )
        assert.strictEqual((yield* created).length, when === "after" ? 1 : 0)
        assert.deepStrictEqual(yield* Crash.as("any")(names), before)
      }).pipe(
        Effect.provide(TestDigitalOcean.layer({ faults: [{ on: "droplets.create", fault: "reset", when }] }), {
          local: true
        })
      )
    )
  }
})

describe("whatever goes wrong on the way", () => {
  it.effect.prop(
    "a run that is repeated leaves no Droplet",
    { seed: Schema.Int },
    ({ seed }) =>
      on(
        Effect.gen(function* () {
          const faults = yield* Random.withSeed(Faults.random({ requests: 40, probability: 0.3 }), seed)
          yield* Crash.disturbed(faults, Verify.execute({ image: web }, { check: healthy, wait: Crash.wait }))
          assert.deepStrictEqual(yield* names, before)
        }),
        { speed: 4 }
      ),
    { arbitrary: { runs: 30 }, timeout: Crash.patience }
  )
})

describe("ended at any request", () => {
  const scenario: Crash.Scenario = {
    job: Crash.as("any")(
      Verify.execute({ image: custom, region: "ams3", replicate: true }, { check: healthy, wait: Crash.wait })
    ),
    state: Crash.as("any")(Effect.all([names, Crash.images])),
    // until then the Droplet may be in use by a run that is still in progress
    pause: "61 minutes",
    // a Droplet that was left is destroyed, and another is created
    mayRepeat: (change) => /^(POST|DELETE) \/v2\/droplets/.test(change)
  }

  it.effect("by a kill, and run again, it leaves no Droplet", () => Crash.survivesEveryCrash(scenario), Crash.patience)

  it.effect(
    "by an interruption, it leaves no Droplet, without a second run",
    () =>
      Crash.survivesEveryInterruption(scenario, ({ changes, state }, where) => {
        assert.deepStrictEqual((state as ReadonlyArray<unknown>)[0], before, where)
        const made = changes.filter((change) => change.startsWith("POST /v2/droplets "))
        const destroyed = changes.filter((change) => change.startsWith("DELETE /v2/droplets/"))
        assert.strictEqual(destroyed.length, made.length, where)
      }),
    Crash.patience
  )
})
