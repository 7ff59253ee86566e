import { AutoscalePool, Droplet, Image, Snapshot, Volume } from "@effect-digitalocean/client"
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

export const pool = from(AutoscalePool.AutoscalePool, { name: "fleet", status: "active" })

/** The listings of an account; by default of an empty one. */
export const listings = (rows: {
  readonly images?: ReadonlyArray<Fields>
  readonly snapshots?: ReadonlyArray<Fields>
  readonly droplets?: ReadonlyArray<Fields>
  readonly volumes?: ReadonlyArray<Fields>
  readonly pools?: ReadonlyArray<Fields>
}): Audit.Listings => ({
  generatedAt: DateTime.makeUnsafe("2026-11-25T00:00:00Z"),
  images: (rows.images ?? []).map(image),
  snapshots: Result.succeed((rows.snapshots ?? []).map(snapshot)),
  droplets: Result.succeed((rows.droplets ?? []).map(droplet)),
  volumes: Result.succeed((rows.volumes ?? []).map(volume)),
  pools: Result.succeed((rows.pools ?? []).map(pool))
})

/** Names that harm a terminal or a page if they are not sanitized. */
export const hostile = [
  "<script>alert(1)</script>",
  `"><img src=x onerror="alert(1)">`,
  "' onload='alert(1)",
  "</title></style><style>*{display:none}</style>",
  "\u001b[2J\u001b]0;owned\u0007",
  "invoice\u202egpj.exe",
  "1\u061c.2\u2066 3",
  "a\r\nb\u2028c",
  "&lt;b&gt; &amp; ]]> <!-- -->",
  "\ud800 lone",
  "x".repeat(300)
]

const day = (days: number) =>
  DateTime.formatIso(DateTime.makeUnsafe(Date.parse("2026-11-25T00:00:00Z") - days * 86_400_000))

const release = (id: number, name: string, days: number, fields: Fields = {}): Fields => ({
  id,
  name: `${name}-${day(days).slice(0, 10)}`,
  created_at: day(days),
  ...fields
})

/** An account of some years: releases of several servers, backups, imports and volumes, some of them unused. */
export const fleet: Audit.Listings = listings({
  images: [
    ...[0, 1, 2, 3, 4, 5, 6].map((n) =>
      release(100 + n, "web", n, { size_gigabytes: 3.4, regions: ["nyc3", "ams3", "sfo3"] })
    ),
    ...[2, 32, 62, 92].map((n) =>
      release(200 + n, "database-primary", n, { size_gigabytes: 38.7 + n / 10, regions: ["fra1"] })
    ),
    ...[10, 400].map((n) => release(700 + n, "build-runner", n, { size_gigabytes: 12.5, regions: ["nyc3", "sgp1"] })),
    ...[1, 8].map((n) => release(1200 + n, "web-01", n, { type: "backup", size_gigabytes: 3.5 })),
    { id: 1300, name: "flatcar-4230", type: "custom", size_gigabytes: 0.86, regions: ["sfo3"], created_at: day(170) },
    { id: 1301, name: "flatcar-4230", type: "custom", size_gigabytes: 0.86, regions: ["sfo3"], created_at: day(170) },
    {
      id: 1302,
      name: "importing",
      type: "custom",
      size_gigabytes: null,
      regions: [],
      created_at: day(0),
      status: "pending"
    },
    {
      id: 1400,
      name: "größe 名前 🚀 a name that is much too long for any label",
      size_gigabytes: 20,
      created_at: day(900)
    }
  ],
  snapshots: [
    ...[0, 1, 2, 3, 4, 5, 6].map((n) => ({ id: String(100 + n), resource_id: "11" })),
    ...[2, 32, 62, 92].map((n) => ({ id: String(200 + n), resource_id: "12" })),
    { id: "1400", resource_id: "13" },
    {
      id: "82a48a18-0001",
      resource_type: "volume",
      resource_id: "v-1",
      name: "data",
      size_gigabytes: 55,
      regions: ["fra1"],
      created_at: day(45)
    }
  ],
  droplets: [{ id: 11 }, { id: 12, name: "db-01" }],
  volumes: []
})
