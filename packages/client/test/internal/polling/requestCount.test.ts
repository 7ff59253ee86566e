import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../../../src/Actions.ts"
import { defaultInterval } from "../../../src/internal/waiting/adaptiveSchedule.ts"
import { during, fleet, lag, median, polls, worstMinute } from "../../support/polling.ts"

/** The default schedule with the rate limit of a token: the account of these tests has none. */
const schedule = Actions.adaptive((input) => defaultInterval({ ...input, spare: 245 }))

const images = Array.from({ length: 1000 }, (_, i) => i + 1)

describe("1,000 waits of 115 to 125 seconds", () => {
  it.effect(
    "send at most 85 requests when they start at one instant",
    () =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1300 millis")
        const all = Effect.forEach(images, (image) => lag(image, 1000, { schedule }), { concurrency: "unbounded" })
        const lags = yield* during("10 minutes", all)
        const sent = yield* polls
        assert.isAtMost(sent.length, 85)
        assert.isAtMost(worstMinute(sent), 80)
        assert.isAtMost(median(lags), 2.2)
        assert.isTrue(sent.every(({ path, query }) => path === "/v2/actions" && query["per_page"] === "200"))
      }).pipe(Effect.provide(fleet(1000))),
    60_000
  )

  it.effect("of which 300 start evenly over 60 seconds send at most 150 requests", () =>
    Effect.gen(function* () {
      // the longer transfers do not start later
      const all = images
        .slice(0, 300)
        .map((_, i) => Effect.delay(lag(1 + ((i * 107) % 300), 300, { schedule }), Duration.millis(200 * i)))
      const lags = yield* during("10 minutes", Effect.all(all, { concurrency: "unbounded" }))
      const sent = yield* polls
      assert.isAtMost(sent.length, 150)
      assert.isAtMost(worstMinute(sent), 90)
      assert.isAtMost(median(lags), 0.8)
    }).pipe(Effect.provide(fleet(300)))
  )
})
