import type { Droplet } from "@effect-digitalocean/client"
import { Report, Verify } from "@effect-digitalocean/jobs"
import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import * as RoundTrip from "../support/roundTrip.ts"

const web = 166404101
const custom = 160552018

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

class Closed extends Schema.TaggedError<Closed>()("Closed", { port: Schema.Int }) {}

describe("written as JSON and read", () => {
  const passed = { check: (droplet: Droplet.Droplet) => Effect.succeed({ at: droplet.created_at, ports: [22] }) }
  const { schemas, ...job } = Verify.jobOf(Schema.Struct({ at: Schema.DateTimeUtc, ports: Schema.Array(Schema.Int) }))
  const failed = { check: () => Effect.fail(new Closed({ port: 22 })) }
  const all: Verify.Options = {
    image: custom,
    region: "ams3",
    size: "s-4vcpu-8gb",
    replicate: true,
    series: "nightly",
    droplet: { tags: ["dr"], ssh_keys: [1, "aa:bb"], backup_policy: { plan: "daily", hour: 4 }, ipv6: true },
    checkTimeout: Duration.minutes(5),
    timeout: Duration.hours(2)
  }
  for (const [why, options, args, faults] of [
    ["a run with all options", all, passed, []],
    ["a failed check", { image: web }, failed, []],
    ["a wait that times out", { image: web }, { ...passed, wait: { timeout: "5 seconds" } }, []],
    ["a lost creation", { image: web }, passed, [{ on: "droplets.create", fault: "reset", when: "before" }]]
  ] as const satisfies ReadonlyArray<readonly [string, Verify.Options, Parameters<typeof job.run>[1], Faults.Script]>) {
    it.effect(`options, plan, events and report survive: ${why}`, () =>
      on(
        Effect.gen(function* () {
          const plan = yield* job.plan(options)
          const events = yield* Stream.runCollect(job.run(plan, args))
          assert.isAbove(events.length, 5)
          RoundTrip.survivesJson(schemas, { options, plan, events })
        }),
        { faults }
      )
    )
  }

  it.effect("a plan that was stored is run", () =>
    on(
      Effect.gen(function* () {
        const stored = Schema.encodeSync(Schema.toCodecJson(Verify.Plan))(yield* Verify.plan({ image: web }))
        const plan = Schema.decodeUnknownSync(Schema.toCodecJson(Verify.Plan))(JSON.parse(JSON.stringify(stored)))
        const report = yield* Report.of(Verify.run(plan, { check: () => Effect.succeed("healthy") }))
        assert.isTrue(Report.isComplete(report))
      })
    )
  )
})
