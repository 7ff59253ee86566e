import { assert, describe, it } from "@effect/vitest"
import { InvalidInput } from "../../../src/DigitalOceanError.ts"
import * as Path from "../../../src/internal/request/path.ts"

const refused = (result: string | InvalidInput): InvalidInput => {
  assert.instanceOf(result, InvalidInput)
  return result
}

describe("fill", () => {
  it("encodes a value as one segment", () => {
    assert.strictEqual(
      Path.fill("/v2/images/{image_id}", { image_id: "a/b c?d#e%" }),
      "/v2/images/a%2Fb%20c%3Fd%23e%25"
    )
  })

  it("keeps ids up to 2^53-1", () => {
    const path = Path.fill("/v2/images/{image_id}/actions/{action_id}", { image_id: 7, action_id: 2 ** 53 - 1 })
    assert.strictEqual(path, "/v2/images/7/actions/9007199254740991")
  })

  for (const value of ["", ".", "..", "%2e", "%2E%2e", ".%2E", 0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, "\ud800"]) {
    it(`refuses ${JSON.stringify(value)} (${value})`, () => {
      assert.strictEqual(refused(Path.fill("/v2/images/{image_id}", { image_id: value })).field, "image_id")
    })
  }

  it("names the first placeholder without a value", () => {
    assert.strictEqual(refused(Path.fill("/v2/images/{image_id}/actions/{action_id}", {})).field, "image_id")
  })
})

describe("check", () => {
  for (const path of ["/v2/images", "/v2/images/", "/v2/tags/a%20b", "/v2/a.b/..."]) {
    it(`takes ${path}`, () => assert.strictEqual(Path.check(path), path))
  }

  for (const path of [
    "",
    "v2/images",
    "//evil.example/v2",
    "https://evil.example/v2",
    "/v2//images",
    "/v2/../x",
    "/v2/./x",
    "/v2/%2e%2E/x",
    "/v2/images?x=1",
    "/v2/images#x",
    "/\\evil.example",
    "/v2/a b",
    "/v2/%",
    "/v2/%zz",
    "/v2/a\r\nx: y",
    "/v2/\ud800"
  ]) {
    it(`refuses ${JSON.stringify(path)}`, () => assert.strictEqual(refused(Path.check(path)).field, "path"))
  }
})
