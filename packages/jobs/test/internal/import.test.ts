import { DigitalOceanError, Image, Images } from "@effect-digitalocean/client"
import { Cleanup, Import, Item } from "@effect-digitalocean/jobs"
import { type Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Search from "../../src/internal/import/search.ts"
import { nameOf, UnknownName } from "../../src/internal/unknownName.ts"
import { inProgress, now } from "../support/actions.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const name = "flatcar-4300"

const options = { name, url: "https://example.com/flatcar-4300.img.bz2", region: "nyc3" }

const on = <A, E, R>(program: Effect.Effect<A, E, R>, account?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(account), { local: true })

const put = (...images: ReadonlyArray<{ readonly id: number; readonly [field: string]: unknown }>) =>
  Effect.flatMap(TestDigitalOcean.TestDigitalOcean, (test) =>
    Effect.forEach(images, (image) => test.putImage({ name, type: "custom", ...image }), { discard: true })
  )

describe("planOf", () => {
  const wanted = { ...options, regions: ["nyc3", "ams3"] }
  const custom = (fields: { readonly [field: string]: unknown }) => image(7, { type: "custom", ...fields })
  // [what exists, its items, the lookups]
  const cases: ReadonlyArray<
    readonly [string, Import.Options, Parameters<typeof Import.planOf>[0], ReadonlyArray<string>, number]
  > = [
    ["nothing", wanted, undefined, ["run nyc3", "run ams3"], 3],
    ["nothing, wanted in one region", options, undefined, ["run nyc3"], 1],
    [
      "an image that is being imported",
      wanted,
      { image: custom({ status: "pending", regions: [] }), actions: [], readAt: now },
      [
        "join null in progress already (pending)",
        "run nyc3 unless it is imported there",
        "run ams3 unless it is imported there"
      ],
      5
    ],
    [
      "an image without a status",
      options,
      { image: custom({ status: null }), actions: [], readAt: now },
      ["join null in progress already (no status)", "skip nyc3"],
      1
    ],
    [
      "an image in one region",
      wanted,
      { image: custom({}), actions: [], readAt: now },
      ["skip null imported already with this name, from this URL or another", "skip nyc3", "run ams3"],
      3
    ],
    [
      "an image whose transfer is in progress",
      wanted,
      { image: custom({}), actions: [inProgress(3, { region_slug: "ams3" })], readAt: now },
      ["skip null imported already with this name, from this URL or another", "skip nyc3", "join ams3"],
      3
    ],
    [
      "an image in every region",
      wanted,
      { image: custom({ regions: ["nyc3", "ams3"] }), actions: [], readAt: now },
      ["skip null imported already with this name, from this URL or another", "skip nyc3", "skip ams3"],
      0
    ]
  ]
  for (const [what, options, state, expected, lookups] of cases) {
    it(`of ${what}: ${expected.join(", ")}`, () => {
      const plan = Import.planOf(state, options)
      assert.deepStrictEqual(
        plan.items.map(({ decision, reason, target, verb }) =>
          `${decision} ${target} ${verb === "import" && decision === "run" ? "" : (reason ?? "")}`.trim()
        ),
        expected
      )
      assert.strictEqual(plan.requests.lookups, lookups)
    })
  }
})

describe("the image of a name", () => {
  const found = Effect.map(
    Search.findByName(name),
    Option.map(({ id }) => Number(id))
  )

  for (const [what, images, expected] of [
    ["is None without one", [], undefined],
    ["is custom", [{ id: 1, type: "snapshot" }, { id: 2 }], 2],
    ["is not one that is deleted", [{ id: 1, status: "deleted" }, { id: 2 }], 2],
    ["is the one with the lowest id while one is available", [{ id: 3 }, { id: 2, status: "pending" }], 2],
    ["has exactly that name", [{ id: 1, name: `${name}0` }], undefined]
  ] as const) {
    it.effect(what, () =>
      on(
        Effect.gen(function* () {
          yield* put(...images)
          assert.deepStrictEqual(yield* found, Option.fromNullishOr(expected))
        }),
        { seed: Seed.empty }
      )
    )
  }

  it.effect("is found where types are not returned", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2 })
        assert.deepStrictEqual(yield* found, Option.some(2))
      }),
      { seed: Seed.empty, faults: [{ fault: "remove", on: "images.list", field: "images.*.type", times: "always" }] }
    )
  )

  it.effect("is None where the only one is listed as deleted", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2 })
        assert.deepStrictEqual(yield* found, Option.none())
      }),
      {
        seed: Seed.empty,
        faults: [{ fault: "set", on: "images.list", field: "images.*.status", value: "deleted", times: "always" }]
      }
    )
  )

  // [when another image of the name is deleted, what is reported, the least and the most seconds that takes]
  for (const [deletedAfter, expected, least, most] of [
    ["0 seconds", [], 0, 1],
    ["10 seconds", [], 10, 29],
    ["1 hour", ["ImageLeftOver"], 30, 60]
  ] as const) {
    it.effect(
      `is ${expected.length === 0 ? "not " : ""}reported to have another one that is deleted after ${deletedAfter}`,
      () =>
        on(
          Effect.gen(function* () {
            yield* put({ id: 2 }, { id: 3 })
            const test = yield* TestDigitalOcean.TestDigitalOcean
            if (least === 0) yield* test.removeImage(3)
            else yield* Effect.forkChild(Effect.delay(test.removeImage(3), deletedAfter))
            const left: Array<string> = []
            const start = yield* Clock.currentTimeMillis
            yield* Search.reportOthers(image(2, { name })).pipe(
              Effect.provideService(Cleanup.OnLeftBehind, ({ _tag }) => Effect.sync(() => void left.push(_tag)))
            )
            const seconds = ((yield* Clock.currentTimeMillis) - start) / 1000
            assert.deepStrictEqual(left, [...expected])
            assert.isAtLeast(seconds, least)
            assert.isAtMost(seconds, most)
          }),
          { seed: Seed.empty }
        )
    )
  }

  it.effect("is ambiguous where two are available", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2 }, { id: 3 })
        const error = yield* Effect.flip(found)
        assert.deepInclude(error, { _tag: "AmbiguousName", image_name: name })
      }),
      { seed: Seed.empty }
    )
  )
})

describe("a name that a listing returns", () => {
  it.effect("is used, and read where it is left out", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2 })
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual(yield* nameOf(image(2, { name: "listed" })), "listed")
        assert.strictEqual((yield* requests).length, 0)
        assert.strictEqual(yield* nameOf(image(2, { name: "" })), name)
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.addFaults([{ fault: "remove", on: "images.get", field: "image.name" }])
        assert.instanceOf(yield* Effect.flip(nameOf(image(2, { name: "" }))), UnknownName)
      }),
      { seed: Seed.empty }
    )
  )
})

const ids = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => images()),
  (all) => all.filter((image) => image.name === name).map(({ id }) => id)
)

describe("an import", () => {
  it.effect("of which there is one already creates nothing", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2, status: "pending" })
        assert.strictEqual((yield* Import.begin(options)).id, 2)
        assert.deepStrictEqual(yield* Crash.changes, [])
      }),
      { seed: Seed.empty }
    )
  )

  /** Starts an import, while another process creates an image of the name with this id. */
  const beside = (id: number, ...faults: Faults.Script) => besideAfter("1 second", id, ...faults)

  const besideAfter = (delay: Duration.Input, id: number, ...faults: Faults.Script) =>
    on(
      Effect.gen(function* () {
        const left: Array<string> = []
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.addFaults([{ fault: "late", on: "images.create", seconds: 3 }, ...faults])
        yield* Effect.forkChild(Effect.delay(put({ id, status: "pending", regions: [] }), delay))
        const image = yield* Import.begin(options).pipe(
          Effect.provideService(Cleanup.OnLeftBehind, ({ _tag }) => Effect.sync(() => void left.push(_tag)))
        )
        return { id: Number(image.id), left, remaining: yield* ids }
      }),
      { seed: Seed.empty }
    )

  const tooHigh = 999_999_999

  it.effect("beside one with a lower id returns that, and deletes its own", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* beside(2), { id: 2, left: [], remaining: [2] })
    })
  )

  it.effect("beside one with a higher id stays", () =>
    Effect.gen(function* () {
      const { id, left, remaining } = yield* beside(tooHigh)
      assert.isBelow(id, tooHigh)
      assert.deepStrictEqual(left, [])
      assert.sameMembers(remaining, [id, tooHigh])
    })
  )

  for (const [status, times, isLeft] of [
    [404, 2, false],
    [422, 2, false],
    [404, "always", false],
    [422, "always", true],
    [401, "always", true]
  ] as const) {
    it.effect(
      `whose own image is ${isLeft ? "left" : "not left"} after ${times} responses ${status} is ${isLeft ? "" : "not "}reported`,
      () =>
        Effect.gen(function* () {
          const { left, remaining } = yield* beside(2, { fault: "status", on: "images.delete", status, times })
          assert.strictEqual(remaining.length, times === 2 ? 1 : 2)
          assert.deepStrictEqual(left, isLeft ? ["ImageLeftOver"] : [])
        })
    )
  }

  it.effect("does not delete an image that may be of another process", () =>
    Effect.gen(function* () {
      const { id, left } = yield* beside(2, { fault: "reset", on: "images.create", when: "after" })
      assert.strictEqual(id, 2)
      assert.deepStrictEqual(left, [])
    })
  )

  it.effect("does not delete an image that it found, though one with a lower id appears", () =>
    Effect.gen(function* () {
      const lost = { fault: "reset", on: "images.create", when: "after" } as const
      const { id, remaining } = yield* besideAfter("6 seconds", 2, lost)
      assert.strictEqual(id, 2)
      assert.strictEqual(remaining.length, 2)
    })
  )

  it.effect("that is not visible at first is found", () =>
    on(
      Effect.gen(function* () {
        const { id } = yield* Import.begin(options)
        assert.deepStrictEqual(yield* ids, [id])
      }),
      { seed: Seed.empty, readDelay: "8 seconds" }
    )
  )

  for (const [id, expected] of [
    [2, "Done"],
    [tooHigh, "Failed"]
  ] as const) {
    it.effect(`whose image is deleted is ${expected} where there is another, with the id ${id}`, () =>
      on(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const other = Effect.gen(function* () {
            const [own] = yield* ids
            yield* put({ id, regions: ["nyc3"] })
            yield* test.removeImage(own!)
          })
          yield* Effect.forkChild(Effect.delay(other, "40 seconds"))
          const report = yield* Import.execute(options)
          assert.deepStrictEqual(
            report.results.map(({ outcome }) => outcome._tag),
            [expected]
          )
        }),
        { seed: Seed.empty }
      )
    )
  }

  it.effect("that is not executed fails", () =>
    on(
      Effect.gen(function* () {
        const error = yield* Effect.flip(Import.begin(options))
        assert.instanceOf(error, DigitalOceanError.DigitalOceanError)
      }),
      { seed: Seed.empty, faults: [{ fault: "status", on: "images.create", status: 422 }] }
    )
  )
})

describe("a run of a stored plan", () => {
  it.effect("of an import that is done creates nothing, and transfers what is missing", () =>
    on(
      Effect.gen(function* () {
        yield* put({ id: 2, regions: ["nyc3"] })
        const plan = yield* Import.plan({ ...options, regions: ["ams3"] })
        const images = yield* Images.Images
        const finished: Array<string> = []
        const report = yield* Effect.map(Import.execute(plan.options), ({ results }) => results)
        for (const { item, outcome } of report) finished.push(`${Item.words(item).what} ${outcome._tag}`)
        assert.deepStrictEqual(finished, ["skip Skipped", "skip Skipped", "transfer Done"])
        assert.strictEqual((yield* Crash.changes).length, 1)
        assert.isTrue(Image.isAvailableIn("ams3")(yield* images.get(2)))
      }),
      { seed: Seed.empty }
    )
  )
})
