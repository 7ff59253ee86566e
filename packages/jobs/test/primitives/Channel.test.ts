import { DigitalOcean, Images } from "@effect-digitalocean/client"
import { Channel, Series } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"

const image = (id: number, more: object = {}) => ({
  ...{ id, name: `web-2026-11-${10 + id}`, created_at: `2026-11-${10 + id}T03:00:00Z` },
  ...more
})

const seed = {
  images: [
    image(1, { tags: ["channel:prod"], regions: ["nyc3", "ams3"] }),
    image(2, { regions: ["ams3"] }),
    image(3, { status: "pending" }),
    image(4, { name: "db-2026-11-30" })
  ]
}

const account = DigitalOcean.layer({ token: Redacted.make("any") }).pipe(
  Layer.provideMerge(TestDigitalOcean.layer({ seed }))
)

const promote = Effect.fnUntraced(function* (id: number) {
  const image = yield* Images.Images.use((images) => images.get(id))
  return yield* Channel.promote("prod", image)
})

const ids = Effect.map(Stream.runCollect(Channel.list("prod")), (images) => images.map(({ id }) => Number(id)))

describe("a channel", () => {
  it.effect("has the image that was promoted, and no other", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [1])
      const { replaced } = yield* promote(2)
      assert.deepStrictEqual(
        replaced.map(({ id }) => Number(id)),
        [1]
      )
      assert.deepStrictEqual(yield* ids, [2])
      assert.deepStrictEqual((yield* promote(2)).replaced, [])
      assert.deepStrictEqual(yield* ids, [2])
    }).pipe(Effect.provide(account))
  )

  it.effect("gets the tag of the new image before that of the old one is removed", () =>
    Effect.gen(function* () {
      yield* promote(2)
      const { requests } = yield* TestDigitalOcean.TestDigitalOcean
      const changes = (yield* requests).filter(({ method }) => method !== "GET").map(({ method }) => method)
      assert.deepStrictEqual(changes, ["POST", "DELETE"])
    }).pipe(Effect.provide(account))
  )

  it.effect(
    "is never empty, whatever request of a promotion is the last, and holds one image after another one",
    () =>
      Crash.survivesEveryCrash({
        job: Crash.as("any")(promote(2)),
        account: { seed },
        state: Effect.map(
          TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
          (all) => all.filter(({ tags }) => tags?.includes("channel:prod")).map(({ id }) => id)
        )
      }),
    Crash.patience
  )
})

describe("the latest image of a series", () => {
  const latest = (series: Series.Series, region?: string) =>
    Effect.map(Series.latest(series, { region }), (found) =>
      Option.getOrUndefined(Option.map(found, ({ id }) => Number(id)))
    )

  it.effect("is the newest that is available, in the region and with the tags that are wanted", () =>
    Effect.gen(function* () {
      const web = { name: "web-{date}" }
      assert.strictEqual(yield* latest(web), 2)
      assert.strictEqual(yield* latest(web, "ams3"), 2)
      assert.strictEqual(yield* latest(web, "nyc3"), 1)
      assert.strictEqual(yield* latest(web, "sfo3"), undefined)
      assert.strictEqual(yield* latest({ ...web, tags: ["channel:prod"] }), 1)
      assert.strictEqual(yield* latest({ name: "none" }), undefined)
    }).pipe(Effect.provide(account))
  )
})
