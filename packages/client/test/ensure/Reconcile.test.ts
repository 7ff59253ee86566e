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

/** Something that is visible after a number of reads, and how often it was read. */
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

  it.effect("does not look when the request succeeded or certainly did nothing", () =>
    Effect.gen(function* () {
      const { find, found } = seenAfter(0)
      assert.strictEqual(yield* Reconcile.createOrFind(Effect.succeed("made"), find), "made")
      assert.strictEqual(yield* Effect.flip(Reconcile.createOrFind(Effect.fail(refused), find)), refused)
      assert.strictEqual(found.looks, 0)
    })
  )
})

/** Reasons for which a request was definitely not executed. */
const rejections = {
  BadRequest: new DigitalOceanError.BadRequest({ status: 400, id: "bad_request", detail: "no" }),
  Unauthorized: new DigitalOceanError.Unauthorized({ status: 401, id: "unauthorized", detail: "no" }),
  Forbidden: new DigitalOceanError.Forbidden({ status: 403, id: "forbidden", detail: "no", scopes: [] }),
  NotFound: new DigitalOceanError.NotFound({ status: 404, id: "not_found", detail: "no" }),
  Conflict: new DigitalOceanError.Conflict({ status: 409, id: "conflict", detail: "no" }),
  UnprocessableEntity: refused.reason
} as const

const ids = Object.keys(rejections) as ReadonlyArray<keyof typeof rejections>

describe("createOrFindAfterRefusal", () => {
  const searched: ReadonlyArray<string> = ["BadRequest", "NotFound", "Conflict", "UnprocessableEntity"]
  for (const id of ids) {
    const isSearched = searched.includes(id)
    it.effect(`${isSearched ? "searches" : "does not search"} after ${id}`, () =>
      Effect.gen(function* () {
        const { find, found } = seenAfter(1)
        const result = yield* later(
          Effect.result(Reconcile.createOrFindAfterRefusal(Effect.fail(error(rejections[id])), find))
        )
        assert.strictEqual(found.looks, isSearched ? 2 : 0)
        assert.strictEqual(result._tag, isSearched ? "Success" : "Failure")
      })
    )
  }

  it.effect("searches after an unknown outcome, and not after an error of another module", () =>
    Effect.gen(function* () {
      const { find, found } = seenAfter(1)
      assert.strictEqual(yield* later(Reconcile.createOrFindAfterRefusal(Effect.fail(lost), find)), "found")
      assert.strictEqual(yield* Effect.flip(Reconcile.createOrFindAfterRefusal(Effect.fail("other"), find)), "other")
      assert.strictEqual(found.looks, 2)
    })
  )
})

describe("createUnlessExists", () => {
  const refusal = (detail: string) =>
    error(new DigitalOceanError.UnprocessableEntity({ status: 422, id: "unprocessable_entity", detail }))
  const conflict = (detail: string) => error(new DigitalOceanError.Conflict({ status: 409, id: "conflict", detail }))
  // [why the request failed, how many times it inspects]
  const cases: ReadonlyArray<readonly [string, DigitalOceanError.DigitalOceanError, number]> = [
    ["a lost response", lost, 6],
    ["an unknown 422", refused, 1],
    ["an unknown 409", error(rejections.Conflict), 1],
    ["a 422 because the resource is busy", refusal("Droplet already has a pending event."), 14],
    ["a 409 because the resource is busy", conflict("Droplet already has a pending event."), 14],
    ["a 422 because it is so already", refusal("Image is already available in this region"), 14],
    ["a 422 because of a limit", refusal("You have reached your snapshot limit"), 1],
    ...ids
      .filter((id) => id !== "Conflict" && id !== "UnprocessableEntity")
      .map((id) => [`a ${rejections[id].status}`, error(rejections[id]), 0] as const)
  ]
  for (const [what, failure, times] of cases) {
    it.effect(`inspects ${times} times after ${what}`, () =>
      Effect.gen(function* () {
        const matched: Array<DigitalOceanError.DigitalOceanError> = []
        const match = (_: string, reason: DigitalOceanError.DigitalOceanError) => {
          matched.push(reason)
          return Option.none<string>()
        }
        const failed = yield* later(
          Effect.flip(Reconcile.createUnlessExists(Effect.fail(failure), Effect.succeed("state"), match))
        )
        assert.strictEqual(failed, failure)
        assert.strictEqual(matched.length, times)
        assert.isTrue(matched.every((reason) => reason === failure))
      })
    )
  }

  it.effect("returns what matches, and the error of another module", () =>
    Effect.gen(function* () {
      const inspect = Effect.succeed("state")
      assert.strictEqual(yield* Reconcile.createUnlessExists(Effect.fail(refused), inspect, Option.some), "state")
      assert.strictEqual(
        yield* Effect.flip(Reconcile.createUnlessExists(Effect.fail("other"), inspect, Option.some)),
        "other"
      )
    })
  )
})
