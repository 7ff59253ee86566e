import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type * as Action from "../../../src/Action.ts"
import * as Actions from "../../../src/Actions.ts"
import type { Services } from "../../../src/DigitalOcean.ts"
import * as Droplets from "../../../src/Droplets.ts"
import * as Image from "../../../src/Image.ts"
import * as Images from "../../../src/Images.ts"
import { oddValues, type Path, places, replaced, written } from "../../support/oddValues.ts"
import { action, droplet, image, page } from "../../support/recorded.ts"
import { answering, decode, isList, many, over, single, until } from "../../support/polling.ts"

/** Runs a program for a number of hours. */
const hours = <A, E, R>(count: number, program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(program))
    for (let i = 0; i < count * 60 && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

/** Never a defect: a result, or a failure with a type. */
const assertNoDefect = (exit: Exit.Exit<unknown, unknown>, where: string) =>
  assert.isFalse(
    Exit.isFailure(exit) && Cause.hasDies(exit.cause),
    `${where}: ${Exit.isFailure(exit) && Cause.pretty(exit.cause)}`
  )

interface Odd {
  readonly where: string
  /** the body with an odd value in one place, as text */
  readonly of: (body: object) => string
}

const odds = (body: object): ReadonlyArray<Odd> =>
  places(body).flatMap((path: Path) =>
    oddValues.map(([name, value]) => ({
      where: `${written(path)} is ${name}`,
      of: (body: object) => replaced(body, path, value)
    }))
  )

const text = (body: string) => RecordingClient.answer(200, body)
const json = (body: object) => text(JSON.stringify(body))

/** A wait over polls of which the second is odd: it ends as it would have, whatever the poll showed. */
const survives = (
  what: string,
  body: (seconds: number) => object,
  wait: Effect.Effect<unknown, unknown, Services>,
  isOdd: (url: URL) => boolean = () => true
) => {
  const all = odds(body(0))
  it.effect(
    `${what}, ${all.length} times`,
    () =>
      Effect.gen(function* () {
        for (const odd of all) {
          let polls = 0
          const { layer } = answering((seconds, url) => {
            if (!isOdd(url)) return json(other(url))
            polls += 1
            return polls === 2 ? text(odd.of(body(seconds))) : json(body(polls < 3 ? 0 : 1e6))
          })
          const exit = yield* hours(1, wait).pipe(Effect.provide(layer))
          assertNoDefect(exit, odd.where)
          assert.isTrue(Exit.isSuccess(exit), `${odd.where}: ${Exit.isFailure(exit) && Cause.pretty(exit.cause)}`)
        }
      }),
    120_000
  )
}

/** What is answered to requests that are not polls of what is odd. */
const other = ({ pathname }: URL): object => {
  if (pathname.endsWith("/snapshots")) return page("snapshots", [image({ name: "s" })])
  if (pathname.endsWith("/actions")) return page("actions", [])
  if (pathname.includes("/actions/"))
    return { action: action({ id: Number(pathname.split("/").at(-1)), status: "completed" }) }
  return pathname.includes("/droplets/") ? { droplet: droplet() } : { image: image() }
}

const status = (seconds: number) => (seconds < 1e6 ? "in-progress" : "completed")
const started = decode(action())
const actions = <A, E>(use: (actions: Actions.Actions["Service"]) => Effect.Effect<A, E>) => Actions.Actions.use(use)
const await_ = actions((all) => all.await(started))
const oneAction = (seconds: number) => ({ action: action({ status: status(seconds) }) })
const two = [started, decode(action({ id: 36805528 }))]
const ofImage = (seconds: number) =>
  page("actions", [action({ status: status(seconds) }), action({ id: 36805528, status: status(seconds) })])
const everyWait = (all: ReadonlyArray<Action.Ref>) =>
  actions((it) =>
    Effect.flatMap(Stream.runCollect(it.awaitAll(all)), (ended) =>
      Effect.forEach(ended, ({ result }) => Effect.fromResult(result))
    )
  )

// R40, R42: one odd poll
describe("one odd poll costs a tick, and no wait:", () => {
  survives("await", oneAction, await_)
  survives(
    "watch",
    oneAction,
    actions((all) => Stream.runDrain(all.watch(started)))
  )
  survives(
    "progress",
    oneAction,
    actions((all) => Stream.runDrain(all.progress(started.id)))
  )
  survives("awaitAll of one image, by its list", ofImage, everyWait(two), isList)
  survives(
    "awaitAvailable",
    (seconds) => ({ image: image({ status: seconds < 1e6 ? "pending" : "available" }) }),
    Images.Images.use((images) => images.awaitAvailable(7938291))
  )
  survives(
    "awaitIdle",
    (seconds) => page("actions", seconds < 1e6 ? [action()] : []),
    Images.Images.use((images) => images.awaitIdle(7938291)),
    isList
  )
})

describe("taking a snapshot of a Droplet", () => {
  const ofDroplet = { type: "snapshot", resource_id: 3164494, resource_type: "droplet" }
  const take = Droplets.Droplets.use((droplets) =>
    droplets.takeSnapshot(3164494, {
      name: "s",
      imageVisibilityTimeout: "30 seconds",
      transientErrorTimeout: "30 seconds"
    })
  )
  const bodies: ReadonlyArray<[what: string, matches: (line: string) => boolean, body: object]> = [
    [
      "actions before",
      (line) => line.startsWith("GET") && line.endsWith("/actions"),
      page("actions", [action(ofDroplet)])
    ],
    ["new action", (line) => line.startsWith("POST"), { action: action({ ...ofDroplet, id: 2 }) }],
    ["snapshots", (line) => line.endsWith("/snapshots"), page("snapshots", [image({ name: "s" })])],
    ["image", (line) => line.includes("/images/"), { image: image({ name: "s" }) }]
  ]
  for (const [what, matches, body] of bodies) {
    it.effect(
      `has an image or a typed failure, and one snapshot, whatever is odd in its ${what}`,
      () =>
        Effect.gen(function* () {
          for (const odd of odds(body)) {
            let posts = 0
            const http = RecordingClient.layerWith(({ method, url }) => {
              const { pathname } = new URL(url)
              if (method === "POST") posts += 1
              if (matches(`${method} ${pathname}`)) return text(odd.of(body))
              if (method === "POST") return json({ action: action({ ...ofDroplet, id: 2 }) })
              if (/\/actions\/\d+$/.test(pathname))
                return json({ action: action({ ...ofDroplet, id: 2, status: "completed" }) })
              return json(other(new URL(url)))
            })
            const exit = yield* hours(1, take).pipe(Effect.provide(over(http)))
            assertNoDefect(exit, odd.where)
            assert.isAtMost(posts, 1, odd.where)
          }
        }),
      120_000
    )
  }
})

// R41
describe("an answer about another resource", () => {
  const ended = (exit: Exit.Exit<unknown, unknown>) =>
    Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "Success"

  it.effect("fails the wait for that action alone, with a DecodeError", () => {
    const { layer } = answering((seconds, url) => {
      if (isList(url)) return json(page("actions", []))
      const status = until(60)(seconds)
      return url.pathname.endsWith("/1") ? json({ action: action({ id: 999 }) }) : single(url, status)
    })
    return Effect.gen(function* () {
      const exits = yield* hours(
        1,
        Effect.forEach(many(5), (one) => Effect.exit(actions((all) => all.await(one.id))), { concurrency: "unbounded" })
      )
      const [first, ...others] = Exit.isSuccess(exits) ? exits.value : []
      assert.include(ended(first!), "Actions.get: 200 with an unexpected body at id: Expected 1, which was requested")
      assert.deepStrictEqual(others.map(ended), Array(4).fill("Success"))
    }).pipe(Effect.provide(layer))
  })

  it.effect("is not taken for the image that is waited for", () => {
    const { layer } = answering((_, url) => json({ image: image({ id: url.pathname.endsWith("/7") ? 8 : 7938291 }) }))
    return Effect.gen(function* () {
      const exit = yield* hours(
        1,
        Images.Images.use((images) => images.awaitAvailable(7))
      )
      assert.include(ended(exit), "at id: Expected 7")
    }).pipe(Effect.provide(layer))
  })

  const mismatched: ReadonlyArray<[what: string, call: Effect.Effect<unknown, unknown, Services>, body: object]> = [
    ["Actions.get", actions((all) => all.get(1)), { action: action() }],
    ["Images.get", Images.Images.use((all) => all.get(1)), { image: image() }],
    ["Images.update", Images.Images.use((all) => all.update(1, { name: "n" })), { image: image() }],
    ["Images.action", Images.Images.use((all) => all.action(7938291, 1)), { action: action() }],
    ["Droplets.get", Droplets.Droplets.use((all) => all.get(1)), { droplet: droplet() }],
    ["Droplets.action", Droplets.Droplets.use((all) => all.action(3164494, 1)), { action: action() }]
  ]
  for (const [what, call, body] of mismatched) {
    it.effect(`is a DecodeError of ${what}`, () =>
      Effect.gen(function* () {
        assert.include(ended(yield* Effect.exit(call)), "at id: Expected 1, which was requested")
      }).pipe(Effect.provide(answering(() => json(body)).layer))
    )
  }

  it.effect("is not one about an image that was requested by its slug", () =>
    Effect.gen(function* () {
      const found = yield* Images.Images.use((images) => images.get("ubuntu-24-04-x64"))
      assert.isTrue(Schema.is(Image.Image)(found))
    }).pipe(Effect.provide(answering(() => json({ image: image() })).layer))
  )
})

describe("one action that can never be decoded", () => {
  const odd = { id: 1, status: 7, started_at: "soon", resource_id: 100 }

  it.effect("fails its own wait after the tolerated time; the 39 others end when their actions do", () => {
    const { layer, sent } = answering((seconds, url) => {
      const status = until(900)(seconds)
      const all = many(40).map(({ id }) => (id === 1 ? action(odd) : action({ id, resource_id: 99 + id, status })))
      if (isList(url)) return json(page("actions", all))
      return url.pathname.endsWith("/1") ? json({ action: action(odd) }) : single(url, status)
    })
    return Effect.gen(function* () {
      const exit = yield* hours(
        1,
        Effect.forEach(many(40), (one) => Effect.exit(actions((all) => all.await(one))), { concurrency: "unbounded" })
      )
      const [first, ...others] = Exit.isSuccess(exit) ? exit.value : []
      assert.isTrue(Exit.isFailure(first!) && !Cause.hasDies(first.cause))
      assert.isTrue(others.every(Exit.isSuccess))
      // the list is read without the row, and that action alone is requested alone
      assert.isAbove(sent.filter(({ path }) => path === "/v2/actions").length, 10)
      assert.deepStrictEqual([...new Set(sent.map(({ path }) => path))].sort(), ["/v2/actions", "/v2/actions/1"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("hides no action in progress from a wait until an image has none", () => {
    const row = action({ ...odd, resource_id: 7938291 })
    const { layer } = answering((seconds, url) =>
      isList(url) ? json(page("actions", seconds < 300 ? [row] : [])) : json({ image: image() })
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Images.Images.use((images) => images.awaitIdle(7938291)))
      yield* TestClock.adjust("4 minutes")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("4 minutes")
      assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
    }).pipe(Effect.provide(layer))
  })
})
