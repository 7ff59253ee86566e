import { Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import { scenarios } from "../support/scenarios.ts"

/** How often each change was executed that may be executed once: creations, actions, deletions. */
const counts = (changes: ReadonlyArray<string>) =>
  Map.groupBy(
    changes.filter((change) => !change.startsWith("PUT ") && !/^POST \/v2\/tags\b/.test(change)),
    (change) => change
  )

/** Runs a job in several processes, each started a while after the one before, and returns how they ended. */
const together = (scenario: Crash.Scenario, gaps: ReadonlyArray<number>, account: TestDigitalOcean.Options) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(scenario.begin ?? 0)
    const runs = gaps.map((gap) => Effect.result(Effect.delay(scenario.job, gap)))
    const results = yield* Crash.passing(Effect.all(runs, { concurrency: "unbounded" }))
    yield* TestClock.adjust("2 minutes")
    const alike = scenario.alike ?? ((text: string) => text)
    const state = JSON.parse(alike(JSON.stringify(yield* scenario.state ?? Crash.images)))
    return { results, state, changes: (yield* Crash.changes).map(alike) }
  }).pipe(
    Effect.provide(TestDigitalOcean.layer({ speed: 4, ...scenario.account, ...account }), { local: true }),
    Effect.provide(TestClock.layer(), { local: true })
  )

/** Two processes may both send an import; the one that was later deletes its own. Each run of verify creates a Droplet. */
const mayRepeat: Readonly<Record<string, RegExp>> = {
  import: /^(POST|DELETE) \/v2\/images\/?/,
  verify: /^(POST|DELETE) \/v2\/droplets/,
  "hand over": /account_transfer/
}

// R7, R8, R9
describe("started twice at nearly the same time, a job does nothing twice, and both runs succeed", () => {
  for (const [name, scenario] of Object.entries<Crash.Scenario>(scenarios)) {
    it.effect(
      name,
      () =>
        Effect.gen(function* () {
          const one = yield* together(scenario, [0], {})
          for (const account of [{}, { latency: "80 millis" }, { readDelay: "20 seconds" }] as const) {
            for (const gap of [0, 150, 1500]) {
              const where = `${gap} ms apart, ${JSON.stringify(account)}`
              const two = yield* together(scenario, [0, gap], account)
              assert.deepStrictEqual(two.state, one.state, where)
              for (const [change, sent] of counts(two.changes)) {
                if (mayRepeat[name]?.test(change) === true) continue
                assert.strictEqual(sent.length, 1, `${change}, ${where}`)
              }
              for (const result of two.results) {
                assert.strictEqual(result._tag, "Success", where)
                const report = (result as { readonly success: Parameters<typeof Report.format>[0] }).success
                assert.isTrue(Report.isComplete(report), `${where}\n${Report.format(report)}`)
              }
            }
          }
        }),
      Crash.patience
    )
  }
})
