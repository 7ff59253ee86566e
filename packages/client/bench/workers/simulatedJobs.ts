import { DigitalOcean } from "@effect-digitalocean/client"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { serve } from "../harness/child.ts"
import { isDone, type JobName, seeds } from "../simulation/accounts.ts"
import { jobs } from "../simulation/jobs.ts"
import type { Sent } from "../simulation/requests.ts"

/** What a job cost: its requests, its duration by the simulated clock, and the most memory of this process. */
export interface JobCost {
  readonly requests: ReadonlyArray<Sent>
  readonly minutes: number
  readonly peakMb: number
}

/** Requests that are being sent, and how many were sent before. */
class InFlight {
  running = 0
  started = 0

  readonly layer = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.transform((response) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            this.running += 1
            this.started += 1
          }),
          () => response,
          () =>
            Effect.sync(() => {
              this.running -= 1
            })
        )
      )
    )
  )

  /** Waits until no request is being sent, and none follows from a response. */
  readonly settled = Effect.promise(async () => {
    for (let idle = 0, started = this.started; idle < 3; idle++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.running > 0 || this.started > started) idle = 0
      started = this.started
    }
  })
}

const simulate = async (name: JobName): Promise<JobCost> => {
  const requests: Array<Sent> = []
  const inFlight = new InFlight()
  const account = TestDigitalOcean.layer({
    seed: seeds[name],
    onExchange: ({ at, method, path, query, status }) => requests.push({ at, method, path, query, status })
  })
  const client = DigitalOcean.layer({ token: Redacted.make("bench") }).pipe(
    Layer.provide(inFlight.layer),
    Layer.provideMerge(account)
  )
  const program = Effect.gen(function* () {
    yield* TestClock.setTime(Seed.now)
    const fiber = yield* Effect.forkChild(Effect.andThen(jobs[name], Clock.currentTimeMillis))
    yield* inFlight.settled
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("1 second")
      yield* inFlight.settled
    }
    const endedAt = yield* Fiber.join(fiber)
    const { images } = yield* TestDigitalOcean.TestDigitalOcean
    if (!isDone[name](yield* images())) return yield* Effect.die(new Error(`${name} has not done its work`))
    return (endedAt - Seed.now) / 60_000
  }).pipe(Effect.provide(Layer.provideMerge(client, TestClock.layer({ warningDelay: "1 minute" }))))
  const minutes = await Effect.runPromise(program)
  return { requests, minutes, peakMb: process.resourceUsage().maxRSS / 1024 }
}

const methods = { simulate }

/** The methods of the process that simulates one job. */
export type SimulatedJobs = typeof methods

serve(methods)
