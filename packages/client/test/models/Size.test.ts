import { assert, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Schema from "effect/Schema"
import * as Size from "../../src/Size.ts"
import { testCodec } from "../support/codec.ts"

testCodec("Size", Size.Size, Fixtures.size(), ["slug"])

it("byPrice orders sizes by hourly price, and puts a size of unknown price last", () => {
  const decode = Schema.decodeUnknownSync(Size.Size)
  const sizes = [null, 2, 0.5].map((price_hourly) => decode(Fixtures.size({ price_hourly })))
  assert.deepStrictEqual(
    sizes.toSorted(Size.byPrice).map(({ price_hourly }) => price_hourly),
    [0.5, 2, null]
  )
})
