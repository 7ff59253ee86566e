import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../../../src/DigitalOceanError.ts"
import * as Token from "../../../src/internal/request/token.ts"

describe("parse", () => {
  it("trims blanks and line ends around a token", () => {
    const token = Token.parse(Redacted.make(" dop_v1_abc\r\n"))
    assert.isTrue(Redacted.isRedacted(token) && Redacted.value(token) === "dop_v1_abc")
  })

  for (const text of ["", "  ", "dop\nv1", "dop v1", "dop\u0000v1", "dop\u007f", "töken"]) {
    it(`refuses ${JSON.stringify(text)} without showing it`, () => {
      const refused = Token.parse(Redacted.make(text))
      assert.instanceOf(refused, InvalidInput)
      if (text.trim() !== "") assert.notInclude(refused.message, text)
    })
  }
})
