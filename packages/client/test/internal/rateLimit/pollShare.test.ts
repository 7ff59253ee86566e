import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { Priority } from "../../../src/internal/rateLimit/priority.ts"
import { RequestQueue, type Waiter } from "../../../src/internal/rateLimit/requestQueue.ts"

const limits = { minute: 100, hour: 5000 }

const waiter = (priority: Priority, startsAction = false, deadline = 600_000): Waiter => ({
  options: { limits, store: undefined },
  priority,
  startsAction,
  state: "new",
  generation: 0,
  place: 0,
  deadline,
  admitted: Deferred.makeUnsafe()
})

/** How many of 200 requests are admitted at once. */
const admitted = (queue: RequestQueue, priority: Priority, startsAction = false): number =>
  Array.from({ length: 200 }).filter(() => queue.tryAcquire(waiter(priority, startsAction), 0)).length

describe("a fifth of the requests of a minute is left to polls", () => {
  const table: ReadonlyArray<
    [what: string, priority: Priority, startsAction: boolean, waits: number, expected: number]
  > = [
    ["by requests that may start an action", "write", true, 0, 80],
    ["by other writes while a wait is in progress", "write", false, 1, 80],
    ["by reads while a wait is in progress", "read", false, 1, 80],
    ["not by other writes without a wait", "write", false, 0, 100],
    ["not by reads without a wait", "read", false, 0, 100],
    ["not by polls", "poll", false, 1, 100]
  ]
  for (const [what, priority, startsAction, waits, expected] of table) {
    it(what, () => {
      const queue = new RequestQueue()
      for (let i = 0; i < waits; i++) queue.pollCapacity(limits).startWait()
      assert.strictEqual(admitted(queue, priority, startsAction), expected)
    })
  }

  it("which polls can still use when all others are exhausted", () => {
    const queue = new RequestQueue()
    assert.strictEqual(admitted(queue, "write", true), 80)
    assert.strictEqual(queue.pollCapacity(limits).spare(0), 20)
    assert.strictEqual(admitted(queue, "poll"), 20)
    assert.strictEqual(queue.pollCapacity(limits).opensIn(0), 61_000)
  })

  it.effect("and a poll passes writes in the queue that may not be sent yet", () =>
    Effect.gen(function* () {
      const queue = new RequestQueue()
      assert.strictEqual(admitted(queue, "write", true), 80)
      const write = yield* Effect.forkChild(queue.acquire(waiter("write", true)))
      const poll = yield* Effect.forkChild(queue.acquire(waiter("poll")))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(poll.pollUnsafe()?._tag, "Success")
      assert.isUndefined(write.pollUnsafe())
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(write.pollUnsafe()?._tag, "Success")
    })
  )

  it.effect("and a write whose deadline is earlier than that fails, and says why", () =>
    Effect.gen(function* () {
      const queue = new RequestQueue()
      assert.strictEqual(admitted(queue, "write", true), 80)
      const error = yield* Effect.flip(queue.acquire(waiter("write", true, 30_000)))
      assert.include(error.detail, "the requests of this minute that are not left to polls are exhausted")
    })
  )

  it.effect("and reads go on as soon as the last wait has ended", () =>
    Effect.gen(function* () {
      const queue = new RequestQueue()
      const end = queue.pollCapacity(limits).startWait()
      assert.strictEqual(admitted(queue, "read"), 80)
      const read = yield* Effect.forkChild(queue.acquire(waiter("read")))
      yield* TestClock.adjust("1 second")
      assert.isUndefined(read.pollUnsafe())
      end()
      yield* Fiber.join(read)
    })
  )

  it("if the limit is one request a minute, that is for all", () => {
    const queue = new RequestQueue()
    const one = { ...waiter("write", true), options: { limits: { minute: 1, hour: 10 }, store: undefined } }
    assert.isTrue(queue.tryAcquire(one, 0))
  })
})

describe("the spare requests of a minute", () => {
  it("are what the latest minute and the hour left", () => {
    const queue = new RequestQueue()
    const { spare } = queue.pollCapacity(limits)
    assert.strictEqual(spare(0), 100)
    for (let i = 0; i < 30; i++) queue.tryAcquire(waiter("read"), 0)
    for (let i = 0; i < 10; i++) queue.tryAcquire(waiter("poll"), 0)
    assert.strictEqual(spare(1000), 70)
    assert.strictEqual(spare(61_000), 100)
    // a fifth of the hour is left to others
    assert.strictEqual(queue.pollCapacity({ minute: 100, hour: 100 }).spare(61_000), 40)
    assert.strictEqual(queue.pollCapacity({ minute: 100, hour: 45 }).spare(61_000), 10)
  })
})
