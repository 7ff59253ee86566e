import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Text from "@effect-digitalocean/jobs/Text"

describe("safe", () => {
  it("shows escape sequences and line ends instead of sending them", () => {
    assert.strictEqual(Text.safe("a\u001b[31mb\r\nc\u0007"), "a␛[31mb␍␊c␇")
    assert.strictEqual(Text.safe("a\u009b2Jb\u202ec\u007f"), "a�2Jb�c�")
  })

  it("leaves other text as it is", () => assert.strictEqual(Text.safe("größe 名前 🚀"), "größe 名前 🚀"))

  it.prop("leaves no control character in any text", [Schema.String], ([text]) => {
    assert.notMatch(Text.safe(`${text}\u061c\u2069`), /[\p{Cc}\p{Bidi_Control}]/u)
  })
})

describe("width", () => {
  for (const [text, width] of [
    ["", 0],
    ["abc", 3],
    ["名前", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["🚀", 2]
  ] as const) {
    it(`of ${JSON.stringify(text)} is ${width}`, () => assert.strictEqual(Text.width(text), width))
  }
})

describe("fit", () => {
  it("keeps what fits and cuts what does not", () => {
    assert.strictEqual(Text.fit("abc", 3), "abc")
    assert.strictEqual(Text.fit("abcd", 3), "ab…")
    assert.strictEqual(Text.fit("名前名", 4), "名…")
  })

  it.prop(
    "is never wider than asked",
    [Schema.String, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 }))],
    ([text, n]) => {
      assert.isAtMost(Text.width(Text.fit(text, n)), n)
    }
  )
})

describe("table", () => {
  it("lines up columns and makes cells safe", () => {
    assert.deepStrictEqual(
      Text.table(
        ["id", "name"],
        [
          ["1", "名前"],
          ["22", "a\u001b"]
        ]
      ),
      ["ID  NAME", "1   名前", "22  a␛"]
    )
  })
})
