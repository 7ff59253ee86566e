import { Release, Report, Verify } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Crash from "../support/crash.ts"
import * as Releases from "../support/releases.ts"

/** Runs a program on a machine whose clock is wrong; DigitalOcean's clock, and sleeping, are right. */
const withWrongClock = <A, E, R>(program: Effect.Effect<A, E, R>, wrongBy: Duration.Input) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const http = yield* HttpClient.HttpClient
    const millis = Duration.toMillis(Duration.fromInputUnsafe(wrongBy))
    const wrong: Clock.Clock = {
      currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + millis,
      currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + millis),
      currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(millis) * 1_000_000n,
      currentTimeNanos: Effect.map(clock.currentTimeNanos, (now) => now + BigInt(millis) * 1_000_000n),
      monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: clock.monotonicTimeNanos,
      sleep: (duration) => clock.sleep(duration)
    }
    const right = HttpClient.make((request) => Effect.provideService(http.execute(request), Clock.Clock, clock))
    return yield* program.pipe(
      Effect.provideService(HttpClient.HttpClient, right),
      Effect.provideService(Clock.Clock, wrong)
    )
  })

/** Runs a program until a change of this kind has completed, and ends it there as SIGKILL does. */
const killedOnce = <A, E, R>(program: Effect.Effect<A, E, R>, type: string) =>
  Effect.gen(function* () {
    const inner = yield* HttpClient.HttpClient
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const dead = yield* Deferred.make<void>()
    const mortal = HttpClient.make((request) =>
      Effect.gen(function* () {
        const isOver = (yield* test.actions()).some((action) => action.type === type && action.status === "completed")
        if (!isOver) return yield* inner.execute(request)
        yield* Deferred.succeed(dead, undefined)
        return yield* Effect.never
      })
    )
    const fiber = yield* Effect.forkDetach(Effect.provideService(program, HttpClient.HttpClient, mortal))
    yield* Deferred.await(dead)
    yield* Effect.forkDetach(Fiber.interrupt(fiber), { startImmediately: true })
  })

const release = (options: Partial<Release.Options> = {}) =>
  Crash.as("any")(Release.execute({ droplet: Releases.web, series: "web", ...options }))

const on = <A, E, R>(program: Effect.Effect<A, E, R>, account: TestDigitalOcean.Options = {}) =>
  Effect.provide(Releases.at(Crash.passing(program)), TestDigitalOcean.layer({ seed: Releases.seed, ...account }), {
    local: true
  })

const snapshots = Effect.map(
  Crash.changes,
  (changes) => changes.filter((change) => change.includes('"snapshot"')).length
)

describe("a clock of this machine that is wrong does no harm", () => {
  for (const wrongBy of ["2 hours", "-2 hours", "5 minutes", "-5 minutes"] as const) {
    it.effect(`${wrongBy}: a Droplet that a killed release powered off is powered on by the next run`, () =>
      on(
        Effect.gen(function* () {
          const job = withWrongClock(release({ powerOff: true }), wrongBy)
          yield* killedOnce(job, "power_off")
          const report = yield* job
          assert.isTrue(Report.isComplete(report), Report.format(report))
          const [droplet] = yield* TestDigitalOcean.TestDigitalOcean.use(({ droplets }) => droplets())
          assert.strictEqual(droplet?.status, "active", Report.format(report))
        })
      )
    )

    it.effect(`${wrongBy}: a snapshot whose image is not listed yet is waited for, not taken again`, () =>
      on(
        Effect.gen(function* () {
          const job = withWrongClock(release(), wrongBy)
          yield* killedOnce(job, "snapshot")
          const report = yield* job
          assert.isTrue(Report.isComplete(report), Report.format(report))
          assert.strictEqual(yield* snapshots, 1)
        }),
        { imageDelay: "2 minutes" }
      )
    )

    it.effect(`${wrongBy}: an hour after a release another is made`, () =>
      on(
        Effect.gen(function* () {
          const job = withWrongClock(release(), wrongBy)
          assert.isTrue(Report.isComplete(yield* job))
          yield* Effect.sleep("1 hour")
          assert.isTrue(Report.isComplete(yield* job))
          assert.strictEqual(yield* snapshots, 2)
        })
      )
    )

    it.effect(`${wrongBy}: verify does not destroy the Droplet of another run that is in use`, () =>
      on(
        Effect.gen(function* () {
          const options = { image: 1, region: "nyc3" }
          const run = Crash.as("any")(Verify.execute(options, { check: () => Effect.sleep("5 minutes") }))
          const other = yield* Effect.forkChild(run)
          yield* Effect.sleep("2 minutes")
          const plan = yield* withWrongClock(Crash.as("any")(Verify.plan(options)), wrongBy)
          assert.deepStrictEqual(
            plan.items.filter(({ subject }) => subject.id !== null).map(({ decision }) => decision),
            ["keep"]
          )
          yield* Fiber.join(other)
        })
      )
    )
  }

  it.effect("a name contains the time at DigitalOcean", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* withWrongClock(
          Crash.as("any")(Release.plan({ droplet: Releases.web, series: "web-{date}" })),
          "1 day"
        )
        assert.strictEqual(plan.name, "web-2026-11-25")
      })
    )
  )
})
