import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { adaptive, defaultInterval, delayOf } from "../../../src/internal/waiting/adaptiveSchedule.ts"
import { schedule } from "../../../src/Actions.ts"

const interval = (
  age: number,
  window?: readonly [from: number, to: number, samples: number],
  { pages = 1, spare = 245 } = {}
) =>
  Duration.toSeconds(
    defaultInterval({
      last: undefined,
      age: Duration.seconds(age),
      window: window && {
        from: Duration.seconds(window[0]),
        to: Duration.seconds(window[1]),
        samples: window[2]
      },
      pages,
      spare
    })
  )

describe("the default interval, in seconds", () => {
  const table: ReadonlyArray<[what: string, interval: number, expected: number]> = [
    ["an eighth of 245 requests a minute, for one page", interval(2), 2],
    ["for five pages", interval(2, undefined, { pages: 5 }), 10],
    ["with 49 spare requests", interval(2, undefined, { spare: 49 }), 10],
    ["for 60 pages: every minute", interval(2, undefined, { pages: 60 }), 60],
    ["for 1,000 requests: three quarters of 245", interval(2, undefined, { pages: 1000 }), 327],
    ["about an eightieth of the age", interval(492), 6],
    ["at most 10", interval(5000), 10],
    ["before a window of few durations", interval(30, [300, 400, 2]), 10],
    ["before a window: a quarter of the age", interval(100, [300, 400, 3]), 25],
    ["up to the window", interval(290, [300, 400, 3]), 10],
    ["but not more often than within it", interval(299.5, [300, 400, 3], { pages: 5 }), 2],
    ["within the window", interval(310, [300, 400, 3]), 2],
    ["within a short one", interval(310, [300, 320, 3]), 1],
    ["within a long one", interval(3000, [2400, 5400, 3]), 10],
    ["within a long one of many durations", interval(3000, [2400, 5400, 50]), 9],
    ["in its first tenth", interval(2500, [2400, 5400, 50]), 20],
    ["after the window", interval(411, [300, 400, 3]), 5]
  ]
  for (const [what, seconds, expected] of table) it(`${what}: ${expected}`, () => assert.strictEqual(seconds, expected))
})

describe("an adaptive schedule", () => {
  it.effect("ends its delays at whole seconds of the clock", () =>
    Effect.gen(function* () {
      const input = { last: undefined, age: Duration.zero, window: undefined, pages: 1, spare: 245 }
      const step = yield* Schedule.toStep(adaptive(() => "2 seconds"))
      const delays = [0, 300, 999].map((now) => step(1_000_000 + now, input))
      const results = yield* Effect.all(delays)
      assert.deepStrictEqual(
        results.map(([, delay]) => Duration.toMillis(delay)),
        [2000, 1700, 1001]
      )
      const short = yield* Schedule.toStep(adaptive(() => "300 millis"))
      assert.strictEqual(Duration.toMillis((yield* short(1_000_500, input))[1]), 300)
    })
  )

  it("is known as such, and a schedule that is composed of it is not", () => {
    assert.isDefined(delayOf(schedule))
    assert.isUndefined(delayOf(Schedule.upTo(schedule, { times: 3 })))
    assert.isUndefined(delayOf(Schedule.spaced("1 second")))
  })
})
