import { assert, describe, it } from "@effect/vitest"
import { start } from "./process.ts"

describe("npm run demo", () => {
  it("does the main job in under 20 seconds, tells it in plain lines, and leaves nothing running", async () => {
    const begun = performance.now()
    const demo = start("npm", ["run", "--silent", "demo"])
    assert.strictEqual(await demo.ended, 0)
    assert.isBelow(performance.now() - begun, 20_000)
    const out = demo.out()
    for (const pattern of [
      /ID +NAME +TYPE/,
      /convert +action \d+ +completed/,
      /renamed web-01 2026-11-22 04:12 -> kept-2026-11-22/,
      /snapshot +image \d+ +2\.5 GB/,
      /can go to +ams3 /,
      /runs from +s-1vcpu-1gb up/,
      /ams3 +action \d+ +completed/,
      /sfo3 +action \d+ +completed/,
      /sgp1 +action \d+ +completed/,
      /caught UnprocessableEntity/,
      /tagged golden/,
      /web-02 +action \d+ +completed/,
      /166404101 is gone/,
      /new \(web-\d{4}-\d\d-\d\d, in nyc3,ams3,sfo3,sgp1, tagged golden\)/,
      /166404101 +deleted/,
      /\n\d+ requests\n$/
    ]) {
      assert.match(out, pattern)
    }
    assert.notInclude(out, "\u001b")
    assert.strictEqual(demo.err(), "")
    const [, url = ""] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(out) ?? []
    assert.strictEqual(await fetch(url).catch(() => "nobody there"), "nobody there")
  }, 40_000)

  it("ends in silence when nobody reads on", async () => {
    const piped = start("sh", ["-c", "npm run --silent demo | head -n 3"])
    assert.strictEqual(await piped.ended, 0)
    assert.strictEqual(piped.out().trimEnd().split("\n").length, 3)
    assert.strictEqual(piped.err(), "")
  }, 40_000)
})
