import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import type { Options } from "../../src/DigitalOceanClient.ts"

export { action, droplet, image, page, region, size, snapshot, volume } from "@effect-digitalocean/testing/Fixtures"

export const token = "dop_v1_0123456789abcdef"

/** Far above what any test sends, so that a test waits for the rate limit only when it tests it. */
const limits = { perMinute: 1_000_000, perHour: 1_000_000 }

/** Runs a program over canned responses; `RecordingClient` has the requests that it sent. */
export const recorded =
  (responses: ReadonlyArray<RecordingClient.Answer>, options?: Omit<Options, "token">) =>
  <A, E>(program: Effect.Effect<A, E, DigitalOcean.Services | RecordingClient.RecordingClient>) =>
    Effect.provide(
      program,
      DigitalOcean.layer({ token: Redacted.make(token), rateLimits: limits, ...options }).pipe(
        Layer.provideMerge(RecordingClient.layer(responses))
      )
    )

export const requests = RecordingClient.RecordingClient.use((recorder) => recorder.requests)

/** `METHOD url body` of every request. */
export const lines = Effect.map(requests, (all) =>
  all.map(({ body, method, url }) => `${method} ${url}${body === undefined ? "" : ` ${body}`}`)
)
