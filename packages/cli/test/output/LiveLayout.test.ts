import { assert, describe, it } from "@effect/vitest"
import * as LiveLayout from "../../src/output/LiveLayout.ts"
import * as Text from "../../src/text/Text.ts"

const transfer = (subject: string, region: string, more: Partial<LiveLayout.Entry> = {}): LiveLayout.Entry => ({
  label: {
    verb: "transfer",
    subject,
    name: /\((.*)\)/.exec(subject)?.[1] ?? subject,
    where: ` to ${region}`,
    note: ""
  },
  ...{ state: "in-progress", elapsed: "12s", ...more }
})

const two = [transfer("165903377 (web-2026-11-13)", "sfo3"), transfer("7 (db)", "ams3")]

describe("the lines of what is under way", () => {
  const windows: ReadonlyArray<readonly [columns: number, first: string, second: string]> = [
    [
      66,
      "transfer 165903377 (web-2026-11-13) to sfo3  in-progress  12s",
      "transfer 7 (db) to ams3                      in-progress  12s"
    ],
    [
      55,
      "165903377 (web-2026-11-13) to sfo3  in-progress  12s",
      "7 (db) to ams3                      in-progress  12s"
    ],
    [42, "web-2026-11-13 to sfo3  in-progress  12s", "db to ams3              in-progress  12s"],
    [37, "web-2026-11-13 to sfo3  in-progress", "db to ams3              in-progress"],
    [30, "web-202… to sfo3  in-progress", "db to ams3        in-progress"],
    [25, "to sfo3  in-progress", "to ams3  in-progress"],
    [10, "to sfo3  in-progress", "to ams3  in-progress"]
  ]
  for (const [columns, ...expected] of windows) {
    it(`are laid out for ${columns} columns`, () => {
      assert.deepStrictEqual(LiveLayout.lay(two, columns), expected)
    })
  }

  it("keep the region in every window, and are not wider than it while there is room for the state", () => {
    const lines = [...two, transfer("web 𝓌𝑒𝒷 服务器 (165903378)", "blr1"), transfer("9", "lon1", { elapsed: "1h 02m" })]
    for (let columns = 1; columns < 120; columns++) {
      const drawn = LiveLayout.lay(lines, columns)
      for (const [i, region] of ["sfo3", "ams3", "blr1", "lon1"].entries()) assert.include(drawn[i], `to ${region}`)
      if (columns >= 20) for (const line of drawn) assert.isAtMost(Text.width(line), columns, line)
    }
  })

  it("cut what a failure says before they lose what they are about", () => {
    const failed = transfer("8 (db)", "ams3", { state: `failed: ${"no ".repeat(40)}` })
    const [first = "", second = ""] = LiveLayout.lay([two[0]!, failed], 80)
    assert.strictEqual(first.split("  ")[0], "transfer 165903377 (web-2026-11-13) to sfo3")
    assert.match(second, /^transfer 8 \(db\) to ams3 {2,}failed: no no .*… {2}12s$/)
  })

  it("lose a note before anything else", () => {
    const entry = transfer("8 (db)", "ams3")
    const noted = { ...entry, label: { ...entry.label, note: ", under way already as action 3200000008" } }
    assert.deepStrictEqual(LiveLayout.lay([noted], 60), ["transfer 8 (db) to ams3  in-progress  12s"])
    assert.include(LiveLayout.lay([noted], 120)[0], "under way already")
  })

  it("show what could move a cursor, and do not send it", () => {
    assert.deepStrictEqual(LiveLayout.lay([transfer("\u001b[2J", "sfo3", { state: "a\nb" })], 80), [
      "transfer ␛[2J to sfo3  a␊b  12s"
    ])
  })
})
