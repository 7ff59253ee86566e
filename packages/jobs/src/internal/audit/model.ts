import type * as AutoscalePool from "@effect-digitalocean/client/AutoscalePool"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import type * as Image from "@effect-digitalocean/client/Image"
import type * as Snapshot from "@effect-digitalocean/client/Snapshot"
import type * as Volume from "@effect-digitalocean/client/Volume"
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as Cost from "../../Cost.ts"
import * as Usage from "../../Usage.ts"
import { RegionRef } from "../options/refs.ts"

/** Documented at `Audit`. */
export const Options = Schema.Struct({
  prices: Schema.optional(Cost.Prices),
  regions: Schema.optional(Schema.Array(RegionRef))
})

export interface Options extends Schema.Schema.Type<typeof Options> {}

/** Documented at `Audit`. */
export interface Arguments {
  /** returns the series of a name, by default {@link seriesOf} */
  readonly seriesOf?: ((name: string) => string) | undefined
}

/** Documented at `Audit`. */
export const Total = Schema.Struct({
  count: Schema.Int,
  gigabytes: Schema.Finite,
  usd: Schema.Finite,
  unknown: Schema.Int
})

export interface Total extends Schema.Schema.Type<typeof Total> {}

/** Documented at `Audit`. */
export const Source = Schema.Union([
  Schema.TaggedStruct("None", {}),
  Schema.TaggedStruct("Exists", { resource_type: Schema.String, resource_id: Schema.String, name: Schema.String }),
  Schema.TaggedStruct("Deleted", { resource_type: Schema.String, resource_id: Schema.String }),
  Schema.TaggedStruct("Unknown", {})
])

export type Source = typeof Source.Type

/** Documented at `Audit`. */
export const Row = Schema.Struct({
  id: Schema.String,
  kind: Schema.String,
  name: Schema.String,
  series: Schema.String,
  created_at: Schema.DateTimeUtcFromString,
  days: Schema.Int,
  regions: Schema.Array(Schema.String),
  missing: Schema.Array(Schema.String),
  size_gigabytes: Schema.NullOr(Schema.Finite),
  usd: Schema.NullOr(Schema.Finite),
  source: Source,
  usedBy: Schema.NullOr(Schema.Array(Usage.Reference))
})

export interface Row extends Schema.Schema.Type<typeof Row> {}

/** A listing that failed: the operation and why. */
const failedListing = { operation: Schema.String, problem: Schema.String }

/** Documented at `Audit`. */
export const Orphans = Schema.Union([
  Schema.TaggedStruct("Known", { ids: Schema.Array(Schema.String), total: Total }),
  Schema.TaggedStruct("Unavailable", failedListing)
])

export type Orphans = typeof Orphans.Type

/** Documented at `Audit`. */
export const Duplicates = Schema.Struct({
  kind: Schema.String,
  name: Schema.String,
  ids: Schema.Array(Schema.String),
  reclaimable: Total
})

export interface Duplicates extends Schema.Schema.Type<typeof Duplicates> {}

/** Documented at `Audit`. */
export const Findings = Schema.Struct({
  generatedAt: Schema.DateTimeUtcFromString,
  prices: Cost.Prices,
  images: Schema.Array(Row),
  total: Total,
  kinds: Schema.Array(Schema.Struct({ kind: Schema.String, total: Total })),
  series: Schema.Array(Schema.Struct({ series: Schema.String, total: Total })),
  ages: Schema.Array(Schema.Struct({ label: Schema.String, days: Schema.Int, total: Total })),
  regions: Schema.Array(
    Schema.Struct({ region: Schema.String, isWanted: Schema.Boolean, missing: Schema.Int, total: Total })
  ),
  orphans: Schema.Struct({ droplet: Orphans, volume: Orphans }),
  duplicates: Schema.Array(Duplicates),
  failedListings: Schema.Array(Schema.Struct(failedListing))
})

export interface Findings extends Schema.Schema.Type<typeof Findings> {}

/** Documented at `Audit`. */
export type Listing<A> = Usage.Listing<A>

/** Documented at `Audit`. */
export interface Listings {
  readonly generatedAt: DateTime.Utc
  readonly images: ReadonlyArray<Image.Image>
  readonly snapshots: Listing<Snapshot.Snapshot>
  readonly droplets: Listing<Droplet.Droplet>
  readonly volumes: Listing<Volume.Volume>
  readonly pools: Listing<AutoscalePool.AutoscalePool>
}
