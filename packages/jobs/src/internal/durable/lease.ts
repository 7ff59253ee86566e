import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as Latch from "effect/Latch"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { type ClaimState, JobStore } from "../../durable/JobStore.ts"
import type { StoredJob } from "../../durable/StoredJob.ts"
import { persistently } from "./persistently.ts"

/** The right of a runner to change something at DigitalOcean for a job: its claim was confirmed by the store just now. */
export interface Lease {
  /** Waits until the claim was confirmed just now, and returns true; returns false once the claim is lost. */
  readonly confirmed: Effect.Effect<boolean>
  /** Waits until the job is cancelled, or the claim is lost. */
  readonly ended: Effect.Effect<Exclude<ClaimState, "held">>
}

/** The lease of the job that a fiber runs; undefined outside of a job. */
export const CurrentLease: Context.Reference<Lease | undefined> = Context.Reference<Lease | undefined>(
  "@effect-digitalocean/jobs/CurrentLease",
  { defaultValue: () => undefined }
)

/**
 * Takes a lease for a job that was claimed at this time, and confirms it until the scope closes, so that what is undone after
 * an interruption has it too. The time of a confirmation is the time of its request, by the clock that also runs while this
 * process is stopped.
 */
export const make = Effect.fnUntraced(function* (
  job: StoredJob,
  claimedAt: number,
  options: { readonly interval: Duration.Input; readonly validity: Duration.Input }
): Effect.fn.Return<Lease, never, JobStore | Scope.Scope> {
  const store = yield* JobStore
  const validity = Duration.toMillis(options.validity)
  const ended = yield* Deferred.make<Exclude<ClaimState, "held">>()
  const changed = yield* Latch.make()
  let confirmedAt = claimedAt
  let isLost = false
  const confirm = Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const state = yield* store.confirm(job)
    confirmedAt = at
    isLost = state === "lost"
    if (state !== "held") yield* Deferred.succeed(ended, state)
    yield* changed.release
    return isLost
  })
  if (job.isCancelled) yield* Deferred.succeed(ended, "cancelled")
  const confirming = Effect.repeat(persistently(confirm), {
    until: (isLost) => isLost,
    schedule: Schedule.spaced(options.interval)
  })
  yield* Effect.forkScoped(Effect.delay(confirming, options.interval))
  const confirmed: Effect.Effect<boolean> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (isLost) return Effect.succeed(false)
    // after the clock was set back, nothing is known
    const isValid = now >= confirmedAt && now - confirmedAt <= validity
    return isValid ? Effect.succeed(true) : Effect.andThen(changed.await, confirmed)
  })
  return { confirmed, ended: Deferred.await(ended) }
})

/** For how long a request waits for a confirmation: less than a client waits for a response by default. */
const maxWait = "20 seconds"

/**
 * A client that sends a request which can change something only while the job of its fiber has a lease. Other requests wait
 * for the next confirmation, and fail as not sent if there is none.
 */
export const withLease = (http: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.mapRequestEffect(http, (request) =>
    Effect.gen(function* () {
      const lease = yield* CurrentLease
      if (lease === undefined || request.method === "GET" || request.method === "HEAD") return request
      if (yield* Effect.timeoutOrElse(lease.confirmed, { duration: maxWait, orElse: () => Effect.succeed(false) })) {
        return request
      }
      const description = "not sent: it is not certain that this runner still works on the job"
      return yield* new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({ request, description, cause: { code: "ERR_REQUEST_NOT_SENT" } })
      })
    })
  )
