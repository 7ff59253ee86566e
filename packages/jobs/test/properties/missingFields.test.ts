import { Report } from "@effect-digitalocean/jobs"
import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import { scenarios } from "../support/scenarios.ts"

const image = ["name", "type", "distribution", "slug", "public", "regions", "min_disk_size", "size_gigabytes", "tags"]
const action = ["type", "completed_at", "resource_id", "resource_type", "region", "region_slug"]
const droplet = ["name", "locked", "region", "image", "size", "size_slug", "snapshot_ids", "networks", "tags"]

/** Every optional field of the responses that jobs decide by, wherever it is returned. */
const fields: ReadonlyArray<readonly [string, ReadonlyArray<readonly [on: string, field: string]>]> = [
  ...[...image, "status"].map((field) => {
    const places = [
      ["images.get", `image.${field}`],
      ["images.list", `images.*.${field}`],
      ["images.create", `image.${field}`],
      ["droplets.snapshots", `snapshots.*.${field}`]
    ] as const
    return [`image.${field}`, places] as const
  }),
  ...action.map((field) => {
    const places = [
      ["actions.get", `action.${field}`],
      ["actions.list", `actions.*.${field}`],
      ["images.actions", `actions.*.${field}`],
      ["images.act", `action.${field}`],
      ["droplets.actions", `actions.*.${field}`],
      ["droplets.act", `action.${field}`]
    ] as const
    return [`action.${field}`, places] as const
  }),
  ...droplet.map((field) => {
    const places = [
      ["droplets.get", `droplet.${field}`],
      ["droplets.list", `droplets.*.${field}`],
      ["droplets.create", `droplet.${field}`]
    ] as const
    return [`droplet.${field}`, places] as const
  })
]

/** The fields that jobs decide by. */
const deciding = new Set([
  ...["name", "type", "status", "regions", "tags"].map((field) => `image.${field}`),
  ...["type", "completed_at", "region", "region_slug"].map((field) => `action.${field}`),
  ...["name", "region", "tags"].map((field) => `droplet.${field}`)
])

type Missing = "absent" | "null"

const faultsOf = (places: (typeof fields)[number][1], missing: Missing): Faults.Script =>
  places.map(([on, field]) =>
    missing === "absent"
      ? { fault: "remove", on, field, times: "always" }
      : { fault: "set", on, field, value: null, times: "always" }
  )

type Ended = Result.Result<Parameters<typeof Report.format>[0], unknown>

const isComplete = (ended: Ended) => Result.isSuccess(ended) && Report.isComplete(ended.success)

/**
 * Runs a job while a field is missing, killed right after its n-th change if there is one; then again; and, unless that
 * succeeds, once more when the field is there again.
 */
const withMissing = (scenario: Crash.Scenario, faults: Faults.Script, killedAfter: number | undefined) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(scenario.begin ?? 0)
    const { clearFaults, requests } = yield* TestDigitalOcean.TestDigitalOcean
    const inner = yield* HttpClient.HttpClient
    let changes = 0
    let isDead = false
    const killed = yield* Deferred.make<undefined>()
    const mortal = HttpClient.make((request) => {
      if (isDead) return Effect.never
      if (request.method === "GET") return inner.execute(request)
      return Effect.flatMap(inner.execute(request), (response) => {
        isDead = changes++ === killedAfter
        return isDead ? Effect.andThen(Deferred.succeed(killed, undefined), Effect.never) : Effect.succeed(response)
      })
    })
    const job = Effect.result(scenario.job) as Effect.Effect<Ended, never, HttpClient.HttpClient>
    const first = yield* Effect.forkDetach(Effect.provideService(job, HttpClient.HttpClient, mortal))
    const ended = yield* Crash.passing(Effect.raceFirst(Fiber.join(first), Deferred.await(killed)))
    if (ended === undefined) yield* Effect.forkDetach(Fiber.interrupt(first), { startImmediately: true })
    yield* TestClock.adjust(scenario.pause ?? 0)
    if (ended === undefined || !isComplete(ended)) {
      const again = yield* Crash.passing(job)
      if (!isComplete(again)) {
        yield* clearFaults
        const last = yield* Crash.passing(job)
        const why = Result.isSuccess(last) ? Report.format(last.success) : String(last.failure)
        assert.isTrue(isComplete(last), why)
      }
    }
    const isMet = (yield* requests).some(({ fault }) => fault !== undefined)
    const alike = scenario.alike ?? ((text: string) => text)
    return {
      state: JSON.parse(alike(JSON.stringify(yield* scenario.state ?? Crash.images))),
      changes: (yield* Crash.changes).map(alike),
      sent: changes,
      isMet
    }
  }).pipe(
    Effect.provide(TestDigitalOcean.layer({ speed: 4, ...scenario.account, faults }), { local: true }),
    Effect.provide(TestClock.layer(), { local: true })
  )

// R2, and every field like it
describe("while an optional field is missing from every response, a job creates nothing twice and deletes no more, and in the end all is created", () => {
  // a release with power off has all steps of these two
  const { release: _, "snapshot with power off": __, ...others } = scenarios
  for (const [name, scenario] of Object.entries<Crash.Scenario>(others)) {
    it.effect(
      name,
      () =>
        Effect.gen(function* () {
          const whole = yield* withMissing(scenario, [], undefined)
          // a release that carries its mark is finished, and the next one is another
          const mark = whole.changes.findIndex((change) => change.startsWith("POST /v2/tags/release"))
          const last = mark < 0 ? whole.sent : mark
          for (const [i, [field, places]] of fields.entries()) {
            const missing = i % 2 === 0 ? "absent" : "null"
            // of a field that no job decides by, one kill is tried, after another change each
            const kills = deciding.has(field) || last === 0 ? [...Array(last).keys()] : [i % last]
            for (const killedAfter of [undefined, ...kills]) {
              const where = `${field} is ${missing}, killed after change ${killedAfter}`
              const { changes, isMet, state } = yield* withMissing(scenario, faultsOf(places, missing), killedAfter)
              assert.deepStrictEqual(
                Crash.creations(changes, scenario),
                Crash.creations(whole.changes, scenario),
                where
              )
              assert.includeMembers(
                Crash.deletions(whole.changes, scenario) as Array<string>,
                Crash.deletions(changes, scenario) as Array<string>,
                where
              )
              assert.includeDeepMembers((state as Array<unknown>).flat(), (whole.state as Array<unknown>).flat(), where)
              // no response that the job receives has the field
              if (!isMet) break
            }
          }
        }),
      Crash.patience * 4
    )
  }
})
