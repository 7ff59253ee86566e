import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as EstimateBar from "../../src/output/EstimateBar.ts"

const ends = (shortest: number, total: number, longest: number, age: number) =>
  EstimateBar.endsOf(
    {
      total: Duration.seconds(total),
      remaining: Duration.seconds(total - age),
      shortest: Duration.seconds(shortest),
      longest: Duration.seconds(longest),
      samples: 3
    },
    1_000_000
  )

describe("the bar of an estimate", () => {
  const table: ReadonlyArray<[what: string, drawn: string, expected: string]> = [
    ["is empty without an estimate", EstimateBar.draw(undefined, 0), ""],
    [
      "shows the remaining time with its range",
      EstimateBar.draw(ends(100, 120, 180, 60), 1_000_000),
      "  █████░░░░░  about 1m 00s left (40s to 2m 00s)"
    ],
    [
      "shows no range if all past actions took as long",
      EstimateBar.draw(ends(120, 120, 120, 30), 1_000_000),
      "  ███░░░░░░░  about 1m 30s left"
    ],
    [
      "counts down between polls, and not below zero",
      EstimateBar.draw(ends(100, 120, 180, 60), 1_070_000),
      "  ██████████  about 0s left (0s to 50s)"
    ]
  ]
  for (const [what, drawn, expected] of table) it(what, () => assert.strictEqual(drawn, expected))
})
