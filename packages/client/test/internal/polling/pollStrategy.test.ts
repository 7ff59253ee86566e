import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../../../src/Actions.ts"
import * as Images from "../../../src/Images.ts"
import { account, hour } from "../../support/inMemory.ts"
import { action } from "../../support/recorded.ts"
import {
  answering,
  during,
  fleet,
  forbidden,
  images,
  isList,
  many,
  page,
  paths,
  polls,
  regions,
  single,
  ticks,
  transfer,
  until,
  wait,
  waitAll
} from "../../support/polling.ts"

describe("the route", () => {
  const routed = (route: Actions.Route) =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach([1, 2], (image) =>
        Effect.forEach(["sfo3", "fra1"], (region) => transfer(image, region))
      )
      yield* during("1 hours", waitAll(started.flat(), { pollVia: route }))
      return { sent: yield* paths, started: started.flat() }
    }).pipe(Effect.provide(fleet(2)))

  it.effect("'action' asks for each action alone", () =>
    Effect.gen(function* () {
      const { started, sent } = yield* routed("action")
      assert.sameMembers(
        sent,
        started.map(({ id }) => `/v2/actions/${id}`)
      )
    })
  )
  it.effect("'resource' asks each image for all of its actions", () =>
    Effect.gen(function* () {
      const { sent } = yield* routed("resource")
      // the last of an image to end is asked for alone
      assert.includeMembers(sent, ["/v2/images/1/actions", "/v2/images/2/actions"])
      assert.isTrue(sent.every((path) => path.startsWith("/v2/images/")))
    })
  )
  it.effect("'account' asks for the account's actions", () =>
    Effect.gen(function* () {
      const { sent } = yield* routed("account")
      assert.include(sent, "/v2/actions")
      assert.isTrue(sent.every((path) => path.startsWith("/v2/actions")))
    })
  )

  it.effect("that is forbidden is left for another, and remembered", () => {
    const { layer, paths } = answering((seconds, url) => {
      if (url.pathname.startsWith("/v2/actions")) return forbidden
      return single(url, until(60)(seconds))
    })
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(5)))
      assert.isAtMost(paths().filter((path) => path.startsWith("/v2/actions")).length, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("that is forbidden is left for another before the grace of many is over, however seldom they ask", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach(images, (image) => transfer(image))
      const ended = yield* during("1 hours", waitAll(started, { schedule: Schedule.spaced("1 minute") }))
      assert.strictEqual(ended.length, images.length)
      assert.strictEqual((yield* polls).filter(({ status }) => status === 403).length, 2)
    }).pipe(Effect.provide(fleet(images.length, { scopes: ["image:read", "image:update"] })))
  )
})

describe("a way that was forbidden", () => {
  it.effect("is tried again after ten minutes", () => {
    const { layer, sent } = answering((seconds, url) => {
      if (!url.pathname.startsWith("/v2/actions")) return single(url, until(1500)(seconds))
      return seconds < 300 ? forbidden : page(5, until(1500)(seconds))
    })
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(5)))
      const at = sent.filter(({ path }) => path.startsWith("/v2/actions")).map(({ at }) => at)
      assert.deepStrictEqual(at.slice(0, 3), [2, 4, 604])
    }).pipe(Effect.provide(layer))
  })
})

describe("a list that is refused", () => {
  it.effect("by a spent minute lets a few ask for nothing else", () => {
    const spent = RecordingClient.json({}, 429, { "retry-after": "20" })
    const { layer, sent } = answering((seconds) => (seconds < 20 ? spent : page(5, "completed")))
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(5)))
      assert.deepStrictEqual(
        sent.map(({ at }) => at),
        [2, 24]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("an image's list that fails", () => {
  const three = many(3).map((one) => ({ ...one, resource_id: 100 }))
  const ofImage100 = RecordingClient.json({
    actions: three.map(({ id }) => action({ id, resource_id: 100, status: "completed" })),
    links: {},
    meta: { total: 3 }
  })
  const settled = Images.Images.use((images) => images.awaitIdle(100))
  const together = Effect.all([Effect.exit(Effect.delay(settled, "2 seconds")), waitAll(three)], { concurrency: 2 })

  it.effect("is not asked for twice, for the image and for its actions", () => {
    const { layer, sent } = answering((_, { pathname }) =>
      pathname === "/v2/actions" ? ofImage100 : RecordingClient.json({}, 500)
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(together)
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(
        sent.filter(({ at }) => at === 2).map(({ path }) => path),
        ["/v2/images/100/actions", "/v2/actions"]
      )
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(layer))
  })
})

describe("actions that are older than the account's list shows", () => {
  it.effect("are looked for there once", () => {
    const newer = RecordingClient.json({
      actions: Array.from({ length: 200 }, (_, i) => action({ id: 1000 + i, started_at: "2036-01-01T00:00:00Z" })),
      links: {},
      meta: { total: 2000 }
    })
    const { layer, sent } = answering((seconds, url) => (isList(url) ? newer : single(url, until(9)(seconds))))
    return Effect.gen(function* () {
      yield* during("1 hours", waitAll(many(12)))
      const lists = sent.filter(({ path }) => path === "/v2/actions").map(({ at }) => at)
      assert.deepStrictEqual(lists, [2])
    }).pipe(Effect.provide(layer))
  })
})

describe("ways that meet", () => {
  it.effect("at one image are one list of it", () =>
    Effect.gen(function* () {
      const started = yield* Effect.forEach(regions.slice(0, 4), (region) => transfer(1, region))
      const waits = started.map((action, i) => wait(action, i < 2 ? { pollVia: "resource" } : undefined))
      yield* during("1 hours", Effect.all(waits, { concurrency: 4 }))
      assert.deepStrictEqual(yield* paths, ["/v2/images/1/actions"])
      assert.strictEqual((yield* polls).length, yield* ticks)
    }).pipe(Effect.provide(fleet(1)))
  )
})

describe("a token that may read images, but not the account's actions", () => {
  it.effect("waits for a transfer through the image's actions, after one response 403", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const actions = yield* Actions.Actions
      const ended = yield* hour(Effect.flatMap(images.transfer(166404101, "sfo3"), (action) => actions.await(action)))
      assert.strictEqual(ended.status, "completed")
      const { requests } = yield* TestDigitalOcean.TestDigitalOcean
      const forbidden = (yield* requests).filter(({ status }) => status === 403)
      assert.strictEqual(forbidden.length, 1)
    }).pipe(Effect.provide(account({ scopes: ["image:read", "image:update"] })))
  )
})
