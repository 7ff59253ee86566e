import { assert, describe, it } from "@effect/vitest"
import * as HelpText from "../../src/text/HelpText.ts"

describe("a help text in a window", () => {
  const cases: ReadonlyArray<readonly [why: string, line: string, columns: number, expected: ReadonlyArray<string>]> = [
    ["that has room for it stays as it is", "  one two three", 15, ["  one two three"]],
    ["is broken between words", "  one two three four", 14, ["  one two", "  three four"]],
    [
      "goes on below the description of a flag",
      "  --name NAME    what it does and more",
      27,
      ["  --name NAME    what it", "                 does and", "                 more"]
    ],
    [
      "does not squeeze a description between a long flag and the edge",
      "  --a-rather-long-flag NAME  what it does",
      30,
      ["  --a-rather-long-flag NAME", "  what it does"]
    ],
    [
      "leaves command lines whole",
      "  doimg list --private --type snapshot",
      20,
      ["  doimg list --private --type snapshot"]
    ],
    [
      "does not count colours",
      "  \u001b[32m--name\u001b[0m    what it does",
      22,
      ["  \u001b[32m--name\u001b[0m    what it", "            does"]
    ],
    ["keeps a word that is too long", "  supercalifragilistic x", 10, ["  supercalifragilistic", "  x"]]
  ]
  for (const [why, line, columns, expected] of cases) {
    it(why, () => assert.strictEqual(HelpText.wrap(`A\n${line}\nB`, columns), `A\n${expected.join("\n")}\nB`))
  }
})
