import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import type { Options } from "../src/DigitalOceanClient.ts"

export const token = "dop_v1_0123456789abcdef"

/** Far above what any test sends, so that none waits for the budget it does not test. */
const limits = { minute: 1_000_000, hour: 1_000_000 }

/** Runs a program over canned answers; what it requested can be asked of `RecordingClient`. */
export const recorded =
  (answers: ReadonlyArray<RecordingClient.Answer>, options?: Omit<Options, "token">) =>
  <A, E>(program: Effect.Effect<A, E, DigitalOcean.Services | RecordingClient.RecordingClient>) =>
    Effect.provide(
      program,
      DigitalOcean.layer({ token: Redacted.make(token), limits, ...options }).pipe(
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

export const region = (fields: object = {}) => ({
  slug: "nyc3",
  name: "New York 3",
  available: true,
  features: ["image_transfer"],
  sizes: ["s-1vcpu-1gb"],
  ...fields
})

export const size = (fields: object = {}) => ({
  slug: "s-1vcpu-1gb",
  description: "Basic",
  available: true,
  memory: 1024,
  vcpus: 1,
  disk: 25,
  transfer: 1,
  price_monthly: 6,
  price_hourly: 0.00893,
  regions: ["nyc3", "sfo3"],
  ...fields
})

export const droplet = (fields: object = {}) => ({
  id: 3164494,
  name: "web-1",
  status: "active",
  locked: false,
  created_at: "2026-01-01T00:00:00.000Z",
  memory: 1024,
  vcpus: 1,
  disk: 25,
  size_slug: "s-1vcpu-1gb",
  size: size(),
  region: region(),
  image: image({ created_at: "2026-01-01T00:00:00.000Z" }),
  features: ["backups"],
  backup_ids: [7],
  snapshot_ids: [6372321],
  volume_ids: ["82a48a18"],
  next_backup_window: null,
  networks: { v4: [{ ip_address: "10.0.0.2", netmask: "255.0.0.0", gateway: "10.0.0.1", type: "private" }], v6: [] },
  vpc_uuid: "u",
  tags: ["web"],
  ...fields
})

export const snapshot = (fields: object = {}) => ({
  id: "6372321",
  name: "web",
  created_at: "2026-01-01T00:00:00.000Z",
  regions: ["nyc3"],
  resource_id: "3164494",
  resource_type: "droplet",
  min_disk_size: 25,
  size_gigabytes: 2.34,
  tags: [],
  ...fields
})

export const volume = (fields: object = {}) => ({
  id: "82a48a18-873f-11e6-96bf-000f53315a41",
  name: "data",
  created_at: "2026-01-01T00:00:00.000Z",
  size_gigabytes: 100,
  region: region(),
  droplet_ids: [3164494],
  description: "",
  tags: [],
  ...fields
})
