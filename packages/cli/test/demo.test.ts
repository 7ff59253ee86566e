import { assert, describe, it } from "@effect/vitest"
import { start } from "./support/process.ts"

describe("npm run demo", () => {
  it("does the main job in under 20 seconds, tells it in plain lines, and leaves nothing running", async () => {
    const begun = performance.now()
    const demo = start("npm", ["run", "--silent", "demo"])
    assert.strictEqual(await demo.ended, 0)
    assert.isBelow(performance.now() - begun, 20_000)
    const out = demo.out()
    for (const pattern of [
      /ID +NAME +TYPE/,
      /preserve: at most 5 changes, 2 lookups besides polls, \$0\.21 a month more/,
      /convert +web-01 2026-11-22 04:12 \(166480233\) +to a snapshot/,
      /✔ convert +to a snapshot, which outlives its Droplet +action \d+ +completed/,
      /✔ rename +to kept-2026-11-22/,
      /release: at most 13 changes, .* 1 image of unknown size more/,
      /snapshot +web-01 \(413118204\) +as web-\d{4}-\d\d-\d\dT/,
      /✔ snapshot .* image \d+ +2\.5 GB/,
      /✔ transfer +to ams3 +action \d+ +completed/,
      /✔ transfer +to sfo3 +action \d+ +completed/,
      /✔ transfer +to sgp1 +action \d+ +completed/,
      /✔ arrive +in every region/,
      /✔ tag +with golden +done/,
      /caught UnprocessableEntity/,
      /can go to +atl1 /,
      /runs from +s-1vcpu-1gb up/,
      /web-02 +active/,
      /rotate: at most 1 change, .* \$0\.20 a month less/,
      /keep +web-2026-11-20 \(166404101\) +last/,
      /delete +web-2026-11-13 \(165903377\) +no rule keeps it/,
      /✔ delete +web-2026-11-13 \(165903377\) +done/,
      /new \(web-\S+Z, in nyc3,ams3,sfo3,sgp1, tagged web,golden,release\)/,
      /165903377 +deleted/,
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
