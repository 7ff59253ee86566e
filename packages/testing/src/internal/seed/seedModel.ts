import type * as Duration from "effect/Duration"
import type { Image } from "../schemas/image.ts"

/** Documented at `Seed`. */
export type ImageSeed = Pick<Image, "id" | "name"> &
  Partial<Image> & {
    /** how long before the first request it was created */
    readonly age?: Duration.Input
  }

/** Documented at `Seed`. */
export interface Seed {
  /** the images of the account */
  readonly images: ReadonlyArray<ImageSeed>
  /** the Droplets of the account */
  readonly droplets?: ReadonlyArray<DropletSeed> | undefined
  /** the volumes of the account */
  readonly volumes?: ReadonlyArray<Volume> | undefined
  /** the autoscale pools of the account */
  readonly autoscalePools?: ReadonlyArray<PoolSeed> | undefined
}

/** Documented at `Seed`. */
export interface DropletSeed {
  /** the id */
  readonly id: number
  /** the name */
  readonly name: string
  /** the status, by default `active` */
  readonly status?: "active" | "off"
  /** when it was created, by default 2026-01-01 */
  readonly created_at?: string
  /** the slug of the size, by default `s-1vcpu-1gb` */
  readonly size?: string
  /** the slug of the region, by default `nyc3` */
  readonly region?: string
  /** its tags */
  readonly tags?: ReadonlyArray<string>
  /** its backup policy; without one it has no backups */
  readonly policy?: Policy
  /** the ids of the images of the seed that are its snapshots and backups */
  readonly images?: ReadonlyArray<number>
}

/** Documented at `Seed`. */
export interface PoolSeed {
  /** the UUID */
  readonly id: string
  /** the name */
  readonly name: string
  /** the id or the slug of the image that its Droplets are created from */
  readonly image: number | string
  /** the slug of the size, by default `s-1vcpu-1gb` */
  readonly size?: string
  /** the slug of the region, by default one that has the size */
  readonly region?: string
  /** the tags of the Droplets */
  readonly tags?: ReadonlyArray<string>
  /** how many Droplets it keeps, by default as many as `droplets` names, and at least one */
  readonly instances?: number
  /** the ids of the Droplets of the seed that belong to it */
  readonly droplets?: ReadonlyArray<number>
}

/** Documented at `Seed`. */
export interface Policy {
  /** how often a backup is made */
  readonly plan: "daily" | "weekly"
  /** the day of a weekly backup, by default Sunday */
  readonly weekday?: "SUN" | "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT"
  /** the hour, in UTC, at which the window of the backup starts, by default 0 */
  readonly hour?: 0 | 4 | 8 | 12 | 16 | 20
}

/** Documented at `Seed`. */
export interface Volume {
  /** the UUID */
  readonly id: string
  /** the name */
  readonly name: string
  /** the size in GiB */
  readonly size_gigabytes: number
  /** the slug of the region */
  readonly region: string
}
