import * as DigitalOceanError from "../../src/DigitalOceanError.ts"
import * as Reconcile from "../../src/Reconcile.ts"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"

const error = (reason: DigitalOceanError.Reason) =>
  new DigitalOceanError.DigitalOceanError({ operation: "Images.transfer", method: "POST", reason })

const lost = error(new DigitalOceanError.TransportError({ phase: "headers", sent: true, description: "lost" }))

const refused = error(new DigitalOceanError.UnprocessableEntity({ status: 422, id: "unprocessable", detail: "no" }))

const unreadable = error(new DigitalOceanError.DecodeError({ status: 201, path: "", issue: "HTML" }))

/** Something that is seen after so many looks, and how often it was looked for. */
const seenAfter = (looks: number) => {
  const found = { looks: 0 }
  const find = Effect.sync(() => (found.looks++ < looks ? Option.none<string>() : Option.some("found")))
  return { find, found }
}

const later = <A, E>(self: Effect.Effect<A, E>) =>
  Effect.raceFirst(self, Effect.andThen(TestClock.adjust("1 hour"), Effect.never))

describe("createOrFind", () => {
  it.effect("answers what the request made, though its answer was lost or unreadable", () =>
    Effect.gen(function* () {
      for (const reason of [lost, unreadable]) {
        const { find, found } = seenAfter(2)
        assert.strictEqual(yield* later(Reconcile.createOrFind(Effect.fail(reason), find)), "found")
        assert.strictEqual(found.looks, 3)
      }
    })
  )

  it.effect("gives up after a while with the request's own error, whatever the looking met", () =>
    Effect.gen(function* () {
      for (const find of [Effect.succeedNone, Effect.fail(refused)]) {
        const start = yield* Clock.currentTimeMillis
        const search = Reconcile.createOrFind<string, never, never, unknown, never>(Effect.fail(lost), find)
        const [failed, end] = yield* later(Effect.all([Effect.flip(search), Clock.currentTimeMillis]))
        assert.strictEqual(failed, lost)
        assert.isAtMost(end - start, 12_000)
      }
    })
  )

  it.effect("does not look when the request succeeded or surely did nothing", () =>
    Effect.gen(function* () {
      const { find, found } = seenAfter(0)
      assert.strictEqual(yield* Reconcile.createOrFind(Effect.succeed("made"), find), "made")
      assert.strictEqual(yield* Effect.flip(Reconcile.createOrFind(Effect.fail(refused), find)), refused)
      assert.strictEqual(found.looks, 0)
    })
  )
})
