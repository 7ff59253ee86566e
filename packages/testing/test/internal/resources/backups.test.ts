import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { send } from "../../support/requests.ts"

const id = 1

const account = (policy?: Seed.Policy) =>
  TestDigitalOcean.layer({ seed: { images: [], droplets: [{ id, name: "web", ...(policy && { policy }) }] } })

const backups = Effect.map(send("GET", `/v2/droplets/${id}/backups?per_page=200`), ({ body }) =>
  body.backups.map(({ name }) => name)
)
const nextWindow = Effect.map(send("GET", `/v2/droplets/${id}`), ({ body }) => body.droplet.next_backup_window)
const act = (json: object) => send("POST", `/v2/droplets/${id}/actions`, { json })

/** Seed.now is a Wednesday's midnight. */
const begin = Effect.andThen(TestClock.setTime(Seed.now), nextWindow)

describe("a Droplet with a weekly policy", () => {
  const sunday = { start: "2026-11-29T04:00:00Z", end: "2026-11-29T08:00:00Z" }

  it.effect("is backed up when its window begins, by an action of its own", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* begin, sunday)
      yield* TestClock.adjust("100 hours")
      assert.deepStrictEqual(yield* backups, [])
      const { body } = yield* send("GET", `/v2/droplets/${id}/actions`)
      assert.deepStrictEqual(
        body.actions.map(({ status, type }) => [type, status]),
        [["backup", "in-progress"]]
      )
      assert.strictEqual((yield* act({ type: "snapshot" })).status, 422)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* backups, ["web 2026-11-29 04:00"])
      assert.deepStrictEqual(yield* nextWindow, { start: "2026-12-06T04:00:00Z", end: "2026-12-06T08:00:00Z" })
      const listed = yield* send("GET", "/v2/images?private=true")
      assert.deepStrictEqual([listed.body.images[0]?.type, listed.body.meta.total], ["backup", 1])
    }).pipe(Effect.provide(account({ plan: "weekly", weekday: "SUN", hour: 4 })))
  )

  it.effect("that is busy then is backed up when it is free, ten minutes later at the soonest", () =>
    Effect.gen(function* () {
      yield* begin
      yield* TestClock.adjust("99 hours")
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual((yield* act({ type: "snapshot", name: "s" })).status, 201)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* backups, ["web 2026-11-29 04:10"])
    }).pipe(Effect.provide(account({ plan: "weekly", hour: 4 })))
  )

  it.effect("that is busy all through its window waits for the next", () =>
    Effect.gen(function* () {
      yield* begin
      yield* TestDigitalOcean.TestDigitalOcean.use(({ addFaults }) =>
        addFaults([{ on: "droplets.act", fault: "stuck" }])
      )
      const { body } = yield* act({ type: "reboot" })
      yield* TestClock.adjust("6 days")
      assert.deepStrictEqual([yield* backups, (yield* nextWindow)?.start], [[], "2026-12-06T04:00:00Z"])
      yield* TestDigitalOcean.TestDigitalOcean.use(({ endAction }) => endAction(body.action.id, "completed"))
      yield* TestClock.adjust("6 days")
      assert.deepStrictEqual(yield* backups, ["web 2026-12-06 04:00"])
    }).pipe(Effect.provide(account({ plan: "weekly", hour: 4 })))
  )

  it.effect("keeps its backups for four weeks", () =>
    Effect.gen(function* () {
      yield* begin
      yield* TestClock.adjust("70 days")
      assert.deepStrictEqual(
        yield* backups,
        ["01-31", "01-24", "01-17", "01-10"].map((date) => `web 2027-${date} 00:00`)
      )
    }).pipe(Effect.provide(account({ plan: "weekly" })))
  )
})

it.effect("a Droplet with a daily policy keeps its backups for a week", () =>
  Effect.gen(function* () {
    yield* begin
    yield* TestClock.adjust("3 days")
    assert.deepStrictEqual(yield* backups, ["web 2026-11-27 20:00", "web 2026-11-26 20:00", "web 2026-11-25 20:00"])
    yield* TestClock.adjust("17 days")
    const all = yield* backups
    assert.deepStrictEqual([all.length, all[0], all.at(-1)], [7, "web 2026-12-14 20:00", "web 2026-12-08 20:00"])
  }).pipe(Effect.provide(account({ plan: "daily", hour: 20 })))
)

it.effect("a Droplet is backed up by the policy it has, and not without one", () =>
  Effect.gen(function* () {
    assert.isNull(yield* begin)
    yield* act({ type: "enable_backups", backup_policy: { plan: "daily", hour: 8 } })
    yield* TestClock.adjust("1 hour")
    assert.strictEqual((yield* nextWindow)?.start, "2026-11-25T08:00:00Z")
    yield* act({ type: "change_backup_policy", backup_policy: { plan: "weekly", weekday: "THU", hour: 12 } })
    yield* TestClock.adjust("2 days")
    assert.deepStrictEqual(yield* backups, ["web 2026-11-26 12:00"])
    yield* act({ type: "disable_backups" })
    yield* TestClock.adjust("14 days")
    assert.isNull(yield* nextWindow)
    assert.strictEqual((yield* backups).length, 1)
  }).pipe(Effect.provide(account()))
)

it.effect("after a reset there is one backup a window, as before", () =>
  Effect.gen(function* () {
    const { images, reset } = yield* TestDigitalOcean.TestDigitalOcean
    yield* begin
    yield* reset
    yield* TestClock.adjust("1 day")
    assert.deepStrictEqual(
      (yield* images()).map(({ name }) => name),
      ["web 2026-11-25 08:00"]
    )
  }).pipe(Effect.provide(account({ plan: "daily", hour: 8 })))
)
