import { Series } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

const demo = TestDigitalOcean.layer()

const listed = (series: Series.Series) =>
  Crash.as("any")(Series.list(series)).pipe(Effect.map((images) => images.map(({ name }) => name)))

describe("pattern", () => {
  for (const [pattern, name, matches] of [
    ["web", "web-2026-11-25T03-10-00-000Z", true],
    ["web", "web-old-1", false],
    ["web", "web-old-2026-11-25T03-10-00-000Z", false],
    ["web", "web", false],
    ["web", "web-2026-11-25T03-10-00-000Z-copy", false],
    ["web", "old-web-2026-11-25T03-10-00-000Z", false],
    ["web", "web-2026-11-25T03-10-00-000Z\n", false],
    ["web-{date}", "web-2026-11-20", true],
    ["web-{date}", "web-2026-11-2", false],
    ["w.b-{number}", "w.b-17", true],
    ["w.b-{number}", "web-17", false],
    ["w.b-{number}", "w.b-", false],
    ["a(b [c]*-{date}", "a(b [c]*-2026-01-01", true],
    ["{date} nächtlich", "2026-01-01 nächtlich", true]
  ] as const) {
    it(`${pattern} ${matches ? "takes" : "does not take"} ${JSON.stringify(name)}`, () =>
      assert.strictEqual(Result.getOrThrow(Series.pattern(pattern)).matches(name), matches))
  }

  it.prop(
    "takes what a regular expression takes, whatever the pattern and the name",
    {
      pattern: Schema.Array(Schema.Literals(["{number}", "{date}", "1", "-", "a", "."])).check(Schema.isMinLength(1)),
      name: Schema.Array(Schema.Literals(["2026-01-02", "1", "22", "-", "a", "."]))
    },
    ({ name, pattern }) => {
      const digits: Readonly<Record<string, string>> = {
        "{number}": "\\d+",
        "{date}": "\\d{4}-\\d\\d-\\d\\d",
        ".": "\\."
      }
      const text = `${pattern.join("")}{number}`
      const regex = new RegExp(`^${pattern.map((part) => digits[part] ?? part).join("")}\\d+$`)
      assert.strictEqual(
        Result.getOrThrow(Series.pattern(text)).matches(`${name.join("")}7`),
        regex.test(`${name.join("")}7`)
      )
    },
    { arbitrary: { runs: 1000 } }
  )

  // R49
  it("of many numbers is tried on a long name in a moment", { timeout: 5000 }, () => {
    const { matches } = Result.getOrThrow(Series.pattern("{number}1".repeat(20)))
    assert.isFalse(matches(`${"1".repeat(5000)}x`))
    assert.isTrue(matches("1".repeat(5000)))
  })

  it("takes the names it makes", () => {
    const now = DateTime.makeUnsafe("2026-11-25T03:10:00.123Z")
    for (const text of ["web", "{date}-web", "x{timestamp}y"]) {
      const pattern = Result.getOrThrow(Series.pattern(text))
      assert.isTrue(pattern.matches(pattern.nameAt(now)!))
    }
    assert.isUndefined(Result.getOrThrow(Series.pattern("web-{number}")).nameAt(now))
  })

  for (const text of ["web-{day}", "web-{constructor}", " ", "web-{}"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.isTrue(Result.isFailure(Series.pattern(text))))
  }
})

describe("list", () => {
  it.effect("by name takes the whole name only", () =>
    Effect.gen(function* () {
      const { putImage } = yield* TestDigitalOcean.TestDigitalOcean
      yield* putImage({ id: 1, name: "web-old-2026-11-20" })
      yield* putImage({ id: 2, name: "web-2026-11-20-2" })
      assert.deepStrictEqual(yield* listed({ name: "web-{date}" }), ["web-2026-11-20", "web-2026-11-13"])
    }).pipe(Effect.provide(demo, { local: true }))
  )

  it.effect("by tag, and by tag and name together", () =>
    Effect.gen(function* () {
      const { putImage } = yield* TestDigitalOcean.TestDigitalOcean
      yield* putImage({ id: 1, name: "other", tags: ["web", "db"] })
      assert.deepStrictEqual((yield* listed({ tags: ["web"] })).toSorted(), [
        "other",
        "web-2026-11-13",
        "web-2026-11-20"
      ])
      assert.deepStrictEqual(yield* listed({ tags: ["web", "db"] }), ["other"])
      assert.deepStrictEqual(yield* listed({ tags: ["web"], name: "web-{date}" }), ["web-2026-11-20", "web-2026-11-13"])
    }).pipe(Effect.provide(demo, { local: true }))
  )

  it.effect("by the Droplet its snapshots were made of, without its backups", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* listed({ droplet: 413118204 }), ["web-2026-11-20", "web-2026-11-13"])
      assert.deepStrictEqual(yield* listed({ droplet: 7 }), [])
    }).pipe(Effect.provide(demo, { local: true }))
  )

  it.effect("refuses what selects nothing in particular", () =>
    Effect.gen(function* () {
      for (const series of [{}, { tags: [] }, { name: "" }]) {
        assert.strictEqual((yield* Effect.flip(listed(series)))._tag, "InvalidSeries")
      }
    }).pipe(Effect.provide(demo, { local: true }))
  )

  it("by tags refuses images whose tags are not visible, and believes no listing", () => {
    const belongs = Result.getOrThrow(Series.membership({ tags: ["web"] }))
    assert.strictEqual(Result.getOrThrow(Result.flip(belongs(image(1, { tags: null }))))._tag, "TagsNotVisible")
    assert.isFalse(Result.getOrThrow(belongs(image(1, { tags: ["webb"] }))))
  })
})
