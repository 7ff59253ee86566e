import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SlidingWindow } from "../../../src/internal/rateLimit/slidingWindow.ts"

const small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 1, maximum }))

describe("a sliding window", () => {
  it.effect.prop(
    "never lets more than a limit into any minute or hour, and nothing wait that need not",
    {
      minute: small(6),
      hour: small(30),
      gaps: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40_000 })))
    },
    ({ gaps, hour, minute }) =>
      Effect.sync(() => {
        const log = new SlidingWindow()
        const sent: Array<number> = []
        const within = (now: number, length: number) => sent.filter((time) => time > now - length).length
        let now = 0
        for (const gap of [...gaps, ...gaps, ...gaps]) {
          now += gap
          const refusal = log.refusal({ minute, hour }, now)
          const full = within(now, 61_000) >= minute || within(now, 3_601_000) >= hour
          assert.strictEqual(refusal !== undefined, full)
          if (refusal === undefined) {
            log.add(now)
            sent.push(now)
          } else {
            const length = refusal.window === "minute" ? 61_000 : 3_601_000
            assert.isBelow(within(now + refusal.wait, length), refusal.limit)
            assert.isAtLeast(within(now + refusal.wait - 1, length), refusal.limit)
          }
        }
      })
  )
})
