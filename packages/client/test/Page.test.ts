import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import * as Images from "../src/Images.ts"
import { image, page, recorded, requests } from "./recorded.ts"

const list = Stream.unwrap(Images.Images.use((images) => Effect.succeed(images.list({ per_page: 2 }))))
const ids = Effect.map(Stream.runCollect(list), (all) => all.map(({ id }) => id))
const rows = (...ids: ReadonlyArray<number>) => ids.map((id) => image({ id }))
const pages = (...all: ReadonlyArray<object>) => recorded(all.map((one) => RecordingClient.json(one)))
const count = Effect.map(requests, (all) => all.length)

describe("a listing", () => {
  for (const links of [undefined, {}, { pages: {} }, { pages: null }]) {
    it.effect(`of one page ends with links ${JSON.stringify(links)}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* ids, [1, 2])
        assert.strictEqual(yield* count, 1)
      }).pipe(pages({ images: rows(1, 2), links, meta: { total: 2 } }))
    )
  }

  it.effect("of nothing is empty", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [])
    }).pipe(pages(page("images", [])))
  )

  it.effect("asks for pages by number on its own base URL, wherever the links lead", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [1, 2, 3])
      assert.deepStrictEqual(
        (yield* requests).map(({ url }) => url),
        [1, 2].map((n) => `https://api.digitalocean.com/v2/images?page=${n}&per_page=2`)
      )
    }).pipe(
      pages(page("images", rows(1, 2), 3, "http://elsewhere.example/v2/images?page=2"), page("images", rows(3), 3))
    )
  )

  it.effect("requests no more pages than are pulled", () =>
    Effect.gen(function* () {
      const taken = yield* list.pipe(Stream.take(2), Stream.runCollect)
      assert.strictEqual(taken.length, 2)
      assert.strictEqual(yield* count, 1)
    }).pipe(pages(page("images", rows(1, 2), 5, 2)))
  )

  it.effect("requests nothing until it is run", () =>
    Effect.gen(function* () {
      const images = yield* Images.Images
      const unrun = images.list()
      assert.isTrue(Stream.isStream(unrun))
      assert.strictEqual(yield* count, 0)
    }).pipe(pages())
  )

  it.effect("delivers a row once that moved to the next page because another was added", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [4, 3, 2, 1])
    }).pipe(pages(page("images", rows(4, 3), 4, 2), page("images", rows(3, 2), 5, 3), page("images", rows(1), 5)))
  )

  it.effect("keeps equal rows of one page: DigitalOcean's own example has them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [7, 7])
    }).pipe(pages(page("images", rows(7, 7))))
  )

  it.effect("fails when a page fails, after the rows before it", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const error = yield* Effect.flip(Stream.runForEach(list, ({ id }) => Effect.sync(() => void seen.push(id))))
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.deepStrictEqual(seen, [1, 2])
    }).pipe(recorded([RecordingClient.json(page("images", rows(1, 2), 4, 2)), RecordingClient.json({}, 404)]))
  )

  const contradictions: ReadonlyArray<[name: string, pages: ReadonlyArray<object>, problem: string]> = [
    ["repeats", [page("images", rows(1, 2), 9, 2), page("images", rows(1, 2), 9, 3)], "repeats the page before"],
    ["ends early", [page("images", rows(1, 2), 9)], "ended after 2 of 9 rows"],
    [
      "ends early on its second page",
      [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 9)],
      "ended after 4 of 9"
    ],
    ["shrinks", [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 8, 3)], "fell from 9 to 8"],
    ["leads back", [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 9, 1)], "leads to page 1"],
    ["leads to itself", [page("images", rows(1, 2), 9, 1)], "leads to page 1"],
    ["skips a page", [page("images", rows(1, 2), 9, 3)], "leads to page 3"],
    [
      "has a broken link",
      [page("images", rows(1, 2), 9, "https://api.digitalocean.com/v2/images?page=two")],
      "no page number"
    ],
    [
      "repeats an earlier page",
      [page("images", rows(1, 2), 6, 2), page("images", rows(3, 4), 6, 3), page("images", rows(1, 2), 6)],
      "repeats an earlier page"
    ],
    [
      "overlaps without having grown",
      [page("images", rows(1, 2), 4, 2), page("images", rows(2, 3), 4)],
      "the total grew by 0"
    ],
    ["has a total and no rows", [{ links: {}, meta: { total: 3 } }], "ended after 0 of 3 rows"],
    ["is empty in the middle", [page("images", rows(1, 2), 9, 2), page("images", [], 9, 3)], "is empty"],
    ["goes on beyond its total", [page("images", rows(1, 2), 2, 2)], "all 2 rows were there"]
  ]
  for (const [name, answers, problem] of contradictions) {
    it.effect(`that ${name} is a PaginationError, never a short list`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(ids)
        assert.deepInclude(error.reason, { _tag: "PaginationError", page: answers.length })
        assert.include(error.message, problem)
        assert.strictEqual(yield* count, answers.length)
      }).pipe(pages(...answers))
    )
  }

  for (const [name, body] of [
    ["that is empty JSON", {}],
    ["without a total", { images: [], links: {} }],
    ["with a total that is no number", { images: [], meta: { total: "7" } }],
    ["with a negative total", { images: [], meta: { total: -1 } }],
    ["with a broken row", { images: [image(), image({ id: "x" })], meta: { total: 2 } }]
  ] as const) {
    it.effect(`${name} is a DecodeError, never an empty list`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(ids)
        assert.strictEqual(error.reason._tag, "DecodeError")
      }).pipe(pages(body))
    )
  }
})

describe("laws, on the in-memory DigitalOcean", () => {
  it.effect.prop(
    "a listing is its pages one after the other, for any number of images and any size of page",
    {
      images: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })),
      size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 45 }))
    },
    ({ images: n, size }) =>
      Effect.gen(function* () {
        const images = yield* Images.Images
        const all = yield* Stream.runCollect(images.list({ private: true, per_page: size }))
        const pages = yield* Effect.forEach(
          Array.from({ length: Math.ceil(n / size) }, (_, i) => i + 1),
          (page) => images.listPage({ private: true, per_page: size, page })
        )
        assert.deepStrictEqual(
          all,
          pages.flatMap(({ items }) => items)
        )
        assert.strictEqual(all.length, n)
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* requests).length, Math.max(1, pages.length) + pages.length)
      }).pipe(Effect.provide(account(n))),
    { arbitrary: { runs: 60 } }
  )
})

const account = (n: number) => {
  const seed: Seed.Seed = { images: Array.from({ length: n }, (_, i) => ({ id: i + 1, name: `image ${i}` })) }
  return DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provideMerge(TestDigitalOcean.layer({ seed })))
}
