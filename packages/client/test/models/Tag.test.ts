import { assert, it } from "@effect/vitest"
import { Fixtures } from "@effect-digitalocean/testing"
import * as Schema from "effect/Schema"
import * as Tag from "../../src/Tag.ts"
import { testCodec } from "../support/codec.ts"

testCodec("Tag", Tag.Tag, Fixtures.tag(), ["name"])

it("the number of tagged images is decoded from the specification's misspelled field too", () => {
  const tag = Schema.decodeUnknownSync(Tag.Tag)({ name: "web", resources: { imgages: { count: 3 } } })
  assert.strictEqual(tag.resources.images.count, 3)
})
