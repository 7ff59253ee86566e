import { DigitalOceanError } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { atLeastOne, type Bound, makeBound } from "../../src/internal/bound.ts"

const refusal = (detail: string) =>
  new DigitalOceanError.DigitalOceanError({
    operation: "Images.transfer",
    method: "POST",
    reason: new DigitalOceanError.UnprocessableEntity({ status: 422, id: "unprocessable_entity", detail })
  })

const busy = refusal("Another action is currently in progress on this resource")

const invalid = refusal("Backups can not be transfered to other regions")

/** DigitalOcean, which accepts this many actions at once: the starts that were sent, and what is in progress. */
const server = (accepts: number) => {
  const started: Array<string> = []
  const ended: Array<string> = []
  const inProgress = new Map<string, Deferred.Deferred<void, typeof invalid>>()
  const most = { atOnce: 0 }
  const start = (name: string) =>
    Effect.suspend(() => {
      started.push(name)
      if (inProgress.size >= accepts) return Effect.fail(busy)
      inProgress.set(name, Deferred.makeUnsafe())
      most.atOnce = Math.max(most.atOnce, inProgress.size)
      return Effect.succeed(name)
    })
  const wait = (name: string) =>
    Effect.andThen(
      Deferred.await(inProgress.get(name)!),
      Effect.sync(() => void ended.push(name))
    )
  const end = (name: string, exit: Exit.Exit<void, typeof invalid> = Exit.void) =>
    Effect.suspend(() => {
      const action = inProgress.get(name)!
      inProgress.delete(name)
      return Effect.andThen(Deferred.done(action, exit), settled)
    })
  return { started, ended, inProgress, most, start, wait, end }
}

/** Lets every fiber run until it waits. */
const settled = TestClock.adjust("1 second")

type Server = ReturnType<typeof server>

const work = (bound: Bound, { start, wait }: Server, name: string) => bound.startAndWait(start(name), wait)

const fork = <A, E>(self: Effect.Effect<A, E>) => Effect.tap(Effect.forkChild(Effect.exit(self)), settled)

const forkAll = (bound: Bound, on: Server, names: ReadonlyArray<string>) =>
  Effect.forEach(names, (name) => fork(work(bound, on, name)))

describe("a bound", () => {
  it.effect("starts up to its number at once, and the next when one has ended", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(2)
      yield* forkAll(bound, on, ["a", "b", "c", "d"])
      assert.deepStrictEqual(on.started, ["a", "b"])
      yield* on.end("b")
      assert.deepStrictEqual(on.started, ["a", "b", "c"])
      yield* on.end("a")
      yield* on.end("c")
      yield* on.end("d")
      assert.deepStrictEqual(on.ended, ["b", "a", "c", "d"])
      assert.strictEqual(on.most.atOnce, 2)
    })
  )

  it.effect("counts other requests too", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(1)
      yield* forkAll(bound, on, ["a"])
      const read = yield* fork(bound.within(Effect.succeed("read")))
      assert.isUndefined(read.pollUnsafe())
      yield* on.end("a")
      assert.deepStrictEqual(yield* Fiber.join(read), Exit.succeed("read"))
    })
  )

  it.effect("starts work that was refused again when other work has ended, one for each, first the first", () =>
    Effect.gen(function* () {
      const on = server(2)
      const bound = yield* makeBound(100)
      const fibers = yield* forkAll(bound, on, ["a", "b", "c", "d", "e"])
      // c lowers the limit to 2: with its own permit no other may start
      assert.deepStrictEqual(on.started, ["a", "b", "c"])
      yield* on.end("a")
      assert.deepStrictEqual(on.started, ["a", "b", "c", "c"])
      yield* on.end("b")
      yield* on.end("c")
      yield* on.end("d")
      yield* on.end("e")
      assert.deepStrictEqual(on.started, ["a", "b", "c", "c", "d", "e"])
      for (const fiber of fibers) assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
    })
  )

  it.effect("sends one start when one of many ends", () =>
    Effect.gen(function* () {
      const on = server(2)
      const bound = yield* makeBound(100)
      const gate = yield* Deferred.make<void>()
      const names = Array.from({ length: 20 }, (_, i) => `n${i}`)
      // all are sent before the first response
      yield* Effect.forEach(names, (name) =>
        Effect.forkChild(bound.startAndWait(Effect.andThen(Deferred.await(gate), on.start(name)), on.wait))
      )
      yield* settled
      yield* Deferred.succeed(gate, undefined)
      yield* settled
      assert.strictEqual(on.started.length, 20)
      while (on.inProgress.size > 0) yield* on.end([...on.inProgress.keys()][0]!)
      assert.deepStrictEqual(on.ended, names)
      assert.strictEqual(on.started.length, 38)
    })
  )

  it.effect("keeps the limit to which it was lowered", () =>
    Effect.gen(function* () {
      const on = server(1)
      const bound = yield* makeBound(100)
      yield* forkAll(bound, on, ["a", "b"])
      yield* on.end("a")
      yield* on.end("b")
      yield* forkAll(bound, on, ["c", "d"])
      assert.deepStrictEqual(on.started, ["a", "b", "b", "c"])
    })
  )

  it.effect("does not raise a limit when more is refused", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(2)
      yield* forkAll(bound, on, ["a"])
      const refused = yield* fork(bound.startAndWait(Effect.fail(busy), on.wait))
      yield* forkAll(bound, on, ["b", "c"])
      assert.deepStrictEqual(on.started, ["a"])
      yield* on.end("a")
      // no other work is in progress now
      assert.deepStrictEqual(yield* Fiber.join(refused), Exit.fail(busy))
      assert.deepStrictEqual(on.started, ["a", "b"])
    })
  )

  it.effect("fails with the refusal if no other work is in progress", () =>
    Effect.gen(function* () {
      const on = server(0)
      const bound = yield* makeBound(100)
      assert.strictEqual(yield* Effect.flip(work(bound, on, "a")), busy)
      assert.deepStrictEqual(on.started, ["a"])
      // nor does it count as work in progress afterwards
      assert.strictEqual(yield* Effect.flip(work(bound, on, "b")), busy)
    })
  )

  it.effect("waits for other work whose start has no response yet", () =>
    Effect.gen(function* () {
      const on = server(1)
      const bound = yield* makeBound(100)
      const slow = Effect.tap(on.start("a"), Effect.sleep("1 minute"))
      yield* fork(bound.startAndWait(slow, on.wait))
      const [refused] = yield* forkAll(bound, on, ["b"])
      yield* TestClock.adjust("2 minutes")
      assert.isUndefined(refused!.pollUnsafe())
      yield* on.end("a")
      yield* on.end("b")
      assert.deepStrictEqual(on.ended, ["a", "b"])
    })
  )

  it.effect("does not start again what was refused for another reason", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(100)
      yield* forkAll(bound, on, ["a"])
      const sent = { times: 0 }
      const start = Effect.andThen(
        Effect.sync(() => void sent.times++),
        Effect.fail(invalid)
      )
      const failed = yield* fork(bound.startAndWait(start, on.wait))
      assert.deepStrictEqual(yield* Fiber.join(failed), Exit.fail(invalid))
      assert.strictEqual(sent.times, 1)
      const other = yield* Effect.flip(bound.startAndWait(Effect.fail("another error"), on.wait))
      assert.strictEqual(other, "another error")
      // and the limit is as before
      yield* forkAll(bound, on, ["b", "c"])
      assert.deepStrictEqual(on.started, ["a", "b", "c"])
    })
  )
})

describe("the work in progress", () => {
  // [how the action ends]
  const ends: ReadonlyArray<readonly [string, Exit.Exit<void, typeof invalid>]> = [
    ["completes", Exit.void],
    ["errors", Exit.fail(invalid)],
    ["dies", Exit.die("defect")]
  ]
  for (const [how, exit] of ends) {
    it.effect(`does not contain an action that ${how}`, () =>
      Effect.gen(function* () {
        const on = server(1)
        const bound = yield* makeBound(100)
        const [first] = yield* forkAll(bound, on, ["a", "b"])
        yield* on.end("a", exit)
        assert.deepStrictEqual(yield* Fiber.join(first!), exit)
        assert.deepStrictEqual([...on.inProgress.keys()], ["b"])
        yield* on.end("b")
        assert.strictEqual(yield* Effect.flip(bound.startAndWait(Effect.fail(busy), on.wait)), busy)
      })
    )
  }

  it.effect("does not contain what is interrupted, and its permit is free", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(1)
      const [first] = yield* forkAll(bound, on, ["a", "b"])
      assert.deepStrictEqual(on.started, ["a"])
      yield* Fiber.interrupt(first!)
      yield* settled
      assert.deepStrictEqual(on.started, ["a", "b"])
      yield* on.end("b")
      assert.strictEqual(yield* Effect.flip(bound.startAndWait(Effect.fail(busy), on.wait)), busy)
    })
  )

  it.effect("leaves the turn of work that is interrupted while it waits to the next", () =>
    Effect.gen(function* () {
      const on = server(1)
      const bound = yield* makeBound(100)
      const gate = yield* Deferred.make<void>()
      const names = ["a", "b", "c"]
      const fibers = yield* Effect.forEach(names, (name) =>
        fork(bound.startAndWait(Effect.andThen(Deferred.await(gate), on.start(name)), on.wait))
      )
      yield* Deferred.succeed(gate, undefined)
      yield* settled
      yield* Fiber.interrupt(fibers[1]!)
      yield* on.end("a")
      yield* on.end("c")
      assert.deepStrictEqual(on.ended, ["a", "c"])
      assert.strictEqual(yield* Effect.flip(bound.startAndWait(Effect.fail(busy), on.wait)), busy)
    })
  )
})

describe("a number of work at once", () => {
  for (const [given, expected] of [
    [1, 1],
    [2.9, 2],
    [0, 1],
    [-3, 1],
    [Number.NaN, 1],
    [0.5, 1]
  ] as const) {
    it(`${given} is ${expected}`, () => assert.strictEqual(atLeastOne(given), expected))
  }

  it.effect("gives work up whose resource stays busy, after it was tried again twice", () =>
    Effect.gen(function* () {
      const on = server(100)
      const bound = yield* makeBound(100)
      let tries = 0
      yield* forkAll(bound, on, ["a", "b", "c", "d"])
      const refused = Effect.suspend(() => {
        tries += 1
        return Effect.fail(busy)
      })
      const fiber = yield* fork(bound.startAndWait(refused, () => Effect.void))
      for (const name of ["a", "b", "c"]) yield* on.end(name)
      assert.deepStrictEqual(yield* Fiber.join(fiber), Exit.fail(busy))
      assert.strictEqual(tries, 3)
    })
  )

  it.effect("rises by one after ten pieces of work, and not above its number", () =>
    Effect.gen(function* () {
      const on = server(2)
      const bound = yield* makeBound(3)
      yield* forkAll(bound, on, ["a", "b", "c"])
      // c is refused, and lowers the limit to 2
      yield* on.end("a")
      const names = Array.from({ length: 30 }, (_, i) => `n${i}`)
      yield* forkAll(bound, on, names)
      yield* on.end("b")
      yield* on.end("c")
      for (const name of names.slice(0, 8)) yield* on.end(name)
      // the limit is 3 again: the third is refused by DigitalOcean, which still accepts 2
      assert.strictEqual(on.started.filter((name) => name === "n10").length, 1)
    })
  )
})
