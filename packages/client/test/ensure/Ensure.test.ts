import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Ops from "../support/ensure.ts"
import { account, hour } from "../support/inMemory.ts"

const idsOf = Effect.gen(function* () {
  const test = yield* TestDigitalOcean.TestDigitalOcean
  return (yield* test.actions()).map(({ id }) => Number(id))
})

/** Runs a program in an account, while time passes. */
const inAccount = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Effect.andThen(TestClock.setTime(start), hour(program)), account(options))

/** After the images of the account were created. */
const start = Date.parse("2026-11-25T03:10:00Z")

describe("an operation", () => {
  for (const operation of Ops.operations) {
    const { name } = operation
    const lost = (when: "before" | "after", times: number | "always" = 1) =>
      Ops.sendFault(operation, { fault: "reset", when, times })

    it.effect(`sends its request once and returns Requested: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const result = yield* operation.run()
          assert.strictEqual(result._tag, "Requested")
          assert.strictEqual(yield* Ops.executed(operation), 1)
          if (operation.listing !== undefined) assert.include(yield* idsOf, Ops.idOf(result))
        })
      )
    )

    it.effect(`returns Satisfied and sends nothing if it is already so: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* Ops.completed(operation)
          yield* Effect.sleep("15 minutes")
          const before = yield* Ops.sent(operation)
          assert.strictEqual((yield* operation.run())._tag, "Satisfied")
          assert.strictEqual(yield* Ops.sent(operation), before)
        })
      )
    )

    it.effect(`is not sent again if its response was lost after it was executed: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.prepare ?? Effect.void
          const result = yield* operation.run()
          assert.strictEqual(result._tag, "Requested")
          if (operation.listing !== undefined) assert.strictEqual(Ops.idOf(result), (yield* idsOf).at(-1))
          yield* Effect.sleep("30 minutes")
          assert.strictEqual((yield* operation.run())._tag, "Satisfied")
          const test = yield* TestDigitalOcean.TestDigitalOcean
          assert.deepStrictEqual(yield* test.violations, [])
        }),
        { faults: lost("after") }
      )
    )

    if (operation !== Ops.deletion) {
      it.effect(`fails with an unknown outcome if its request was lost, and can be run again: ${name}`, () =>
        inAccount(
          Effect.gen(function* () {
            assert.propertyVal(yield* Effect.flip(operation.run()), "outcome", "unknown")
            assert.strictEqual((yield* operation.run())._tag, "Requested")
            assert.strictEqual(yield* Ops.executed(operation), 1)
          }),
          { faults: lost("before") }
        )
      )

      it.effect(`retries a 404 while the resource may not be visible yet: ${name}`, () =>
        inAccount(
          Effect.gen(function* () {
            assert.strictEqual((yield* operation.run())._tag, "Requested")
            assert.strictEqual(yield* Ops.executed(operation), 1)
          }),
          { faults: Ops.sendFault(operation, { fault: "status", status: 404, times: 3 }) }
        )
      )

      it.effect(`stops to retry a 404 after the grace period: ${name}`, () =>
        inAccount(
          Effect.gen(function* () {
            for (const [notFoundGracePeriod, least, most] of [
              [undefined, 20_000, 30_000],
              [0, 0, 2000]
            ] as const) {
              const start = yield* Clock.currentTimeMillis
              const error = yield* Effect.flip(operation.run({ notFoundGracePeriod }))
              assert.nestedPropertyVal(error, "reason._tag", "NotFound")
              const elapsed = (yield* Clock.currentTimeMillis) - start
              assert.isAtLeast(elapsed, least)
              assert.isAtMost(elapsed, most)
            }
          }),
          { faults: Ops.sendFault(operation, { fault: "status", status: 404, times: "always" }) }
        )
      )
    }

    it.effect(`can be wrapped, for example to be uninterruptible: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const sent: Array<number> = []
          yield* operation.run({
            wrapRequest: (request) =>
              Effect.gen(function* () {
                sent.push(yield* Effect.orDie(Ops.executed(operation)))
                const result = yield* request
                sent.push(yield* Effect.orDie(Ops.executed(operation)))
                return result
              }) as typeof request
          })
          assert.deepStrictEqual(sent, [0, 1])
        })
      )
    )
  }
})

describe("an operation that another process was quicker with", () => {
  for (const operation of Ops.operations) {
    const expected = operation === Ops.deletion ? "Satisfied" : operation === Ops.tag ? "Requested" : "Joined"
    it.effect(`is ${expected}, and executed once: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          let isFirst = true
          const result = yield* operation.run({
            wrapRequest: (request) => {
              const quicker = isFirst ? Effect.orDie(operation.other) : Effect.void
              isFirst = false
              return Effect.andThen(quicker, request) as typeof request
            }
          })
          assert.strictEqual(result._tag, expected)
          if (operation.listing !== undefined) {
            assert.strictEqual(Ops.idOf(result), (yield* idsOf).at(-1))
            assert.strictEqual(yield* Ops.executed(operation), 1)
          }
        })
      )
    )
  }
})

describe("an operation that is rejected for an unknown reason", () => {
  const refusal = JSON.stringify({ id: "unprocessable_entity", message: "This is not possible." })
  for (const operation of [Ops.transfer, Ops.conversion, Ops.powerOff]) {
    const faults = Ops.sendFault(operation, { fault: "answer", status: 422, body: refusal, nth: 2 })

    it.effect(`is Joined if another process was quicker: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const result = yield* operation.run({
            wrapRequest: (request) => Effect.andThen(Effect.orDie(operation.other), request) as typeof request
          })
          assert.strictEqual(result._tag, "Joined")
          assert.strictEqual(yield* Ops.executed(operation), 1)
        }),
        { faults }
      )
    )

    it.effect(`fails with that at once otherwise: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const start = yield* Clock.currentTimeMillis
          const error = yield* Effect.flip(operation.run())
          assert.nestedPropertyVal(error, "reason.detail", "This is not possible.")
          assert.strictEqual(yield* Clock.currentTimeMillis, start)
        }),
        { faults: Ops.sendFault(operation, { fault: "answer", status: 422, body: refusal }) }
      )
    )
  }
})

describe("an operation whose action is in progress", () => {
  for (const operation of Ops.starting) {
    const { listing, name } = operation

    it.effect(`returns it as Joined, without waiting for it: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.other
          const start = yield* Clock.currentTimeMillis
          const progress: Array<string> = []
          const result = yield* operation.run({
            waitForEvents: "30 minutes",
            onProgress: ({ type }) => Effect.sync(() => void progress.push(type))
          })
          assert.strictEqual(result._tag, "Joined")
          assert.nestedPropertyVal(result, "action.status", "in-progress")
          assert.deepStrictEqual(progress, [])
          assert.strictEqual(yield* Clock.currentTimeMillis, start)
          assert.strictEqual(yield* Ops.executed(operation), 1)
        })
      )
    )

    for (const field of operation === Ops.transfer ? ["type", "region"] : ["type"]) {
      const fields = field === "region" ? ["region", "region_slug"] : [field]
      it.effect(`does not send another request if its ${field} is missing: ${name}`, () =>
        inAccount(
          Effect.gen(function* () {
            yield* operation.other
            const result = yield* operation.run()
            assert.notStrictEqual(result._tag, "Requested")
            assert.strictEqual(yield* Ops.sent(operation), 1)
          }),
          {
            faults: fields.flatMap((name) =>
              [`${listing}`, "actions.list"].map((on) => ({
                fault: "remove" as const,
                on,
                field: `actions.*.${name}`,
                times: "always" as const
              }))
            )
          }
        )
      )
    }

    for (const statusDelay of ["30 seconds", "50 seconds"] as const) {
      it.effect(`is Satisfied when it is completed, while the status lags ${statusDelay} behind: ${name}`, () =>
        inAccount(
          Effect.gen(function* () {
            yield* Ops.completed(operation)
            if (operation === Ops.takeSnapshot) yield* Effect.sleep("10 seconds")
            const result = yield* operation.run()
            assert.strictEqual(result._tag, "Satisfied")
            assert.strictEqual(yield* Ops.executed(operation), 1)
          }),
          { statusDelay }
        )
      )
    }

    it.effect(`is Satisfied when it is completed, while the status lags and completed_at is missing: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* Ops.completed(operation)
          if (operation === Ops.takeSnapshot) yield* Effect.sleep("10 seconds")
          assert.strictEqual((yield* operation.run())._tag, "Satisfied")
        }),
        {
          statusDelay: "30 seconds",
          faults: [{ fault: "remove", on: `${listing}`, field: "actions.*.completed_at", times: "always" }]
        }
      )
    )

    it.effect(`is found after a lost response though it is not visible for 8 seconds: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const result = yield* operation.run()
          assert.strictEqual(result._tag, "Requested")
          assert.strictEqual(Ops.idOf(result), (yield* idsOf).at(-1))
        }),
        { readDelay: "8 seconds", faults: Ops.sendFault(operation, { fault: "reset", when: "after" }) }
      )
    )
  }
})

describe("after a lost request that was not executed, an operation does not use", () => {
  for (const operation of Ops.starting) {
    const { name } = operation
    const lost = (nth: number) => Ops.sendFault(operation, { fault: "reset", when: "before", nth })

    it.effect(`an action of the same type that existed before: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          yield* operation.other
          yield* test.endAction((yield* idsOf).at(-1)!, "errored")
          yield* Effect.sleep("10 minutes")
          assert.propertyVal(yield* Effect.flip(operation.run()), "outcome", "unknown")
        }),
        { faults: lost(2) }
      )
    )

    it.effect(`a new action of another type: ${name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const error = yield* Effect.flip(
            operation.run({
              wrapRequest: (request) =>
                Effect.andThen(
                  Effect.gen(function* () {
                    yield* operation.other
                    yield* test.addFaults([
                      {
                        fault: "set",
                        on: operation.listing!,
                        field: "actions.0.type",
                        value: "rename",
                        times: "always"
                      },
                      ...Ops.sendFault(operation, { fault: "reset", when: "before" })
                    ])
                  }).pipe(Effect.orDie),
                  request
                ) as typeof request
            })
          )
          assert.propertyVal(error, "outcome", "unknown")
          assert.deepStrictEqual(yield* test.unusedFaults, [])
        }),
        // what the action of the other process does is not visible
        { statusDelay: "1 minute", imageDelay: "1 minute" }
      )
    )
  }

  it.effect("a new transfer to another region", () =>
    inAccount(
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Ops.transfer.run({
            wrapRequest: (request) => Effect.andThen(Effect.orDie(Ops.transfer.different!), request) as typeof request
          })
        )
        assert.propertyVal(error, "outcome", "unknown")
      }),
      { faults: Ops.sendFault(Ops.transfer, { fault: "reset", when: "before" }) }
    )
  )
})

describe("a resource that is busy", () => {
  const busy = JSON.stringify({ id: "unprocessable_entity", message: "Droplet already has a pending event." })
  const droplet = [Ops.powerOff, Ops.takeSnapshot]

  for (const operation of Ops.operations) {
    it.effect(`is requested again while its lock outlasts an action: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          assert.strictEqual((yield* operation.run())._tag, "Requested")
          assert.strictEqual(yield* Ops.executed(operation), 1)
        }),
        { faults: Ops.sendFault(operation, { fault: "answer", status: 422, body: busy, times: 5 }) }
      )
    )
  }

  for (const operation of droplet) {
    it.effect(`is an EventPending without waitForEvents: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.different!
          const start = yield* Clock.currentTimeMillis
          assert.propertyVal(yield* Effect.flip(operation.run()), "_tag", "EventPending")
          assert.strictEqual(yield* Clock.currentTimeMillis, start)
          assert.strictEqual(yield* Ops.executed(operation), 0)
        })
      )
    )

    it.effect(`is waited for with waitForEvents, and only its other actions: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.different!
          const progress = new Set<string>()
          const result = yield* operation.run({
            waitForEvents: "10 minutes",
            onProgress: ({ type }) => Effect.sync(() => void progress.add(type))
          })
          assert.strictEqual(result._tag, "Requested")
          assert.deepStrictEqual([...progress], ["reboot"])
        })
      )
    )

    it.effect(`is an ActionTimedOut after waitForEvents: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.different!
          const error = yield* Effect.flip(operation.run({ waitForEvents: "1 minute" }))
          assert.propertyVal(error, "_tag", "ActionTimedOut")
          assert.strictEqual(yield* Ops.executed(operation), 0)
        }),
        { faults: [{ fault: "stuck", on: "droplets.act" }] }
      )
    )

    it.effect(`is requested again while its lock outlasts an action: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          // an action that is completed does not explain the lock
          yield* Ops.ended(operation.different!)
          assert.strictEqual((yield* operation.run())._tag, "Requested")
          assert.strictEqual(yield* Ops.executed(operation), 1)
        }),
        { faults: Ops.sendFault(operation, { fault: "answer", status: 422, body: busy, times: 5 }) }
      )
    )

    it.effect(
      `is an EventPending after 25 seconds, or after waitForEvents, of a lock without action: ${operation.name}`,
      () =>
        inAccount(
          Effect.gen(function* () {
            for (const [waitForEvents, seconds] of [
              [undefined, 25],
              ["2 minutes", 120]
            ] as const) {
              const start = yield* Clock.currentTimeMillis
              assert.propertyVal(yield* Effect.flip(operation.run({ waitForEvents })), "_tag", "EventPending")
              const elapsed = ((yield* Clock.currentTimeMillis) - start) / 1000
              assert.isAtLeast(elapsed, seconds)
              assert.isAtMost(elapsed, seconds + 5)
            }
          }),
          { faults: Ops.sendFault(operation, { fault: "answer", status: 422, body: busy, times: "always" }) }
        )
    )
  }
})
