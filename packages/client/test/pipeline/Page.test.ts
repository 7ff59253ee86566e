import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import { DigitalOceanError, PaginationError } from "../../src/DigitalOceanError.ts"
import * as Images from "../../src/Images.ts"
import * as Page from "../../src/Page.ts"
import { image, page, recorded, requests } from "../support/recorded.ts"

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

  it.effect("asks for pages by number on its own base URL, whatever else the links say", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [1, 2, 3])
      assert.deepStrictEqual(
        (yield* requests).map(({ url }) => url),
        [1, 2].map((n) => `https://api.digitalocean.com/v2/images?page=${n}&per_page=2`)
      )
    }).pipe(
      pages(page("images", rows(1, 2), 3, "http://api.digitalocean.com/elsewhere?page=2"), page("images", rows(3), 3))
    )
  )

  it.effect("requests no more pages than are pulled", () =>
    Effect.gen(function* () {
      const taken = yield* list.pipe(Stream.take(2), Stream.runCollect)
      assert.strictEqual(taken.length, 2)
      assert.strictEqual(yield* count, 1)
    }).pipe(pages(page("images", rows(1, 2), 5, 2)))
  )

  it.effect("is whole again when it is run again, also at the same time", () =>
    Effect.gen(function* () {
      const fetch = (page: number) =>
        Effect.succeed({ items: rows(page * 2 - 1, page * 2), total: 6, next: page < 3 ? page + 1 : null })
      for (const concurrency of [1, 4]) {
        const count = Stream.runCount(Page.stream("Test.list", fetch, ({ id }) => id, { concurrency }))
        assert.deepStrictEqual(yield* Effect.all([count, count, count], { concurrency: 2 }), [6, 6, 6])
      }
    })
  )

  it.effect("ends a loop that leads back to long ago", () =>
    Effect.gen(function* () {
      const items = (page: number) => Array.from({ length: 200 }, (_, i) => ({ id: page * 200 + i }))
      const fetch = (page: number) =>
        Effect.succeed({ items: items(page === 61 ? 1 : page), total: 20_000, next: page + 1 })
      const error = yield* Effect.flip(Stream.runDrain(Page.stream("Test.list", fetch, ({ id }) => id)))
      assert.match(error.message, /page 61.*repeats an earlier page/)
    })
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

  for (const concurrency of [1, 16]) {
    it.effect(
      `list with concurrency ${concurrency} tells of rows that were added meanwhile, and which page repeated them`,
      () =>
        Effect.gen(function* () {
          const shifts: Array<Page.ConcurrentInsert> = []
          const images = yield* Images.Images
          const all = yield* Stream.runCollect(
            images.list(
              { per_page: 2 },
              { concurrency, onConcurrentInsert: (shift) => Effect.sync(() => void shifts.push(shift)) }
            )
          )
          assert.deepStrictEqual(
            all.map(({ id }) => id),
            [4, 3, 2, 1]
          )
          assert.deepStrictEqual(shifts, [{ page: 2, inserted: 1, duplicates: 1 }])
        }).pipe(pages(page("images", rows(4, 3), 4, 2), page("images", rows(3, 2), 5, 3), page("images", rows(1), 5)))
    )
  }

  it.effect("delivers rows once that moved by more than a page", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ids, [6, 5, 4, 3, 7, 2, 1])
    }).pipe(
      pages(
        page("images", rows(6, 5), 6, 2),
        page("images", rows(4, 3), 6, 3),
        page("images", rows(7, 6), 11, 4),
        page("images", rows(5, 4), 11, 5),
        page("images", rows(3, 2), 11, 6),
        page("images", rows(1), 11)
      )
    )
  )

  it.effect("of one page keeps equal rows: DigitalOcean's own example has them", () =>
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
    ["repeats", [page("images", rows(1, 2), 9, 2), page("images", rows(1, 2), 9, 3)], "repeats the previous page"],
    ["ends early", [page("images", rows(1, 2), 9)], "ended after 2 of 9 rows"],
    [
      "ends early on its second page",
      [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 9)],
      "ended after 4 of 9"
    ],
    ["shrinks", [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 8, 3)], "fell from 9 to 8"],
    ["leads back", [page("images", rows(1, 2), 9, 2), page("images", rows(3, 4), 9, 1)], "points to page 1"],
    ["leads to itself", [page("images", rows(1, 2), 9, 1)], "points to page 1"],
    ["skips a page", [page("images", rows(1, 2), 9, 3)], "points to page 3"],
    [
      "has a broken link",
      [page("images", rows(1, 2), 9, "https://api.digitalocean.com/v2/images?page=two")],
      "no page number"
    ],
    [
      "points to another host",
      [page("images", rows(1, 2), 9, "https://api.digitalocean.example/v2/images?page=2")],
      "points to another host"
    ],
    [
      "repeats an earlier page",
      [page("images", rows(1, 2), 6, 2), page("images", rows(3, 4), 6, 3), page("images", rows(1, 2), 6)],
      "repeats an earlier page"
    ],
    [
      "overlaps without having grown",
      [page("images", rows(1, 2), 4, 2), page("images", rows(2, 3), 4)],
      "the total increased by 0"
    ],
    [
      "overlaps though what was added is behind it",
      [page("images", rows(1, 2), 6, 2), page("images", rows(3, 4), 8, 3), page("images", rows(4, 5), 8, 4)],
      "the total increased by 0"
    ],
    ["has a total and no rows", [{ links: {}, meta: { total: 3 } }], "ended after 0 of 3 rows"],
    ["is empty in the middle", [page("images", rows(1, 2), 9, 2), page("images", [], 9, 3)], "is empty"],
    ["has a row twice on its first page", [page("images", rows(1, 1), 3, 2)], "a row twice"],
    [
      "has a row twice on its last page",
      [page("images", rows(1, 2), 4, 2), page("images", rows(3, 3), 4)],
      "a row twice"
    ],
    ["goes on beyond its total", [page("images", rows(1, 2), 2, 2)], "all 2 rows were already returned"],
    [
      "goes on beyond its total with other rows",
      [page("images", rows(1, 2), 3, 2), page("images", rows(3, 4, 5), 3, 3)],
      "all 3 rows were already returned"
    ]
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

describe("a listing some pages ahead", () => {
  const many = (n: number) => pageOf(Array.from({ length: n }, (_, i) => i + 1))
  /** Pages of two rows, of which each takes a second. */
  const pageOf = (ids: ReadonlyArray<number>) =>
    Effect.provide(
      DigitalOcean.layer({ token: Redacted.make("any") }).pipe(
        Layer.provideMerge(
          RecordingClient.layerWith(({ url }) => (request) => {
            const n = Number(new URL(url).searchParams.get("page"))
            const body = page(
              "images",
              rows(...ids.slice(n * 2 - 2, n * 2)),
              ids.length,
              n * 2 < ids.length ? n + 1 : undefined
            )
            return Effect.delay(RecordingClient.json(body)(request), "1 second")
          })
        )
      )
    )
  const listConcurrently = (options?: Page.ListOptions) =>
    Stream.unwrap(
      Images.Images.use((images) => Effect.succeed(images.list({ per_page: 2 }, { concurrency: 16, ...options })))
    )

  it.effect("asks for the first page, for two more, then for 16 at a time, and for none twice", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Stream.runCollect(listConcurrently()))
      const counts: Array<number> = []
      for (const millis of [500, 1000, 1000, 1000, 1000]) {
        yield* TestClock.adjust(millis)
        counts.push(yield* count)
      }
      assert.deepStrictEqual(counts, [1, 3, 19, 25, 25])
      assert.deepStrictEqual(
        (yield* Fiber.join(fiber)).map(({ id }) => id),
        Array.from({ length: 50 }, (_, i) => i + 1)
      )
      assert.strictEqual(yield* count, 25)
    }).pipe(many(50))
  )

  it.effect("asks for one page only when no more is pulled", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Stream.runCollect(Stream.take(listConcurrently(), 2)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 2)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* count, 1)
    }).pipe(many(50))
  )

  it.effect("is no further ahead of a slow reader than its concurrency", () =>
    Effect.gen(function* () {
      const slow = Stream.tap(listConcurrently({ concurrency: 3 }), () => Effect.sleep("10 seconds"))
      const fiber = yield* Effect.forkChild(Stream.runDrain(slow))
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* count, 3)
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual(yield* count, 6)
      yield* Fiber.interrupt(fiber)
    }).pipe(many(50))
  )

  it.effect("ends the requests in progress with the stream", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Stream.runDrain(listConcurrently()))
      yield* TestClock.adjust("2500 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* count, 19)
    }).pipe(many(50))
  )

  it.effect("reads a page again that was read before rows were added", () =>
    Effect.gen(function* () {
      const all = yield* Stream.runCollect(listConcurrently({ concurrency: 2 }))
      assert.deepStrictEqual(
        all.map(({ id }) => id),
        [6, 5, 4, 3, 2, 1]
      )
      assert.strictEqual(yield* count, 5)
    }).pipe(
      pages(
        page("images", rows(6, 5), 6, 2),
        page("images", rows(5, 4), 7, 3),
        page("images", rows(2, 1), 6),
        page("images", rows(1), 7),
        page("images", rows(3, 2), 7, 4)
      )
    )
  )

  /** 50 rows, of which those before `from` come once more. */
  const repeating = (from: number) => pageOf(Array.from({ length: 50 }, (_, i) => (i < from ? i + 1 : i - from + 1)))
  for (const { from, asked, why } of [
    { why: "repeats at once, and sends two requests more", from: 2, asked: [1, 2, 3, 2] },
    { why: "leads round in twos, and sends two requests more", from: 4, asked: [1, 2, 3, 4, 3] },
    { why: "repeats later on, and begins none", from: 8, asked: [1, 2, 3, 4, 5, 6, 7, 8, 5] }
  ]) {
    it.effect(`reads a page once more that ${why}`, () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.flip(Stream.runDrain(listConcurrently({ concurrency: 4 }))))
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* Fiber.join(fiber)).reason._tag, "PaginationError")
        const pages = (yield* requests).map(({ url }) => Number(new URL(url).searchParams.get("page")))
        assert.deepStrictEqual(pages, asked)
      }).pipe(repeating(from))
    )
  }

  it.effect("asks for no page ahead behind one that is short of rows", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runDrain(listConcurrently()))
      assert.include(error.message, "it is empty, but links to a next page")
      assert.strictEqual(yield* count, 5)
    }).pipe(
      pages(
        ...[rows(1, 2), rows(3, 4), rows(5), [], []].map((rows, i) => page("images", rows, 90, i === 4 ? 5 : i + 2))
      )
    )
  )

  it.effect("refuses to ask for no page at a time", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runCollect(listConcurrently({ concurrency: 0 })))
      assert.deepInclude(error.reason, { _tag: "InvalidInput", field: "concurrency" })
      assert.strictEqual(error.operation, "Images.list")
    }).pipe(many(2))
  )
})

describe("laws, for any answers", () => {
  const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))
  const lie = Schema.Struct({
    page: small(8),
    what: Schema.Literals(["none", "fails", "shrinks", "repeats", "doubles", "ends"])
  })

  it.effect.prop(
    "pages ahead are the pages one by one, whatever they hold and however long each takes, and few requests more",
    { n: small(20), size: small(3), concurrency: small(6), delays: Schema.Array(small(9)), lie },
    ({ concurrency, delays, lie, n, size }) =>
      Effect.gen(function* () {
        const width = size + 1
        const last = Math.max(1, Math.ceil(n / width))
        let asked = 0
        const fetch = (number: number): Effect.Effect<Page.Page<number>, DigitalOceanError> => {
          const lied = number === lie.page ? lie.what : "none"
          const from = lied === "repeats" ? number - 2 : number - 1
          const items = Array.from(
            { length: Math.max(0, Math.min(width, n - from * width)) },
            (_, i) => from * width + (lied === "doubles" ? 0 : i)
          )
          asked++
          const answer =
            lied === "fails"
              ? Effect.fail(
                  new DigitalOceanError({ operation: "x", reason: new PaginationError({ page: number, problem: "p" }) })
                )
              : Effect.succeed({
                  items,
                  total: lied === "shrinks" ? n - 1 : n,
                  next: number < last && lied !== "ends" ? number + 1 : null
                })
          return Effect.delay(answer, `${delays[number % Math.max(1, delays.length)] ?? 0} seconds`)
        }
        const run = (options: Page.ListOptions) =>
          Effect.gen(function* () {
            const rows: Array<number> = []
            const reading = Stream.runForEach(
              Page.stream("x", fetch, (row) => row, options),
              (row) => Effect.sync(() => void rows.push(row))
            )
            const fiber = yield* Effect.forkChild(Effect.result(reading))
            yield* TestClock.adjust("10 minutes")
            const result = yield* Fiber.join(fiber)
            return { rows, failure: result._tag === "Failure" ? result.failure.message : undefined }
          })
        const oneByOne = yield* run({})
        const least = asked
        asked = 0
        assert.deepStrictEqual(yield* run({ concurrency: concurrency + 2 }), oneByOne)
        const more = oneByOne.failure === undefined ? 0 : least <= 3 ? 2 : concurrency + 2
        assert.isAtMost(asked, least + more)
      }),
    { arbitrary: { runs: 200 } }
  )
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
        const ahead = yield* Stream.runCollect(images.list({ private: true, per_page: size }, { concurrency: 16 }))
        const pages = yield* Effect.forEach(
          Array.from({ length: Math.ceil(n / size) }, (_, i) => i + 1),
          (page) => images.listPage({ private: true, per_page: size, page })
        )
        assert.deepStrictEqual(
          all,
          pages.flatMap(({ items }) => items)
        )
        assert.strictEqual(all.length, n)
        assert.deepStrictEqual(ahead, all)
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* requests).length, 2 * Math.max(1, pages.length) + pages.length)
      }).pipe(Effect.provide(account(n))),
    { arbitrary: { runs: 60 } }
  )
})

const account = (n: number) => {
  const seed: Seed.Seed = { images: Array.from({ length: n }, (_, i) => ({ id: i + 1, name: `image ${i}` })) }
  return DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provideMerge(TestDigitalOcean.layer({ seed })))
}
