import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sha256 } from "../../../src/internal/rateLimit/sha256.ts"

const reference = (text: string) => createHash("sha256").update(text).digest("hex")

describe("sha256", () => {
  it("is the platform's, for texts of every length around a block", () => {
    for (let length = 0; length < 200; length++) {
      const text = "é".repeat(length % 3) + "x".repeat(length)
      assert.strictEqual(sha256(text), reference(text))
    }
  })

  it.effect.prop("is the platform's, for any text", { text: Schema.String }, ({ text }) =>
    Effect.sync(() => assert.strictEqual(sha256(text), reference(text)))
  )
})
