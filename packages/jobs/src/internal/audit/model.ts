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
  /** what images cost, by default `Cost.prices` */
  prices: Schema.optional(Cost.Prices),
  /**
   * where every image is wanted, by default in no particular region. Backups and snapshots of volumes cannot be
   * transferred, so they are never missing.
   */
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
  /** the number of images */
  count: Schema.Int,
  /** the sum of their billed sizes in GB */
  gigabytes: Schema.Finite,
  /** what they cost a month in US dollars */
  usd: Schema.Finite,
  /** the number of images whose size is not known, which the sums lack */
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
  /** a text, because the id of a volume's snapshot is a UUID */
  id: Schema.String,
  /** an image's type (`snapshot`, `backup`, `custom`), or `volume snapshot` */
  kind: Schema.String,
  /** the name, untrusted text */
  name: Schema.String,
  /** the series of the name */
  series: Schema.String,
  /** when it was created */
  created_at: Schema.DateTimeUtcFromString,
  /** its age in whole days */
  days: Schema.Int,
  /** the regions that have it */
  regions: Schema.Array(Schema.String),
  /** the regions in which it is wanted and which do not have it */
  missing: Schema.Array(Schema.String),
  /** the billed size in GB; null if it is not returned */
  size_gigabytes: Schema.NullOr(Schema.Finite),
  /**
   * its monthly cost; null if its size is not returned. A backup costs nothing here: it is part of its Droplet's price.
   */
  usd: Schema.NullOr(Schema.Finite),
  /** the Droplet or volume that it was made of */
  source: Source,
  /**
   * what is known to refer to it or to protect it (see `Usage`); null if the Droplets or the autoscale pools could not be
   * listed. Of a snapshot of a volume the API returns only its tags.
   */
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
  /** the kind of the images */
  kind: Schema.String,
  /** the name that they share */
  name: Schema.String,
  /** their ids, newest first */
  ids: Schema.Array(Schema.String),
  /** the sum of all but the newest */
  reclaimable: Total
})

export interface Duplicates extends Schema.Schema.Type<typeof Duplicates> {}

/** Documented at `Audit`. */
export const Findings = Schema.Struct({
  /** when the account was read */
  generatedAt: Schema.DateTimeUtcFromString,
  /** the prices that were used */
  prices: Cost.Prices,
  /** the most expensive series first, the newest image of each first */
  images: Schema.Array(Row),
  /** the sum of all images */
  total: Total,
  /** the sums of each kind */
  kinds: Schema.Array(Schema.Struct({ kind: Schema.String, total: Total })),
  /** the sums of each series */
  series: Schema.Array(Schema.Struct({ series: Schema.String, total: Total })),
  /** the sums of each range of ages: from `days` days up to those of the next entry */
  ages: Schema.Array(Schema.Struct({ label: Schema.String, days: Schema.Int, total: Total })),
  /** the sums of each region; an image counts in full in each of its regions */
  regions: Schema.Array(
    Schema.Struct({ region: Schema.String, isWanted: Schema.Boolean, missing: Schema.Int, total: Total })
  ),
  /** the images of deleted Droplets and the snapshots of deleted volumes */
  orphans: Schema.Struct({ droplet: Orphans, volume: Orphans }),
  /** images of the same kind with the same name */
  duplicates: Schema.Array(Duplicates),
  /** the listings that failed or were forbidden; then the findings are incomplete */
  failedListings: Schema.Array(Schema.Struct(failedListing))
})

export interface Findings extends Schema.Schema.Type<typeof Findings> {}

/** Documented at `Audit`. */
export type Listing<A> = Usage.Listing<A>

/** Documented at `Audit`. */
export interface Listings {
  /** when the account was read */
  readonly generatedAt: DateTime.Utc
  /** the account's own images */
  readonly images: ReadonlyArray<Image.Image>
  /** the snapshots of Droplets and volumes */
  readonly snapshots: Listing<Snapshot.Snapshot>
  /** the Droplets */
  readonly droplets: Listing<Droplet.Droplet>
  /** the volumes */
  readonly volumes: Listing<Volume.Volume>
  /** the autoscale pools */
  readonly pools: Listing<AutoscalePool.AutoscalePool>
}
