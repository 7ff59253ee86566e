import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import type { Options } from "../src/DigitalOceanClient.ts"

export const token = "dop_v1_0123456789abcdef"

/** Runs a program over canned answers; what it requested can be asked of `RecordingClient`. */
export const recorded =
  (answers: ReadonlyArray<RecordingClient.Answer>, options?: Omit<Options, "token">) =>
  <A, E>(program: Effect.Effect<A, E, DigitalOcean.Services | RecordingClient.RecordingClient>) =>
    Effect.provide(
      program,
      DigitalOcean.layer({ token: Redacted.make(token), ...options }).pipe(
        Layer.provideMerge(RecordingClient.layer(answers))
      )
    )

export const requests = RecordingClient.RecordingClient.use((recorder) => recorder.requests)

/** `METHOD url body` of every request. */
export const lines = Effect.map(requests, (all) =>
  all.map(({ body, method, url }) => `${method} ${url}${body === undefined ? "" : ` ${body}`}`)
)

export const image = (fields: object = {}) => ({
  id: 7938291,
  name: "web",
  type: "snapshot",
  distribution: "Ubuntu",
  slug: null,
  public: false,
  regions: ["nyc3"],
  created_at: "2026-01-01T00:00:00Z",
  min_disk_size: 25,
  size_gigabytes: 2.5,
  description: "",
  tags: [],
  status: "available",
  error_message: "",
  ...fields
})

export const action = (fields: object = {}) => ({
  id: 36805527,
  status: "in-progress",
  type: "transfer",
  started_at: "2026-01-01T00:00:00Z",
  completed_at: null,
  resource_id: 7938291,
  resource_type: "image",
  region: null,
  region_slug: "sfo3",
  ...fields
})

export const page = (key: string, rows: ReadonlyArray<unknown>, total = rows.length, next?: number | string) => ({
  [key]: rows,
  links:
    next === undefined
      ? {}
      : { pages: { next: typeof next === "string" ? next : `https://api.digitalocean.com/x?page=${next}` } },
  meta: { total }
})
