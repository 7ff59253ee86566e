import { assert, describe, it } from "@effect/vitest"
import { InvalidInput } from "../../../src/DigitalOceanError.ts"
import * as BaseUrl from "../../../src/internal/request/baseUrl.ts"

describe("parse", () => {
  for (const [given, kept] of [
    ["https://api.digitalocean.com", "https://api.digitalocean.com"],
    ["https://api.digitalocean.com/", "https://api.digitalocean.com"],
    ["https://proxy.example/digitalocean/", "https://proxy.example/digitalocean"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://localhost:1/prefix", "http://localhost:1/prefix"],
    ["http://[::1]:8080", "http://[::1]:8080"]
  ] as const) {
    it(`takes ${given}`, () => assert.strictEqual(BaseUrl.parse(given), kept))
  }

  it("takes a URL", () => assert.strictEqual(BaseUrl.parse(new URL("https://a.example/b/")), "https://a.example/b"))

  for (const given of [
    "",
    "api.digitalocean.com",
    "ftp://api.digitalocean.com",
    "http://api.digitalocean.com",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://10.0.0.1",
    "https://user@api.digitalocean.com",
    "https://user:secret@api.digitalocean.com",
    "https://api.digitalocean.com?x=1",
    "https://api.digitalocean.com/#x"
  ]) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      const refused = BaseUrl.parse(given)
      assert.instanceOf(refused, InvalidInput)
      assert.strictEqual(refused.field, "baseUrl")
      assert.notInclude(refused.message, "secret")
    })
  }
})
