/**
 * The initial resources of an account.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Image } from "./internal/schemas/image.ts"
import * as Problems from "./internal/schemas/problems.ts"
import { fromJson } from "./internal/seed/seedJson.ts"
import type { ImageSeed, Seed } from "./internal/seed/seedModel.ts"

export { applications, isGpu, publicImages, region, regions, regionsOf, sizes } from "./internal/seed/catalog.ts"

export type {
  /**
   * An image of a seed. Only its id and name are required.
   *
   * **Details**
   *
   * By default it is a private, available snapshot of Ubuntu with 10 GB in `nyc3`, created on 2026-01-01. Instead of
   * `created_at` it may have an `age`, which counts back from the first request.
   *
   * @category models
   * @since 0.1.0
   */
  ImageSeed,
  /**
   * The initial resources of an account. It also has DigitalOcean's public images.
   *
   * @category models
   * @since 0.1.0
   */
  Seed,
  /**
   * A Droplet of a seed. Only its id and name are required.
   *
   * **Details**
   *
   * By default it is active, with the size `s-1vcpu-1gb` and the newest Ubuntu in `nyc3`, without tags and backups. With the
   * size `gpu-h100x1-80gb` it is a GPU Droplet, by default in `tor1`: `GET /v2/droplets` returns it only with its tag, or
   * with `type=gpus`.
   *
   * @category models
   * @since 0.1.0
   */
  DropletSeed,
  /**
   * An autoscale pool of a seed. Droplets that are missing are created at the first request to the account.
   *
   * @category models
   * @since 0.1.0
   */
  PoolSeed,
  /**
   * When backups of a Droplet are made: every day or every week, within four hours from an `hour` (UTC, by default 0), weekly
   * on a `weekday`, by default Sunday. Daily backups are kept for a week, weekly ones for four weeks.
   *
   * @category models
   * @since 0.1.0
   */
  Policy,
  /**
   * A volume of a seed.
   *
   * @category models
   * @since 0.1.0
   */
  Volume
} from "./internal/seed/seedModel.ts"

/**
 * Creates a complete image from an image of a seed. Its `age` counts back from `now`, in milliseconds since 1970.
 *
 * @category constructors
 * @since 0.1.0
 */
export const image = ({ age, ...seed }: ImageSeed, now = 0): Image => ({
  type: "snapshot",
  distribution: "Ubuntu",
  slug: null,
  public: false,
  regions: ["nyc3"],
  created_at: "2026-01-01T00:00:00Z",
  min_disk_size: 25,
  size_gigabytes: 10,
  description: "",
  tags: [],
  status: "available",
  error_message: "",
  ...seed,
  ...(age === undefined ? undefined : { created_at: timestamp(now - Duration.toMillis(age)) })
})

/**
 * Formats a time, in milliseconds since 1970, as DigitalOcean does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const timestamp = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

/**
 * Decodes a seed from a JSON value. Reports every problem with its place: unknown fields, wrong types, duplicate ids, regions
 * and sizes that do not exist, missing images of Droplets.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decode = (value: unknown): Effect.Effect<Seed, InvalidSeed> =>
  Effect.fromResult(Result.mapError(fromJson(value), (problems) => new InvalidSeed({ problems })))

/**
 * Decodes a seed from JSON text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parse = (text: string): Effect.Effect<Seed, InvalidSeed> =>
  Effect.flatMap(
    Effect.fromResult(Result.mapError(Problems.parseJson(text), (problems) => new InvalidSeed({ problems }))),
    decode
  )

/**
 * The seed is invalid: every problem with its place, such as `images[2].created_at`.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSeed extends Schema.TaggedError<InvalidSeed>("@effect-digitalocean/testing/InvalidSeed")(
  "InvalidSeed",
  {
    /** everything that is wrong */
    problems: Schema.Array(Problems.Problem)
  }
) {
  override get message(): string {
    return Problems.toText(this.problems)
  }
}

/**
 * A time after everything in {@link demo}, in milliseconds since 1970. `TestClock` starts in 1970, so that an image that a
 * test creates would be the oldest; after `TestClock.setTime(Seed.now)` it is the newest.
 *
 * @category seeds
 * @since 0.1.0
 */
export const now: number = Date.parse("2026-11-25T00:00:00Z")

/**
 * An account without images of its own.
 *
 * @category seeds
 * @since 0.1.0
 */
export const empty: Seed = { images: [] }

/**
 * The account of the demo and the sandbox: snapshots of a web server and a database, two backups, a custom image.
 *
 * @category seeds
 * @since 0.1.0
 */
export const demo: Seed = {
  droplets: [
    {
      id: 413_118_204,
      name: "web-01",
      tags: ["web"],
      policy: { plan: "weekly", weekday: "SUN", hour: 4 },
      images: [166_404_101, 165_903_377, 166_480_233, 166_017_820]
    },
    { id: 398_250_117, name: "db-01", size: "s-4vcpu-8gb", region: "fra1", tags: ["db"], images: [165_120_954] }
  ],
  volumes: [{ id: "506f78a4-e098-11e5-ad9f-000f53306ae1", name: "data", size_gigabytes: 100, region: "fra1" }],
  images: [
    {
      id: 166_404_101,
      name: "web-2026-11-20",
      created_at: "2026-11-20T03:10:00Z",
      size_gigabytes: 3.42,
      tags: ["web"],
      description: "web server, weekly"
    },
    {
      id: 165_903_377,
      name: "web-2026-11-13",
      created_at: "2026-11-13T03:10:00Z",
      regions: ["nyc3", "ams3"],
      size_gigabytes: 3.38,
      tags: ["web"]
    },
    {
      id: 165_120_954,
      name: "db-2026-11-01",
      created_at: "2026-11-01T02:00:00Z",
      distribution: "Debian",
      regions: ["fra1"],
      min_disk_size: 160,
      size_gigabytes: 38.71,
      tags: ["db"]
    },
    {
      id: 166_480_233,
      name: "web-01 2026-11-22 04:12",
      type: "backup",
      created_at: "2026-11-22T04:12:31Z",
      size_gigabytes: 3.51
    },
    {
      id: 166_017_820,
      name: "web-01 2026-11-15 04:12",
      type: "backup",
      created_at: "2026-11-15T04:12:09Z",
      size_gigabytes: 3.47
    },
    {
      id: 160_552_018,
      name: "flatcar-4230",
      type: "custom",
      distribution: "Unknown",
      created_at: "2026-06-02T11:45:10Z",
      regions: ["sfo3"],
      min_disk_size: 10,
      size_gigabytes: 0.86,
      description: "imported"
    }
  ]
}
