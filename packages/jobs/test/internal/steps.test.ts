import { Ensure, Image } from "@effect-digitalocean/client"
import { Item, Outcome } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Steps from "../../src/internal/steps.ts"
import { action, ago, inProgress, now } from "../support/actions.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const stateOf = (regions: ReadonlyArray<string>, actions: Ensure.ImageState["actions"] = []): Ensure.ImageState => ({
  image: image(7, { regions }),
  actions,
  readAt: now
})

describe("a transfer", () => {
  const cases: ReadonlyArray<readonly [string, Ensure.ImageState, Item.Decision, number | null]> = [
    ["is missing", stateOf(["nyc3"]), "run", null],
    ["is there", stateOf(["nyc3", "sfo3"]), "skip", null],
    ["is in progress", stateOf(["nyc3"], [inProgress(3)]), "join", 3],
    ["to another region is in progress", stateOf(["nyc3"], [inProgress(3, { region_slug: "ams3" })]), "run", null],
    ["completed a moment ago", stateOf(["nyc3"], [action(3, { completed_at: ago(1) })]), "skip", null],
    ["errored", stateOf(["nyc3"], [action(3, { status: "errored", completed_at: ago(1) })]), "run", null]
  ]
  for (const [what, state, decision, id] of cases) {
    it(`is ${decision}, where it ${what}`, () => {
      const item = Steps.transferTo(state, "sfo3")
      assert.deepStrictEqual([item.decision, item.action, item.target], [
        decision,
        id,
        "sfo3"
      ] as ReadonlyArray<unknown>)
      assert.deepStrictEqual(Steps.transfers(state.image, ["sfo3", "sfo3"], state, ["sfo3"]), [item])
    })
  }

  it("of an image that is not created yet is run, but to its own region", () => {
    const items = Steps.transfers({ id: null, name: "web" }, ["nyc3", "sfo3"], undefined, ["nyc3"])
    assert.deepStrictEqual(
      items.map(({ decision, target }) => `${decision} ${target}`),
      ["skip nyc3", "run sfo3"]
    )
  })
})

describe("the tags of an image", () => {
  const wanted = ["web", "kept", "web"]
  const cases: ReadonlyArray<readonly [string, Image.Image | undefined, ReadonlyArray<string>]> = [
    ["that is not created yet", undefined, ["run web 3", "run kept 3"]],
    ["without tags", image(7), ["run web 3", "run kept 3"]],
    ["with one of them", image(7, { tags: ["web"] }), ["skip web 0", "run kept 3"]],
    ["with both", image(7, { tags: ["web", "kept"] }), ["skip web 0", "skip kept 0"]]
  ]
  for (const [what, given, expected] of cases) {
    it.effect(`are ${expected.join(", ")}, of one ${what}`, () =>
      Effect.gen(function* () {
        const items = yield* Steps.tags({ id: 7, name: "" }, wanted, given)
        assert.deepStrictEqual(
          items.map(({ changes, decision, target }) => `${decision} ${target} ${changes}`),
          expected
        )
      })
    )
  }

  it.effect("are refused where they are not visible", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Steps.tags({ id: 7, name: "" }, wanted, image(7, { tags: null })))
      assert.strictEqual(error._tag, "TagsNotVisible")
    })
  )

  for (const [tags, wrong] of [
    [[], undefined],
    [["web", "a:b_c-1"], undefined],
    [["web", "a b"], '"a b"'],
    [[""], '""'],
    [["x".repeat(255)], undefined],
    [["x".repeat(256)], "xxx"]
  ] as const) {
    it(`${JSON.stringify(tags).slice(0, 20)} are ${wrong === undefined ? "valid" : "invalid"}`, () => {
      const problem = Steps.problemOfTags(tags)
      if (wrong === undefined) assert.isUndefined(problem)
      else assert.include(problem, wrong)
    })
  }
})

const on = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(), { local: true })

const web = Image.idOf(166404101)

describe("an item", () => {
  const item = (decision: Item.Decision) => Item.make("tag", { id: web, name: "" }, { target: "golden", decision })

  it.effect("that is not work is skipped, and sends nothing", () =>
    on(
      Effect.gen(function* () {
        const outcome = yield* Steps.tag(image(web), item("skip"))
        assert.deepStrictEqual(outcome, Outcome.skipped("with golden already"))
        const skipped = Item.make("transfer", { id: web, name: "" }, { target: "sfo3", decision: "skip" })
        const finished: Array<string> = []
        const sequence: Steps.Sequence<Item.Item, unknown, Outcome.TaggedError> = {
          emitter: {
            job: "preserve",
            emit: (event) =>
              Effect.sync(() => {
                if (event._tag === "Finished") finished.push(event.outcome._tag)
              })
          },
          stopped: undefined
        }
        yield* Steps.transferAll(sequence, Ensure.inspectImage(web), [skipped], {})
        assert.deepStrictEqual(finished, ["Skipped"])
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  for (const [tags, expected] of [
    [[], ["golden"]],
    [["web"], ["web", "golden"]],
    [null, null]
  ] as const) {
    it.effect(
      `that puts a tag on an image with ${JSON.stringify(tags)} leaves it with ${JSON.stringify(expected)}`,
      () =>
        on(
          Effect.gen(function* () {
            const outcome = yield* Steps.tag(image(web, { tags }), item("run"))
            assert.strictEqual(outcome._tag, "Done")
            assert.deepStrictEqual(outcome._tag === "Done" ? outcome.value.tags : undefined, expected)
          })
        )
    )
  }

  it.effect("that finds the tag there is skipped", () =>
    on(
      Effect.gen(function* () {
        const outcome = yield* Steps.tag(image(web, { tags: ["golden"] }), item("run"))
        assert.deepStrictEqual(outcome, Outcome.skipped("with golden already"))
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )
})
