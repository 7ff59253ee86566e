import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import { type DigitalOceanError, Tags } from "@effect-digitalocean/client"
import { JobKind, JobStore, type StoredJob } from "@effect-digitalocean/jobs/durable"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export type Failure = DigitalOceanError.DigitalOceanError

/** A kind of job of one item, which does some work that depends on its options. */
export const jobOf = (work: (options: Schema.Json) => Effect.Effect<unknown, Failure, Services>) => {
  const event = (outcome: StoredJob.OutcomeTag, problem: Failure | null): JobKind.KindEvent => ({
    ...{ key: "work", event: outcome, outcome, isRefused: false, line: "work", action: null },
    problem
  })
  const kind: JobKind.JobKind<Services> = {
    name: "work",
    version: 1,
    encode: (options) => Effect.succeed(options as Schema.Json),
    plan: (options) => Effect.succeed(options),
    run: (plan) =>
      Effect.succeed(
        Stream.fromEffect(
          Effect.match(work(plan), {
            onFailure: (error) => event("Failed", error),
            onSuccess: () => event("Done", null)
          })
        )
      )
  }
  return JobKind.layer([kind])
}

/** Submits such a job. */
export const stored = (id = "1") =>
  Effect.map(
    JobStore.JobStore.use((store) =>
      store.submit({ ...{ id, account: "production", kind: "work", version: 1, intention: id, options: null } })
    ),
    ({ job }) => job
  )

export const createTag = (name: string) => Tags.Tags.use((tags) => tags.create(name))

/** Work that stands still in the middle until `go`. */
export const inTwoParts = (second: Effect.Effect<unknown, Failure, Services>) =>
  Effect.gen(function* () {
    const [reached, continued] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    return {
      work: Deferred.succeed(reached, undefined).pipe(
        Effect.andThen(Deferred.await(continued)),
        Effect.andThen(second)
      ),
      reached: Deferred.await(reached),
      go: Deferred.succeed(continued, undefined)
    }
  })
