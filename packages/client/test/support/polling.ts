import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Duration } from "effect/Duration"
import * as TestClock from "effect/testing/TestClock"
import * as Action from "../../src/Action.ts"
import * as Actions from "../../src/Actions.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Images from "../../src/Images.ts"
import { account } from "./inMemory.ts"
import { action } from "./recorded.ts"

export { account }

const unlimited = { perMinute: 1_000_000, perHour: 1_000_000 }

const size = (image: number, count: number) => 2.75 + (0.5 * (image - 1)) / Math.max(1, count - 1)

/** An account of `count` images, whose transfers take 115 to 125 seconds, evenly distributed. */
export const fleet = (count: number, options?: TestDigitalOcean.Options) =>
  account(
    {
      limits: { minute: 1_000_000, hour: 1_000_000 },
      seed: {
        images: Array.from({ length: count }, (_, i) => ({
          id: i + 1,
          name: `image ${i + 1}`,
          size_gigabytes: size(i + 1, count)
        }))
      },
      ...options
    },
    { rateLimits: unlimited }
  )

/** Requests a transfer. */
export const transfer = (image: number, region = "sfo3") =>
  Images.Images.use((images) => images.transfer(image, region))

/** Transfers an image of a fleet, waits for it, and returns the seconds between the end of the transfer and of the wait. */
export const lag = (image: number, count: number, options?: Actions.AwaitOptions) =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const action = yield* transfer(image)
    yield* Actions.Actions.use((actions) => actions.await(action, options))
    return ((yield* Clock.currentTimeMillis) - startedAt) / 1000 - 60 - 20 * size(image, count)
  })

/** Runs a program while time passes, and returns its result. */
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

/** The highest number of requests within any 60 seconds. */
export const worstMinute = (polls: ReadonlyArray<{ readonly at: number }>): number => {
  let worst = 0
  let first = 0
  for (const [i, { at }] of polls.entries()) {
    while (polls[first]!.at <= at - 60_000) first += 1
    worst = Math.max(worst, i - first + 1)
  }
  return worst
}

/** The median of a list of numbers. */
export const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

export const decode = Schema.decodeUnknownSync(Action.Action)
export const regions = ["ams3", "fra1", "lon1", "sfo2", "sfo3", "sgp1", "syd1", "tor1", "blr1"]
export const wait = (ref: Action.Ref, options?: Actions.AwaitOptions) =>
  Actions.Actions.use((actions) => actions.await(ref, options))
export const images = Array.from({ length: 20 }, (_, i) => i + 1)
export const waitAll = (refs: ReadonlyArray<Action.Ref>, options?: Actions.AwaitOptions) =>
  Effect.forEach(refs, (ref) => wait(ref, options), { concurrency: "unbounded" })
export const paths = Effect.map(polls, (all) => [...new Set(all.map(({ path }) => path))])
export const ticks = Effect.map(polls, (all) => new Set(all.map(({ at }) => at)).size)

/** Every service over an `HttpClient`. */
export const over = <A, E>(http: Layer.Layer<A | HttpClient.HttpClient, E>) =>
  DigitalOcean.layer({ token: Redacted.make("any") }).pipe(Layer.provide(http))

/** A client whose responses come from a function, and whose requests are recorded with their time in seconds. */
export const answering = (answer: (seconds: number, url: URL) => RecordingClient.Answer) => {
  const sent: Array<{ readonly path: string; readonly at: number }> = []
  const http = RecordingClient.layerWith(
    ({ url }) =>
      (request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const parsed = new URL(url)
          sent.push({ path: parsed.pathname, at: now / 1000 })
          return answer(now / 1000, parsed)(request)
        })
  )
  return { layer: over(http), sent, paths: () => sent.map(({ path }) => path) }
}
export const many = (count: number) =>
  Array.from({ length: count }, (_, i) => decode(action({ id: i + 1, resource_id: 100 + i })))
export const page = (count: number, status: string) =>
  RecordingClient.json({
    actions: Array.from({ length: count }, (_, i) => action({ id: i + 1, resource_id: 100 + i, status })),
    links: {},
    meta: { total: count }
  })
/** The response to the path of one action of {@link many}. */
export const single = ({ pathname }: URL, status: string) => {
  const id = Number(pathname.split("/").at(-1))
  return RecordingClient.json({ action: action({ id, resource_id: 99 + id, status }) })
}
export const isList = ({ pathname }: URL) => pathname.endsWith("/actions")
export const until = (end: number) => (seconds: number) => (seconds < end ? "in-progress" : "completed")
export const forbidden = RecordingClient.json({ id: "forbidden", message: "m" }, 403)
