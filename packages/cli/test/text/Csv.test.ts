import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Csv from "../../src/text/Csv.ts"

const line = (text: string, raw = false) => Csv.lines(["name"], [[text]], { raw })[1] ?? ""

// R53
describe("a field of CSV", () => {
  const table: ReadonlyArray<readonly [text: string, written: string]> = [
    ["web-01", "web-01"],
    ["", ""],
    ["=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"],
    ['=HYPERLINK("http://example.com","x")', `"'=HYPERLINK(""http://example.com"",""x"")"`],
    ["+1+1", "'+1+1"],
    ["-web", "'-web"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["＝1+1", "'＝1+1"],
    ["a;=1+1", "a;'=1+1"],
    ["\t=1+1", "␉=1+1"],
    ["\r=1+1", "␍=1+1"],
    ["\n=1+1", "␊=1+1"],
    [" =1+1", "' =1+1"],
    ["a; -1-1", "a;' -1-1"],
    ["\ufeff\u200b@SUM(A1)", "'\ufeff\u200b@SUM(A1)"],
    ["a=b", "a=b"],
    ["-1.5", "-1.5"],
    ["+2", "+2"],
    ["-.5e-3", "-.5e-3"],
    ["1e3", "1e3"],
    ["-1-1", "'-1-1"],
    ["-", "'-"],
    ["nyc3,ams3", '"nyc3,ams3"'],
    [" a", '" a"']
  ]
  for (const [text, written] of table) {
    it(`is ${written} for ${JSON.stringify(text)}`, () => assert.strictEqual(line(text), written))
  }

  it("is as it came where that is wanted, but for control characters", () => {
    for (const text of ["=1+1", "-web", "@x", "a;=b"]) assert.strictEqual(line(text, true), text)
    assert.strictEqual(line("\t=1", true), "␉=1")
  })

  it("is written in linear time", () => {
    for (const text of [`${"1".repeat(1_000_000)}x`, ";".repeat(1_000_000), `${" ".repeat(1_000_000)}=`]) {
      const start = performance.now()
      assert.isAtLeast(line(text).length, text.length)
      assert.isBelow(performance.now() - start, 5000)
    }
  })

  const Sign = Schema.Literals(["=", "+", "-", "@", "＝", "a", "1", ".", ";", '"', ",", "\t", "\r", "\n", " "])

  it.prop(
    "never begins with a sign of a formula unless it is a number, whatever separates fields",
    { letters: Schema.Array(Sign) },
    ({ letters }) => {
      const written = line(letters.join(""))
      for (const field of written.replace(/^"|"$/g, "").split(/[;\t]/)) {
        assert.isTrue(!/^\s*[=+\-@＝]/.test(field) || Number.isFinite(Number(written)), written)
      }
      assert.notMatch(written, /[\t\r\n]/)
    },
    { arbitrary: { runs: 2000 } }
  )
})
