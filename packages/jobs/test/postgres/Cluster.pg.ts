import { DurableJobs } from "@effect-digitalocean/jobs/durable"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import * as Database from "./database.ts"
import * as Runner from "./runner.ts"

describe("a cluster of two runners over Postgres", () => {
  it.live("runs each of 20 jobs once, submitted to either, and any of the two follows it", () =>
    Effect.gen(function* () {
      const settings = Database.settings(yield* Database.create())
      const [first, second] = [yield* Runner.start(settings), yield* Runner.start(settings)]
      const jobs = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, index) => index),
        (index) =>
          Effect.provide(
            // what is in the region already needs no time
            DurableJobs.submit({
              account: `a${index}`,
              kind: "replicate",
              options: { images: [166404101], regions: ["nyc3"] }
            }),
            index % 2 === 0 ? first : second
          )
      )
      for (const { job } of jobs) {
        const changes = yield* Effect.provide(DurableJobs.follow(job.id), second)
        yield* Stream.runDrain(changes)
        const { attempts, failovers, state } = yield* Effect.provide(DurableJobs.get(job.id), first)
        assert.deepStrictEqual({ attempts, failovers, state }, { attempts: 1, failovers: 0, state: "done" })
      }
    }).pipe(Effect.provide(Logger.layer([]), { local: true }))
  )
})
