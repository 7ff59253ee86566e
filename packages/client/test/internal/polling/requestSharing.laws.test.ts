import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../../src/Action.ts"
import * as Actions from "../../../src/Actions.ts"
import * as DigitalOcean from "../../../src/DigitalOcean.ts"
import { action } from "../../support/recorded.ts"
import { during } from "../../support/polling.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/**
 * A wait: for which action of which image it waits, when it begins, how often it asks, whether it knows the action at its
 * beginning; and how the action goes on: in which state it is in each second, and when it ends.
 */
const Wait = Schema.Struct({
  action: between(1, 5),
  begins: between(0, 20),
  every: between(2, 20),
  isKnown: Schema.Boolean,
  route: Schema.Literals(["any", "action", "resource", "account"])
})
const World = Schema.Struct({
  waits: Schema.Array(Wait).check(Schema.isMinLength(1), Schema.isMaxLength(8)),
  images: Schema.Array(between(1, 2)).check(Schema.isMinLength(5), Schema.isMaxLength(5)),
  ends: Schema.Array(between(1, 20)).check(Schema.isMinLength(5), Schema.isMaxLength(5)),
  errs: Schema.Array(Schema.Boolean).check(Schema.isMinLength(5), Schema.isMaxLength(5)),
  hidden: Schema.Array(between(1, 5)).check(Schema.isMaxLength(2))
})
type World = typeof World.Type

const ids = [1, 2, 3, 4, 5]

/** Asking happens on a grid of 200 ms, and what changes does so between. */
const stateOf = (world: World, id: number, seconds: number) => {
  const ended = seconds > world.ends[id - 1]! + 0.1
  return action({
    id,
    resource_id: 100 + world.images[id - 1]!,
    status: !ended ? "in-progress" : world.errs[id - 1] ? "errored" : "completed",
    region_slug: ended ? "end" : `r${Math.floor((seconds + 0.1) / (1 + id / 5))}`
  })
}

const client = (world: World) => {
  let requests = 0
  const http = RecordingClient.layerWith(
    ({ url }) =>
      (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          requests += 1
          const { pathname } = new URL(url)
          const [, , kind, image, , id] = pathname.split("/")
          const rows = (ids: ReadonlyArray<number>) =>
            RecordingClient.json({
              actions: ids.map((id) => stateOf(world, id, now / 1000)),
              links: {},
              meta: { total: ids.length }
            })
          const one = (id: string) => RecordingClient.json({ action: stateOf(world, Number(id), now / 1000) })
          const answer =
            kind === "images"
              ? id === undefined
                ? rows(ids.filter((id) => 100 + world.images[id - 1]! === Number(image)))
                : one(id)
              : image === undefined
                ? rows(ids.filter((id) => !world.hidden.includes(id)))
                : one(image)
          return answer(request)
        })
  )
  const layer = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(http))
  return { layer, requests: () => requests }
}

/** The states a wait tells, as their marks. */
const events = (world: World, wait: typeof Wait.Type) =>
  Effect.gen(function* () {
    yield* Effect.sleep(Duration.millis(200 * wait.begins))
    const actions = yield* Actions.Actions
    const ref = wait.isKnown
      ? Schema.decodeUnknownSync(Action.Action)(stateOf(world, wait.action, (yield* Clock.currentTimeMillis) / 1000))
      : wait.action
    const schedule = Schedule.spaced(Duration.millis(200 * wait.every))
    const states = yield* Stream.runCollect(
      actions.watch(ref, { schedule, pollVia: wait.route === "any" ? undefined : wait.route })
    )
    return states.map(({ region_slug, status }) => `${status} ${region_slug}`)
  })

const run = <A, E>(world: World, program: Effect.Effect<A, E, DigitalOcean.Services>) =>
  Effect.gen(function* () {
    const { layer, requests } = client(world)
    const value = yield* during("1 minutes", Effect.provide(program, layer))
    return { value, requests: requests() }
  }).pipe(Effect.provide(TestClock.layer()))

const together = (world: World) =>
  run(
    world,
    Effect.forEach(world.waits, (wait) => events(world, wait), { concurrency: "unbounded" })
  )
const alone = (world: World) => Effect.forEach(world.waits, (wait) => run(world, events(world, wait)))

/** Whether a list contains the elements of another in their order. */
const isSubsequence = (part: ReadonlyArray<string>, whole: ReadonlyArray<string>): boolean => {
  let found = 0
  for (const element of whole) if (element === part[found]) found += 1
  return found === part.length
}

describe("waits that share requests", () => {
  it.effect.prop(
    "see every state that they would see alone, and end with the same one",
    { world: World },
    ({ world: { waits, ...rest } }) =>
      Effect.gen(function* () {
        // a wait by an id starts with a poll that is not scheduled, which can be up to 100 ms late
        const world = { ...rest, waits: waits.map((wait) => ({ ...wait, isKnown: true })) }
        const { value } = yield* together(world)
        for (const [i, single] of (yield* alone(world)).entries()) {
          const shared = value[i]!
          assert.isTrue(isSubsequence(single.value, shared), `${shared} without some of ${single.value}`)
          assert.strictEqual(shared.at(-1), single.value.at(-1))
        }
      }),
    { arbitrary: { runs: 40 }, timeout: 60_000 }
  )

  it.effect.prop(
    "send no more requests than they would alone",
    { world: World },
    ({ world: { hidden: _, ...rest } }) =>
      Effect.gen(function* () {
        const world = { ...rest, hidden: [] }
        const single = yield* alone(world)
        assert.isAtMost(
          (yield* together(world)).requests,
          single.reduce((sum, { requests }) => sum + requests, 0)
        )
      }),
    { arbitrary: { runs: 40 }, timeout: 60_000 }
  )
})
