import { Droplet, Droplets } from "@effect-digitalocean/client"
import { Cleanup, Item, Plan, Report, Snapshot } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import { begin, on, seed, web } from "../support/releases.ts"

const { wait } = Crash

const options: Snapshot.Options = { droplet: web, name: "golden", powerOff: true }

const lines = (plan: Snapshot.Plan) =>
  plan.items.map((item) => `${Item.words(item).what} | ${Item.words(item).subject} | ${Item.details(item)}`)

const outcomes = ({ results }: Snapshot.Report) => results.map(({ item, outcome }) => `${item.verb} ${outcome._tag}`)

/** The actions on the Droplet, oldest first. */
const actions = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ actions }) => actions()),
  (all) => all.filter(({ resource_id }) => resource_id === web).map(({ type }) => type)
)

const isActive = Effect.map(
  Droplets.Droplets.use((droplets) => droplets.get(web)),
  Droplet.isActive
)

const isOff = { seed: { ...seed, droplets: [{ ...seed.droplets[0]!, status: "off" as const }] } }

describe("plan", () => {
  it.effect("names the three steps, and changes nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Snapshot.plan({ droplet: web, powerOff: true })
        assert.deepStrictEqual(lines(plan), [
          `power_off | web-01 (${web}) | for the snapshot`,
          `snapshot | web-01 (${web}) | as web-01-2026-11-25-03-10-00-000`,
          `power_on | web-01 (${web}) | after the snapshot`
        ])
        assert.deepStrictEqual(plan.requests, { changes: 3, lookups: 6 })
        assert.deepStrictEqual(plan.cost, { usd: 0, unknown: 1 })
        assert.deepStrictEqual(lines(yield* Snapshot.plan({ droplet: web, name: "golden" })), [
          `snapshot | web-01 (${web}) | as golden`
        ])
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("leaves a Droplet off that was off before, unless it is to be powered on", () =>
    on(
      Effect.gen(function* () {
        assert.deepStrictEqual(lines(yield* Snapshot.plan(options)), [
          `skip | web-01 (${web}) | off already`,
          `snapshot | web-01 (${web}) | as golden`,
          `skip | web-01 (${web}) | it was off before, and stays off`
        ])
        const powered = yield* Snapshot.plan({ ...options, powerOn: true })
        assert.strictEqual(powered.items[2]?.decision, "run")
        assert.isNull(powered.poweredOffBy)
      }),
      isOff
    )
  )

  it.effect("rejects a blank name", () =>
    on(
      Effect.gen(function* () {
        const error = yield* Effect.flip(Snapshot.plan({ ...options, name: " " }))
        assert.strictEqual(error.message, "name: expected a name that is not blank")
      })
    )
  )
})

describe("run", () => {
  it.effect("powers off, takes the snapshot, and powers on", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Snapshot.execute(options)
        assert.deepStrictEqual(outcomes(report), ["power_off Done", "snapshot Done", "power_on Done"])
        assert.strictEqual(Option.getOrThrow(Snapshot.imageOf(report)).name, "golden")
        assert.deepStrictEqual(yield* actions, ["power_off", "snapshot", "power_on"])
        assert.isTrue(yield* isActive)
      })
    )
  )

  it.effect("takes the snapshot of a Droplet that stays on, and of one that stays off", () =>
    Effect.gen(function* () {
      const snapshot = Effect.andThen(Snapshot.execute({ droplet: web, name: "golden" }), actions)
      assert.deepStrictEqual(yield* on(snapshot), ["snapshot"])
      assert.deepStrictEqual(yield* on(snapshot, isOff), ["snapshot"])
      const still = Effect.andThen(Snapshot.execute(options), Effect.all([actions, isActive]))
      assert.deepStrictEqual(yield* on(still, isOff), [["snapshot"], false])
    })
  )

  it.effect("takes the snapshot of a Droplet that is off, though it reads as active", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Snapshot.execute(options)
        // DigitalOcean rejects the power_off of a Droplet that is off
        assert.deepStrictEqual(outcomes(report), ["power_off Skipped", "snapshot Done", "power_on Skipped"])
        assert.deepStrictEqual(yield* actions, ["snapshot"])
      }),
      {
        ...isOff,
        faults: [{ fault: "set", on: "droplets.get", field: "droplet.status", value: "active", times: "always" }]
      }
    )
  )

  it.effect("powers off itself when the power_off of another process errors", () =>
    on(
      Effect.gen(function* () {
        const { id } = yield* Effect.flatMap(Droplets.Droplets, (droplets) => droplets.powerOff(web))
        const end = TestDigitalOcean.TestDigitalOcean.use((test) => test.endAction(id, "errored"))
        const job = Snapshot.execute(options, { wait })
        const [report] = yield* Effect.all([job, Effect.delay(end, "1 second")], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(report), ["power_off Done", "snapshot Done", "power_on Done"])
        assert.deepStrictEqual(yield* actions, ["power_off", "power_off", "snapshot", "power_on"])
      })
    )
  )

  it.effect("takes no snapshot if the action of the power_off does not exist, and the Droplet is on", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Snapshot.execute(options)
        assert.deepStrictEqual(outcomes(report), ["power_off Failed", "snapshot Skipped", "power_on Skipped"])
        assert.include(Report.format(report), "action 12345")
        assert.deepStrictEqual(yield* actions, [])
      }),
      {
        seed,
        faults: [
          {
            ...{ fault: "answer", on: "droplets.act", where: { type: "power_off" }, status: 201 },
            headers: { "content-type": "application/json" },
            body: JSON.stringify({
              action: { id: 12345, type: "power_off", status: "in-progress", started_at: "2026-11-25T03:10:00Z" }
            })
          }
        ]
      }
    )
  )

  it.effect("powers on also when the snapshot fails", () =>
    on(
      Effect.gen(function* () {
        const fail = Crash.erroring("30 seconds", 1)
        const [report] = yield* Effect.all([Snapshot.execute(options), fail], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(report), ["power_off Done", "snapshot Failed", "power_on Done"])
        assert.isTrue(yield* isActive)
      })
    )
  )

  for (const waitForEvents of ["10 minutes", undefined] as const) {
    it.effect(
      `takes no snapshot of a Droplet that was powered on since it was powered off for it, waitForEvents ${waitForEvents}`,
      () =>
        on(
          Effect.gen(function* () {
            const droplets = yield* Droplets.Droplets
            const meddle = Effect.gen(function* () {
              while ((yield* actions).length === 0) yield* Effect.sleep("1 second")
              yield* Effect.retry(droplets.powerOn(web), Schedule.spaced("1 second"))
            })
            const job = Snapshot.execute({ ...options, waitForEvents }, { wait })
            const [report] = yield* Effect.all([job, meddle], { concurrency: "unbounded" })
            assert.isTrue(Report.isComplete(report), Report.format(report))
            assert.deepStrictEqual(yield* actions, ["power_off", "power_on", "power_off", "snapshot", "power_on"])
          })
        )
    )
  }

  for (const [powerOff, expected] of [
    [true, "Done"],
    [false, "Failed"]
  ] as const) {
    it.effect(`of a Droplet that is ${powerOff ? "off" : "on"}, whose lock lasts 40 seconds, is ${expected}`, () =>
      on(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const body = JSON.stringify({ id: "unprocessable_entity", message: "Droplet already has a pending event." })
          yield* test.addFaults([
            { fault: "answer", on: "droplets.act", where: { type: "snapshot" }, status: 422, body, times: 13 }
          ])
          const report = yield* Snapshot.execute({ ...options, powerOff })
          assert.include(outcomes(report), `snapshot ${expected}`)
        })
      )
    )
  }

  it.effect("waits for the snapshot of another process before it powers on, as long as that takes", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const other = Effect.gen(function* () {
          while ((yield* Crash.images).every((image) => !image.includes("golden"))) yield* Effect.sleep("200 millis")
          yield* droplets.snapshot(web, "other")
        })
        const [report] = yield* Effect.all([Snapshot.execute(options, { wait }), other], { concurrency: "unbounded" })
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.deepStrictEqual(yield* actions, ["power_off", "snapshot", "snapshot", "power_on"])
      })
    )
  )

  it.effect("joins a snapshot in progress, and takes its own if that has a different name", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.snapshot(web, "golden")
        const report = yield* Snapshot.execute({ droplet: web, name: "golden" })
        assert.deepStrictEqual(outcomes(report), ["snapshot Done"])
        assert.strictEqual(Option.getOrThrow(Snapshot.imageOf(report)).name, "golden")
        assert.deepStrictEqual(yield* actions, ["snapshot"])
        yield* droplets.snapshot(web, "other")
        const second = yield* Snapshot.execute({ droplet: web, name: "second" })
        assert.strictEqual(Option.getOrThrow(Snapshot.imageOf(second)).name, "second")
        assert.deepStrictEqual(yield* actions, ["snapshot", "snapshot", "snapshot"])
      })
    )
  )
})

describe("a snapshot that was taken already", () => {
  for (const [ago, taken] of [
    ["9 minutes", 1],
    ["11 minutes", 2]
  ] as const) {
    it.effect(`under the chosen name, completed ${ago} ago, is taken ${taken === 1 ? "once" : "again"}`, () =>
      on(
        Effect.gen(function* () {
          yield* Snapshot.execute(options)
          yield* Effect.sleep(ago)
          const plan = yield* Snapshot.plan(options)
          assert.strictEqual(plan.image === null, taken === 2)
          if (taken === 1) {
            assert.isTrue(Plan.isEmpty(plan))
            assert.strictEqual(Item.details(plan.items[1]!), "as golden, taken already")
          }
          assert.isTrue(Report.isComplete(yield* Report.of(Snapshot.run(plan))))
          assert.strictEqual((yield* actions).filter((type) => type === "snapshot").length, taken)
        })
      )
    )
  }

  it.effect("under a default name is taken again", () =>
    on(
      Effect.gen(function* () {
        yield* Snapshot.execute({ droplet: web })
        yield* Snapshot.execute({ droplet: web })
        assert.deepStrictEqual(yield* actions, ["snapshot", "snapshot"])
      })
    )
  )

  it.effect("by the same plan is not taken again, however long ago", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Snapshot.plan(options)
        yield* Stream.runDrain(Snapshot.run(plan))
        yield* Effect.sleep("2 days")
        const report = yield* Report.of(Snapshot.run(plan))
        assert.deepStrictEqual(outcomes(report), ["power_off Skipped", "snapshot Done", "power_on Skipped"])
        assert.deepStrictEqual(yield* actions, ["power_off", "snapshot", "power_on"])
      })
    )
  )
})

describe("what a killed run left", () => {
  it.effect("is found: a Droplet that is off is powered on, and its snapshot is not taken again", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const off = yield* droplets.powerOff(web)
        yield* Effect.sleep("1 minute")
        yield* droplets.takeSnapshot(web, { name: "web-01-2026-11-25-03-11-00-000" })
        yield* Effect.sleep("20 hours")
        const plan = yield* Snapshot.plan({ droplet: web, powerOff: true })
        assert.strictEqual(plan.poweredOffBy?.id, off.id)
        assert.deepStrictEqual(lines(plan), [
          `skip | web-01 (${web}) | the snapshot is taken already`,
          `skip | web-01 (${web}) | as web-01-2026-11-25-03-11-00-000, taken already`,
          `power_on | web-01 (${web}) | after the snapshot`
        ])
        assert.isTrue(Report.isComplete(yield* Report.of(Snapshot.run(plan))))
        assert.deepStrictEqual(yield* actions, ["power_off", "snapshot", "power_on"])
        assert.isTrue(yield* isActive)
      })
    )
  )

  it.effect("is joined: a power_on in progress", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.powerOff(web)
        yield* Effect.sleep("1 minute")
        yield* droplets.takeSnapshot(web, { name: "golden" })
        const action = yield* droplets.powerOn(web)
        const plan = yield* Snapshot.plan(options)
        assert.deepInclude(plan.items[2], { decision: "join", action: action.id })
        assert.isTrue(Report.isComplete(yield* Report.of(Snapshot.run(plan))))
        assert.isTrue(yield* isActive)
        assert.deepStrictEqual(yield* actions, ["power_off", "snapshot", "power_on"])
      })
    )
  )
})

describe("killed at any request and run again, it ends as if it had not been killed", () => {
  const account = { seed, speed: 4 }
  const state = Effect.all([Crash.images, Crash.as("any")(isActive)])
  const alike = (text: string) => text.replaceAll(/web-01-2026-11-25-[^"\\]*/g, "new")
  it.effect("with a name", () =>
    Crash.survivesEveryCrash({
      ...{ account, begin, state },
      job: Crash.as("any")(Snapshot.execute(options, { wait }))
    })
  )

  it.effect("without a name, but for the requests after which the Droplet is on", () =>
    Crash.survivesEveryCrash({
      ...{ account, begin, state, alike },
      job: Crash.as("any")(Snapshot.execute({ droplet: web, powerOff: true }, { wait })),
      // nothing says of a Droplet that is on whether its latest snapshot is that of a run that was killed
      except: ({ request }, requests) => request > requests - 3
    })
  )

  for (const pause of ["0 seconds", "1 day"] as const) {
    it.effect(`with the same plan, ${pause} later`, () =>
      Effect.gen(function* () {
        const plan = yield* on(Snapshot.plan({ droplet: web, powerOff: true }))
        yield* Crash.survivesEveryCrash({
          ...{ account, begin, state, pause },
          job: Crash.as("any")(Stream.runDrain(Snapshot.run(plan, { wait })))
        })
      })
    )
  }
})

describe("interrupted at any request", () => {
  it.effect(
    "it powers the Droplet on again, or reports within the deadline that it is off",
    () =>
      Effect.gen(function* () {
        const left: Array<string> = []
        const waited = new Set<string>()
        const job = Crash.as("any")(Snapshot.execute(options, { wait })).pipe(
          Effect.provideService(Cleanup.OnLeftBehind, ({ message }) => Effect.sync(() => void left.push(message))),
          Effect.provideService(Cleanup.OnProgress, ({ type }) => Effect.sync(() => void waited.add(type)))
        )
        let off = 0
        const state = Crash.as("any")(isActive)
        yield* Crash.survivesEveryInterruption(
          { job, account: { seed, speed: 4 }, begin, state },
          ({ state }, where) => {
            const reports = left.splice(0)
            if (state === true) return
            off += 1
            assert.lengthOf(reports, 1, where)
            assert.match(reports[0]!, /^Droplet web-01 \(413118204\) was powered off .* run the job again: /)
          }
        )
        // only while the snapshot is being taken, for DigitalOcean refuses to power on meanwhile
        assert.isAtMost(off, 12)
        assert.includeMembers([...waited], ["snapshot", "power_on"])
      }),
    Crash.patience
  )
})
