import { Droplet, Image, Snapshot, Volume } from "@effect-digitalocean/client"
import type { Audit } from "@effect-digitalocean/jobs"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

type Fields = { readonly [key: string]: unknown }

const made = { created_at: "2026-11-01T00:00:00Z" }

const from =
  <A>(schema: Schema.Codec<A, unknown>, defaults: Fields) =>
  (fields: Fields): A =>
    Schema.decodeUnknownSync(schema)({ ...made, ...defaults, ...fields })

export const image = from(Image.Image, { type: "snapshot", name: "web", size_gigabytes: 10, regions: ["nyc3"] })

export const snapshot = from(Snapshot.Snapshot, { resource_type: "droplet", name: "web", size_gigabytes: 10 })

export const droplet = from(Droplet.Droplet, { name: "web-01", status: "active" })

export const volume = from(Volume.Volume, { name: "data" })

/** What an account answers; without anything an empty one. */
export const listings = (answers: {
  readonly images?: ReadonlyArray<Fields>
  readonly snapshots?: ReadonlyArray<Fields>
  readonly droplets?: ReadonlyArray<Fields>
  readonly volumes?: ReadonlyArray<Fields>
}): Audit.Listings => ({
  taken_at: DateTime.makeUnsafe("2026-11-25T00:00:00Z"),
  images: (answers.images ?? []).map(image),
  snapshots: Result.succeed((answers.snapshots ?? []).map(snapshot)),
  droplets: Result.succeed((answers.droplets ?? []).map(droplet)),
  volumes: Result.succeed((answers.volumes ?? []).map(volume))
})

/** Names that would harm a terminal or a page. */
export const hostile = [
  "<script>alert(1)</script>",
  `"><img src=x onerror="alert(1)">`,
  "' onload='alert(1)",
  "</title></style><style>*{display:none}</style>",
  "\u001b[2J\u001b]0;owned\u0007",
  "invoice\u202egpj.exe",
  "a\r\nb\u2028c",
  "&lt;b&gt; &amp; ]]> <!-- -->",
  "\ud800 lone",
  "x".repeat(300)
]
