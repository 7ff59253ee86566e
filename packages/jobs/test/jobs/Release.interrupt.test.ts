import { Droplet, Droplets } from "@effect-digitalocean/client"
import { Cleanup, Release, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import { at, begin, on, options, seed, web } from "../support/releases.ts"

const { wait } = Crash
const powered = { ...options, powerOff: true }

const isActive = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ droplets }) => droplets()),
  (all) => all.every(({ status }) => status === "active")
)

const powerActions = Effect.map(Crash.changes, (all) => all.filter((change) => change.includes('"power_o')).length)

// R5
describe("a release with power off that is interrupted", () => {
  it.effect(
    "at any request powers the Droplet on again, or reports within the deadline that it is off",
    () =>
      Effect.gen(function* () {
        const left: Array<string> = []
        const report = (problem: Cleanup.LeftBehind) => Effect.sync(() => void left.push(problem.message))
        const job = Effect.provideService(
          Crash.as("any")(Release.execute(powered, { wait })),
          Cleanup.OnLeftBehind,
          report
        )
        let off = 0
        const points = yield* Crash.survivesEveryInterruption(
          { job, account: { seed, speed: 4 }, begin, state: isActive },
          ({ state }, where) => {
            const reports = left.splice(0)
            if (state === true) return
            off += 1
            assert.lengthOf(reports, 1, where)
            assert.match(
              reports[0]!,
              /^Droplet web-01 \(413118204\) was powered off .* power it on or run the job again: /
            )
          }
        )
        assert.isAbove(points, 50)
        // only while the snapshot is being taken, for DigitalOcean refuses to power on meanwhile
        assert.isAtMost(off, 12)
        assert.isAbove(off, 0)
      }),
    Crash.patience
  )

  for (const when of ["before", "after"] as const) {
    it.effect(`leaves no Droplet off when the response to power_off is lost, ${when} it was executed`, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Crash.as("any")(Release.execute(powered, { wait })))
        yield* TestClock.adjust("1 second")
        yield* Crash.passing(Fiber.interrupt(fiber))
        yield* TestClock.adjust("10 minutes")
        assert.isTrue(yield* isActive)
      }).pipe(
        at,
        Effect.provide(
          TestDigitalOcean.layer({
            seed,
            faults: [{ on: "droplets.act", where: { type: "power_off" }, fault: "reset", when }]
          }),
          { local: true }
        )
      )
    )
  }

  it.effect("while power_off is sent powers the Droplet on again, though no read shows yet that it is off", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Crash.as("any")(Release.execute(powered, { wait })))
      yield* TestClock.adjust("1 second")
      yield* Crash.passing(Fiber.interrupt(fiber))
      yield* TestClock.adjust("10 minutes")
      assert.isTrue(yield* isActive)
      assert.strictEqual(yield* powerActions, 2)
    }).pipe(
      at,
      Effect.provide(
        TestDigitalOcean.layer({
          seed,
          readDelay: "20 seconds",
          faults: [{ on: "droplets.act", where: { type: "power_off" }, fault: "late", seconds: 3 }]
        }),
        { local: true }
      )
    )
  )

  // R67
  it.effect("ends at the deadline though power_on never completes, and says so", () =>
    Effect.gen(function* () {
      const left: Array<Cleanup.LeftBehind> = []
      const fiber = yield* Effect.forkChild(
        Crash.as("any")(Release.execute(powered, { wait })).pipe(
          Effect.provideService(Cleanup.OnLeftBehind, (problem) => Effect.sync(() => void left.push(problem))),
          Effect.provideService(Cleanup.Deadline, Duration.seconds(5))
        )
      )
      yield* TestClock.adjust("10 seconds")
      const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(interruption.pollUnsafe())
      yield* TestClock.adjust("2 seconds")
      assert.isDefined(interruption.pollUnsafe())
      assert.deepStrictEqual(
        left.map(({ _tag }) => _tag),
        ["DropletLeftOff"]
      )
    }).pipe(
      at,
      Effect.provide(
        TestDigitalOcean.layer({
          seed,
          faults: [{ on: "droplets.act", where: { type: "power_on" }, fault: "stuck", times: "always" }]
        }),
        { local: true }
      )
    )
  )
})

describe("a Droplet that was off before", () => {
  const isOff = { ...seed, droplets: [{ ...seed.droplets[0]!, status: "off" as const }] }

  // R6
  for (const [powerOn, expected, does] of [
    [undefined, false, "stays off, and the plan says so"],
    [true, true, "is powered on if that is requested"]
  ] as const) {
    it.effect(does, () =>
      on(
        Effect.gen(function* () {
          const plan = yield* Release.plan({ ...powered, powerOn })
          const item = plan.items.find((item) => item.verb === "power_on")
          assert.strictEqual(item?.reason, expected ? "after the snapshot" : "it was off before, and stays off")
          assert.isTrue(Report.isComplete(yield* Report.of(Release.run(plan, { wait }))))
          assert.strictEqual(yield* isActive, expected)
        }),
        { seed: isOff }
      )
    )
  }

  it.effect("because a killed run of the release powered it off, is powered on by the next run", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.powerOff(web)
        yield* Effect.sleep("10 minutes")
        const plan = yield* Release.plan(powered)
        assert.match(plan.items[0]!.reason ?? "", /^off already, by action \d+ of an earlier run$/)
        assert.isTrue(Report.isComplete(yield* Report.of(Release.run(plan, { wait }))))
        assert.isTrue(Droplet.isActive(yield* droplets.get(web)))
        assert.strictEqual(yield* powerActions, 2)
      })
    )
  )
})

// R3
describe("while the Droplet's status lags behind its actions", () => {
  for (const seconds of [1, 5, 10]) {
    it.effect(
      `by ${seconds} seconds, what the release powered off is powered on, also when the snapshot is refused`,
      () =>
        Effect.gen(function* () {
          const report = yield* Crash.passing(Crash.as("any")(Release.execute(powered, { wait })))
          assert.include(Report.format(report), "You have reached the image limit")
          assert.strictEqual(yield* powerActions, 2)
          yield* TestClock.adjust("1 minute")
          assert.isTrue(yield* isActive)
        }).pipe(
          at,
          Effect.provide(
            TestDigitalOcean.layer({
              seed,
              statusDelay: `${seconds} seconds`,
              faults: [
                {
                  on: "droplets.act",
                  where: { type: "snapshot" },
                  fault: "answer",
                  status: 422,
                  body: '{"id":"unprocessable_entity","message":"You have reached the image limit"}',
                  times: "always"
                }
              ]
            }),
            { local: true }
          )
        )
    )
  }

  // R20
  for (const message of [
    "Droplet is currently on. Please power it off to run this event.",
    "Droplet already has a pending event."
  ]) {
    it.effect(`a snapshot that is refused twice with "${message}" is taken at the third request`, () =>
      Effect.gen(function* () {
        const report = yield* Crash.passing(Crash.as("any")(Release.execute(powered, { wait })))
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.strictEqual((yield* Crash.changes).filter((change) => change.includes('"snapshot"')).length, 1)
        assert.isTrue(yield* isActive)
      }).pipe(
        at,
        Effect.provide(
          TestDigitalOcean.layer({
            seed,
            faults: [
              {
                on: "droplets.act",
                where: { type: "snapshot" },
                fault: "answer",
                status: 422,
                body: JSON.stringify({ id: "unprocessable_entity", message }),
                times: 2
              }
            ]
          }),
          { local: true }
        )
      )
    )
  }
})
