import { type Action, type Ensure, Images } from "@effect-digitalocean/client"
import { Item, Replicate, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { action, ago, inProgress, now } from "../support/actions.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

type Fields = { readonly [key: string]: unknown }

const stateOf = (id: number, fields: Fields = {}, actions: ReadonlyArray<Action.Action> = []): Ensure.ImageState => ({
  image: image(id, fields),
  actions,
  readAt: now
})

const statesOf = (...states: ReadonlyArray<Ensure.ImageState>) =>
  new Map(states.map((state) => [state.image.id, state]))

const texts = (items: ReadonlyArray<Replicate.Item>) =>
  items.map((item) => `${Item.words(item).what} ${item.action ?? ""} ${item.reason ?? ""}`.replace(/ +/g, " ").trim())

const backup = { type: "backup" }

const isRefused = "refuse it is a backup; convertBackups makes a snapshot of it first"

const conversion = "convert only a snapshot can be transferred"

const toSfo3 = inProgress(3)

const convert = (fields: Fields) => action(4, { type: "convert", region_slug: null, ...fields })

describe("planOf", () => {
  type Case = readonly [
    what: string,
    image: Fields,
    actions: ReadonlyArray<Action.Action>,
    convertBackups: boolean,
    expected: ReadonlyArray<string>,
    lookups: number
  ]
  const cases: ReadonlyArray<Case> = [
    ["a snapshot", {}, [], false, ["transfer"], 2],
    ["a custom image", { type: "custom" }, [], false, ["transfer"], 2],
    ["an image that is there", { regions: ["nyc3", "sfo3"] }, [], false, ["skip"], 0],
    ["an image whose transfer is in progress", {}, [toSfo3], false, ["join 3"], 2],
    ["an image whose transfer completed a moment ago", {}, [action(3, { completed_at: ago(1) })], false, ["skip"], 0],
    ["a public image", { public: true }, [], false, ["refuse it is public, and not of this account"], 0],
    ["a public image that is there", { public: true, regions: ["sfo3"] }, [], false, ["skip"], 0],
    [
      "a public image of which a transfer is listed",
      { public: true },
      [toSfo3],
      false,
      ["refuse it is public, and not of this account"],
      0
    ],
    ["an image that is pending", { status: "pending" }, [], false, ["refuse it is not available (pending)"], 0],
    ["an image without a status", { status: null }, [], false, ["refuse it is not available (no status)"], 0],
    ["a backup", backup, [], false, [isRefused], 0],
    ["a backup that may be converted", backup, [], true, [conversion, "transfer"], 4],
    ["a backup that is there", { ...backup, regions: ["sfo3"] }, [], true, ["skip"], 0],
    ["a backup of which a transfer is listed", backup, [toSfo3], true, ["join 3"], 2],
    [
      "a backup whose conversion is in progress",
      backup,
      [{ ...toSfo3, type: "convert" }],
      true,
      ["join 3", "transfer"],
      4
    ],
    ["a backup that was converted a moment ago", backup, [convert({ completed_at: ago(1) })], false, ["transfer"], 2],
    [
      "a backup whose conversion errored",
      backup,
      [convert({ status: "errored", completed_at: ago(1) })],
      false,
      [isRefused],
      0
    ],
    [
      "a pending backup that may be converted",
      { ...backup, status: "pending" },
      [],
      true,
      ["refuse it is not available (pending)"],
      0
    ]
  ]
  for (const [what, fields, actions, convertBackups, expected, lookups] of cases) {
    it(`of ${what}${convertBackups ? " with convertBackups" : ""}: ${expected.join(", ")}`, () => {
      const plan = Replicate.planOf(statesOf(stateOf(7, fields, actions)), {
        images: [7],
        regions: ["sfo3", "sfo3"],
        convertBackups
      })
      assert.deepStrictEqual(texts(plan.items), expected)
      assert.strictEqual(plan.requests.lookups, lookups)
    })
  }

  it("refuses an image without a state", () => {
    const plan = Replicate.planOf(new Map(), { images: [7], regions: ["sfo3", "ams3"] })
    const refused = "refuse it does not exist, or this token cannot read it"
    assert.deepStrictEqual(texts(plan.items), [refused, refused])
    assert.strictEqual(plan.requests.lookups, 0)
  })

  // [how many images, whether they are there already, the lookups]
  for (const [count, regions, lookups] of [
    [3, ["nyc3"], 6],
    [4, ["nyc3"], 2],
    [4, ["sfo3"], 0]
  ] as const) {
    it(`looks up ${count} images in ${regions.join()} with ${lookups} requests`, () => {
      const images = Array.from({ length: count }, (_, i) => i + 1)
      const states = statesOf(...images.map((id) => stateOf(id, { regions })))
      assert.strictEqual(Replicate.planOf(states, { images, regions: ["sfo3"] }).requests.lookups, lookups)
    })
  }

  it("looks up no more for an image that needs nothing, and reads each converted one again", () => {
    const states = statesOf(stateOf(1), stateOf(2, { regions: ["sfo3"] }))
    assert.strictEqual(Replicate.planOf(states, { images: [1, 2], regions: ["sfo3"] }).requests.lookups, 2)
    const backups = statesOf(...[1, 2, 3, 4].map((id) => stateOf(id, backup)))
    const options = { images: [1, 2, 3, 4], regions: ["sfo3"], convertBackups: true }
    assert.strictEqual(Replicate.planOf(backups, options).requests.lookups, 2 + 4 * 2)
  })
})

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

const requestCount = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ requests }) => requests),
  (all) => all.length
)

const account: TestDigitalOcean.Options = {
  seed: {
    images: [1, 2, 3].map((id) => ({
      id,
      name: `web-${id}`,
      size_gigabytes: id === 2 ? 40 : 10,
      created_at: "2026-01-01T00:00:00Z"
    }))
  }
}

const problems = (report: Replicate.Report) =>
  report.results.map(({ outcome }) => (outcome._tag === "Failed" ? outcome.error._tag : outcome._tag))

describe("a run", () => {
  it.effect("of a plan without work sends nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Replicate.plan({ images: [1, 9], regions: ["nyc3"] })
        const before = yield* requestCount
        const report = yield* Report.of(Replicate.run(plan))
        assert.deepStrictEqual(problems(report), ["Skipped", "NotTransferable"])
        assert.strictEqual(yield* requestCount, before)
      }),
      account
    )
  )

  it.effect("starts with the largest image", () =>
    on(
      Effect.gen(function* () {
        yield* Replicate.execute({ images: [1, 2, 3], regions: ["sfo3"], concurrency: 1 })
        assert.deepStrictEqual(
          (yield* Crash.changes).map((change) => change.replace(/ \{.*/, "")),
          [2, 1, 3].map((id) => `POST /v2/images/${id}/actions`)
        )
      }),
      account
    )
  )

  it.effect("does not transfer an image that was deleted since the plan, and says so", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Replicate.plan({ images: [1, 2], regions: ["sfo3"] })
        yield* Images.Images.use((images) => images.delete(1))
        const report = yield* Report.of(Replicate.run(plan))
        assert.deepStrictEqual(problems(report).toSorted(), ["Done", "NotTransferable"])
        assert.include(Report.format(report), "it does not exist any more, or this token cannot read it")
      }),
      account
    )
  )

  it.effect("fails for each image where they cannot be read again", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Replicate.plan({ images: [1, 2], regions: ["sfo3"] })
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* test.addFaults([{ fault: "status", on: "images.get", status: 401, times: "always" }])
        const report = yield* Report.of(Replicate.run(plan))
        assert.deepStrictEqual(problems(report), ["DigitalOceanError", "DigitalOceanError"])
      }),
      account
    )
  )
})
