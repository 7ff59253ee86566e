import { Image, Images } from "@effect-digitalocean/client"
import { Item, Preserve, Report } from "@effect-digitalocean/jobs"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Crash from "../support/crash.ts"

type Fields = { readonly [field: string]: unknown }

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer({ seed: Seed.empty }), { local: true })

const put = (fields: Fields) =>
  TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ id: 7, name: "web", type: "backup", ...fields }))

const texts = (plan: Preserve.Plan) => plan.items.map((item) => `${Item.words(item).what} ${item.target ?? ""}`.trim())

const options: Preserve.Options = { backup: 7, name: "kept", tags: ["kept"], regions: ["nyc3", "ams3"] }

describe("plan", () => {
  // [the image, the items, the lookups]
  const cases: ReadonlyArray<readonly [string, Fields, ReadonlyArray<string>, number]> = [
    ["a backup", {}, ["convert", "rename kept", "tag kept", "skip nyc3", "transfer ams3"], 2],
    ["a snapshot", { type: "snapshot" }, ["skip", "rename kept", "tag kept", "skip nyc3", "transfer ams3"], 2],
    [
      "a snapshot of that name",
      { type: "snapshot", name: "kept" },
      ["skip", "skip kept", "tag kept", "skip nyc3", "transfer ams3"],
      2
    ],
    [
      "one that is preserved",
      { type: "snapshot", name: "kept", tags: ["kept"], regions: ["nyc3", "ams3"] },
      ["skip", "skip kept", "skip kept", "skip nyc3", "skip ams3"],
      0
    ]
  ]
  for (const [what, fields, expected, lookups] of cases) {
    it.effect(`of ${what}: ${expected.join(", ")}`, () =>
      on(
        Effect.gen(function* () {
          yield* put(fields)
          const plan = yield* Preserve.plan(options)
          assert.deepStrictEqual(texts(plan), expected)
          assert.strictEqual(plan.requests.lookups, lookups)
        })
      )
    )
  }

  it.effect("joins a conversion in progress, and finds one that has completed since", () =>
    on(
      Effect.gen(function* () {
        yield* put({})
        const { id } = yield* Images.Images.use((images) => images.convert(7))
        const plan = yield* Preserve.plan({ backup: 7 })
        assert.deepStrictEqual(
          plan.items.map(({ action, decision }) => `${decision} ${action}`),
          [`join ${id}`]
        )
        assert.isAbove(plan.cost.usd, 0)
        assert.strictEqual(plan.requests.changes, 0)
      })
    )
  )

  for (const [what, fields] of [
    ["a custom image", { type: "custom" }],
    ["a public backup", { type: "backup", public: true }],
    ["a public snapshot", { type: "snapshot", public: true }]
  ] as const) {
    it.effect(`of ${what} is refused`, () =>
      on(
        Effect.gen(function* () {
          yield* put(fields)
          assert.strictEqual((yield* Effect.flip(Preserve.plan(options)))._tag, "NotABackup")
        })
      )
    )
  }
})

describe("run", () => {
  it.effect("sends nothing for an image that is preserved already by another process", () =>
    on(
      Effect.gen(function* () {
        yield* put({})
        const plan = yield* Preserve.plan(options)
        yield* put({ type: "snapshot", name: "kept", tags: ["kept"], regions: ["nyc3", "ams3"] })
        const report = yield* Report.of(Preserve.run(plan))
        assert.deepStrictEqual(
          report.results.map(({ outcome }) => (outcome._tag === "Skipped" ? outcome.reason : outcome._tag)),
          ["is a snapshot already", "has that name already", "with kept already", "in nyc3 already", "in ams3 already"]
        )
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("does not do what its plan left out", () =>
    on(
      Effect.gen(function* () {
        yield* put({ type: "snapshot", name: "kept", tags: ["kept"], regions: ["nyc3", "ams3"] })
        const plan = yield* Preserve.plan(options)
        yield* put({ name: "other", tags: [], regions: ["nyc3"] })
        const report = yield* Report.of(Preserve.run(plan))
        assert.isTrue(report.results.every(({ outcome }) => outcome._tag === "Skipped"))
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("puts every tag, and keeps what each step returns", () =>
    on(
      Effect.gen(function* () {
        yield* put({ type: "snapshot" })
        const report = yield* Preserve.execute({ backup: 7, name: "kept", tags: ["a", "b"] })
        const last = report.results.at(-1)?.outcome
        const value = last?._tag === "Done" ? last.value : undefined
        assert.deepInclude(value, { id: Image.idOf(7), name: "kept", tags: ["a", "b"] })
      })
    )
  )
})
