import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as NamePattern from "../../src/text/NamePattern.ts"

/** What a pattern means, word for word, and in exponential time. */
const means = (pattern: ReadonlyArray<string>, name: ReadonlyArray<string>): boolean => {
  const [wanted, ...others] = pattern
  const [letter, ...rest] = name
  if (wanted === undefined) return letter === undefined
  if (wanted === "*") return means(others, name) || (letter !== undefined && means(pattern, rest))
  if (letter === undefined) return false
  return (wanted === "?" || wanted.toLowerCase() === letter.toLowerCase()) && means(others, rest)
}

const upTo = (maximum: number, letters: ReadonlyArray<string>) =>
  Schema.Array(Schema.Literals(letters)).check(Schema.isMaxLength(maximum))

describe("a name pattern", () => {
  const table: ReadonlyArray<readonly [pattern: string, name: string, matches: boolean]> = [
    ["web", "web", true],
    ["web", "web-1", false],
    ["WEB-*", "web-01", true],
    ["*.*", "web-01", false],
    ["web-??", "web-🎉é", true],
    ["größe*", "GRÖSSE", false],
    ["GRÖẞE", "größe", true],
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a\nb", true],
    ["a*b*c", "a-b-b-c", true],
    ["[a-c]+(x)", "[A-C]+(X)", true]
  ]
  for (const [pattern, name, matches] of table) {
    it(`${JSON.stringify(pattern)} ${matches ? "matches" : "does not match"} ${JSON.stringify(name)}`, () =>
      assert.strictEqual(NamePattern.make(pattern)(name), matches))
  }

  it.prop(
    "matches what it means, whatever it and the name are",
    { pattern: upTo(8, ["a", "B", "*", "?", "🎉", "ö"]), name: upTo(8, ["a", "b", "A", "🎉", "Ö", "*"]) },
    ({ name, pattern }) => {
      assert.strictEqual(NamePattern.make(pattern.join(""))(name.join("")), means(pattern, name))
    },
    { arbitrary: { runs: 2000 } }
  )

  // R49
  for (const pattern of ["*-*-*-*-*x", `${"*a".repeat(50)}*x`, `${"?*".repeat(50)}x`]) {
    it(`${pattern.slice(0, 12)}... is tried on a name of 100,000 characters in a moment`, { timeout: 5000 }, () => {
      assert.isFalse(NamePattern.make(pattern)("-a".repeat(50_000)))
      assert.isTrue(NamePattern.make(pattern)(`${"-a".repeat(50_000)}x`))
    })
  }
})
