import type * as Duration from "effect/Duration"
import type { Image } from "../schemas/image.ts"

/** Documented at `Seed`. */
export type ImageSeed = Pick<Image, "id" | "name"> & Partial<Image> & { readonly age?: Duration.Input }

/** Documented at `Seed`. */
export interface Seed {
  readonly images: ReadonlyArray<ImageSeed>
  readonly droplets?: ReadonlyArray<DropletSeed> | undefined
  readonly volumes?: ReadonlyArray<Volume> | undefined
  readonly autoscalePools?: ReadonlyArray<PoolSeed> | undefined
}

/** Documented at `Seed`. */
export interface DropletSeed {
  readonly id: number
  readonly name: string
  readonly status?: "active" | "off"
  readonly created_at?: string
  readonly size?: string
  readonly region?: string
  readonly tags?: ReadonlyArray<string>
  readonly policy?: Policy
  readonly images?: ReadonlyArray<number>
}

/** Documented at `Seed`. */
export interface PoolSeed {
  readonly id: string
  readonly name: string
  readonly image: number | string
  readonly size?: string
  readonly region?: string
  readonly tags?: ReadonlyArray<string>
  readonly instances?: number
  readonly droplets?: ReadonlyArray<number>
}

/** Documented at `Seed`. */
export interface Policy {
  readonly plan: "daily" | "weekly"
  readonly weekday?: "SUN" | "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT"
  readonly hour?: 0 | 4 | 8 | 12 | 16 | 20
}

/** Documented at `Seed`. */
export interface Volume {
  readonly id: string
  readonly name: string
  readonly size_gigabytes: number
  readonly region: string
}
