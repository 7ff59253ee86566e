import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./support/process.ts"

describe("the picture of a session in the README", () => {
  const svg = readFileSync(join(root, "packages/cli/session.svg"), "utf8")
  const shown = [...svg.matchAll(/<text class="l last" style="animation-name:(k\d+)"/g)].map(([, name]) => name)

  it("shows its last screen where nothing moves", () => {
    assert.isAbove(shown.length, 10)
    assert.include(svg, ".last{visibility:visible}")
  })

  it("shows its last screen in its first frame", () => {
    for (const name of shown) assert.include(svg, `@keyframes ${name}{0%{visibility:visible}`)
  })
})
