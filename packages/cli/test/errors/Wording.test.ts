import { assert, describe, it } from "@effect/vitest"
import * as Wording from "../../src/errors/Wording.ts"

describe("the words of the command line", () => {
  for (const [operation, words] of [
    ["Images.list", "could not list images"],
    ["Images.get", "could not read the image"],
    ["Images.transfer", "could not transfer the image"],
    ["Droplets.list", "could not list Droplets"],
    ["AccountTransfers.create", "could not offer the image"],
    ["GET /v2/images/7", "GET /v2/images/7"]
  ] as const) {
    it(`for ${operation} are: ${words}`, () => assert.strictEqual(Wording.failed(operation), words))
  }

  it("name the flag of a field, and leave other fields", () => {
    assert.deepStrictEqual(["tag_name", "timeZone", "other"].map(Wording.flagOf), ["--tag", "--time-zone", "other"])
  })
})
