import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Duration } from "effect/Duration"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../src/Actions.ts"
import * as Images from "../src/Images.ts"
import { account } from "./inMemory.ts"

export { account }

const unlimited = { minute: 1_000_000, hour: 1_000_000 }

const size = (image: number, count: number) => 2.75 + (0.5 * (image - 1)) / Math.max(1, count - 1)

/** An account of so many images, whose transfers take from 115 to 125 seconds, evenly distributed. */
export const fleet = (count: number, options?: TestDigitalOcean.Options) =>
  account(
    {
      limits: unlimited,
      seed: {
        images: Array.from({ length: count }, (_, i) => ({
          id: i + 1,
          name: `image ${i + 1}`,
          size_gigabytes: size(i + 1, count)
        }))
      },
      ...options
    },
    { limits: unlimited }
  )

/** Begins a transfer. */
export const transfer = (image: number, region = "sfo3") =>
  Images.Images.use((images) => images.transfer(image, region))

/** Begins the transfer of an image of a fleet, waits for it, and tells how many seconds after its end the wait ended. */
export const lag = (image: number, count: number, options?: Actions.AwaitOptions) =>
  Effect.gen(function* () {
    const begun = yield* Clock.currentTimeMillis
    const action = yield* transfer(image)
    yield* Actions.Actions.use((actions) => actions.await(action, options))
    return ((yield* Clock.currentTimeMillis) - begun) / 1000 - 60 - 20 * size(image, count)
  })

/** Runs a program while time passes, and what it answers. */
export const during = <A, E, R>(
  time: Duration | `${number} ${"seconds" | "minutes" | "hours"}`,
  program: Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(program)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

/** The GETs that were sent. */
export const polls = Effect.gen(function* () {
  const { requests } = yield* TestDigitalOcean.TestDigitalOcean
  return (yield* requests).filter(({ method }) => method === "GET")
})

/** The most that fell into any 60 seconds. */
export const worstMinute = (polls: ReadonlyArray<{ readonly at: number }>): number => {
  let worst = 0
  let first = 0
  for (const [i, { at }] of polls.entries()) {
    while (polls[first]!.at <= at - 60_000) first += 1
    worst = Math.max(worst, i - first + 1)
  }
  return worst
}

/** The one in the middle. */
export const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
