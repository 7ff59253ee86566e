/**
 * Generators of everything that DigitalOcean may return, for property tests: each field absent, null or present, known and
 * unknown values of each enum, ids below and above 2^31, unknown fields.
 *
 * Each model has its `wire` form, as JSON, and the decoded `model`. Use them with `it.prop` and `it.effect.prop` of
 * `@effect/vitest`, or with `effect/Arbitrary`.
 *
 * **Example** (Sampling an image as it comes over the wire)
 *
 * ```ts
 * import { Image } from "@effect-digitalocean/client"
 * import { Arbitraries } from "@effect-digitalocean/testing"
 * import * as Arbitrary from "effect/Arbitrary"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const [wire] = await Effect.runPromise(Arbitrary.sampleEffect(Arbitraries.image.wire, { count: 1 }))
 *
 * Schema.decodeUnknownSync(Image.Image)(wire).id > 0 // => true
 * ```
 *
 * @since 0.1.0
 */
import {
  Account,
  Action,
  BackupPolicy,
  Droplet,
  Image,
  Region,
  Size,
  Snapshot,
  SshKey,
  Tag,
  Volume
} from "@effect-digitalocean/client"
import * as Schema from "effect/Schema"
import * as Pools from "./internal/arbitraries/autoscalePools.ts"
import { absent, ids, known, modelled, texts, time, tomorrow } from "./internal/arbitraries/fields.ts"

export type {
  /**
   * The generators of both forms of a model, and the schema between them.
   *
   * @category models
   * @since 0.1.0
   */
  Modelled
} from "./internal/arbitraries/fields.ts"

const WireImage = Schema.Struct({
  id: ids,
  created_at: time,
  name: absent(Schema.String),
  type: absent(known(Image.Type.known)),
  distribution: absent(known(Image.Distribution.known)),
  slug: absent(Schema.NonEmptyString),
  public: absent(Schema.Boolean),
  regions: absent(Schema.Array(known(Region.Slug.known))),
  min_disk_size: absent(Schema.Int),
  size_gigabytes: absent(Schema.Finite),
  description: absent(Schema.String),
  tags: absent(texts),
  status: absent(known(Image.Status.known)),
  error_message: absent(Schema.String),
  ...tomorrow
})

/**
 * Images: with an id and a time of creation; any other field may be missing.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const image = modelled(WireImage, Image.Image)

const WireRegion = Schema.Struct({
  slug: known(Region.Slug.known),
  name: absent(Schema.String),
  available: absent(Schema.Boolean),
  features: absent(texts),
  sizes: absent(texts),
  ...tomorrow
})

/**
 * Regions.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const region = modelled(WireRegion, Region.Region)

/**
 * Actions of any resource, with or without a region.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const action = modelled(
  Schema.Struct({
    id: ids,
    started_at: time,
    status: known(Action.Status.known),
    type: absent(known(Action.Type.known)),
    completed_at: absent(time),
    resource_id: absent(ids),
    resource_type: absent(Schema.String),
    region: absent(WireRegion),
    region_slug: absent(known(Region.Slug.known)),
    ...tomorrow
  }),
  Action.Action
)

const WireSize = Schema.Struct({
  slug: Schema.String,
  description: absent(Schema.String),
  available: absent(Schema.Boolean),
  memory: absent(Schema.Int),
  vcpus: absent(Schema.Int),
  disk: absent(Schema.Int),
  transfer: absent(Schema.Finite),
  price_monthly: absent(Schema.Finite),
  price_hourly: absent(Schema.Finite),
  regions: absent(texts),
  ...tomorrow
})

/**
 * Sizes.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const size = modelled(WireSize, Size.Size)

const Network = Schema.Struct({
  ip_address: Schema.String,
  netmask: absent(Schema.Union([Schema.String, Schema.Int])),
  gateway: absent(Schema.String),
  type: absent(known(["public", "private"])),
  ...tomorrow
})

const Window = Schema.Struct({ start: time, end: time })

/**
 * Droplets, with or without their image, size and region.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const droplet = modelled(
  Schema.Struct({
    id: ids,
    status: known(Droplet.Status.known),
    created_at: time,
    name: absent(Schema.String),
    locked: absent(Schema.Boolean),
    memory: absent(Schema.Int),
    vcpus: absent(Schema.Int),
    disk: absent(Schema.Int),
    size_slug: absent(Schema.String),
    size: absent(WireSize),
    region: absent(WireRegion),
    image: absent(WireImage),
    features: absent(texts),
    backup_ids: absent(Schema.Array(ids)),
    snapshot_ids: absent(Schema.Array(ids)),
    volume_ids: absent(Schema.Array(Schema.NonEmptyString)),
    next_backup_window: absent(Window),
    networks: absent(
      Schema.Struct({ v4: absent(Schema.Array(Network)), v6: absent(Schema.Array(Network)), ...tomorrow })
    ),
    vpc_uuid: absent(Schema.String),
    tags: absent(texts),
    ...tomorrow
  }),
  Droplet.Droplet
)

/**
 * Autoscale pools, of a number of Droplets or of bounds.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const autoscalePool = Pools.pool

/**
 * Droplets of autoscale pools.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const autoscaleMember = Pools.member

/**
 * Changes of autoscale pools.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const autoscaleEvent = Pools.event

const textOrNumber = Schema.Union([Schema.NonEmptyString, ids])

/**
 * Snapshots of Droplets and volumes, their ids as text or as numbers.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const snapshot = modelled(
  Schema.Struct({
    id: textOrNumber,
    created_at: time,
    name: absent(Schema.String),
    regions: absent(Schema.Array(known(Region.Slug.known))),
    resource_id: absent(textOrNumber),
    resource_type: absent(known(Snapshot.ResourceType.known)),
    min_disk_size: absent(Schema.Int),
    size_gigabytes: absent(Schema.Finite),
    tags: absent(texts),
    ...tomorrow
  }),
  Snapshot.Snapshot
)

/**
 * Volumes, attached to Droplets or not.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const volume = modelled(
  Schema.Struct({
    id: Schema.NonEmptyString,
    created_at: time,
    name: absent(Schema.String),
    size_gigabytes: absent(Schema.Int),
    region: absent(WireRegion),
    droplet_ids: absent(Schema.Array(ids)),
    description: absent(Schema.String),
    tags: absent(texts),
    ...tomorrow
  }),
  Volume.Volume
)

const count = { count: absent(Schema.Int), last_tagged_uri: absent(Schema.String) }
const Count = Schema.Struct({ ...count, ...tomorrow })

/**
 * Tags, with or without their resources. Images are under `images`, or under the specification's `imgages`.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const tag = modelled(
  Schema.Struct({
    name: Schema.String,
    resources: absent(
      Schema.Struct({
        ...count,
        droplets: absent(Count),
        images: absent(Count),
        imgages: absent(Count),
        volumes: absent(Count),
        volume_snapshots: absent(Count),
        databases: absent(Count),
        ...tomorrow
      })
    ),
    ...tomorrow
  }),
  Tag.Tag
)

/**
 * SSH keys.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const sshKey = modelled(
  Schema.Struct({
    id: ids,
    name: absent(Schema.String),
    fingerprint: absent(Schema.String),
    public_key: absent(Schema.String),
    ...tomorrow
  }),
  SshKey.SshKey
)

/**
 * Accounts.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const account = modelled(
  Schema.Struct({
    uuid: Schema.String,
    email: absent(Schema.String),
    email_verified: absent(Schema.Boolean),
    name: absent(Schema.String),
    status: absent(known(Account.Status.known)),
    status_message: absent(Schema.String),
    droplet_limit: absent(Schema.Int),
    floating_ip_limit: absent(Schema.Int),
    team: absent(Schema.Struct({ uuid: Schema.String, name: Schema.String, ...tomorrow })),
    ...tomorrow
  }),
  Account.Account
)

/**
 * Backup policies of Droplets with and without backups.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const policy = modelled(
  Schema.Struct({
    droplet_id: ids,
    backup_enabled: Schema.Boolean,
    backup_policy: absent(
      Schema.Struct({
        plan: known(["daily", "weekly"]),
        weekday: absent(known(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
        hour: absent(Schema.Int),
        window_length_hours: absent(Schema.Int),
        retention_period_days: absent(Schema.Int),
        ...tomorrow
      })
    ),
    next_backup_window: absent(Window),
    ...tomorrow
  }),
  BackupPolicy.DropletPolicy
)

/**
 * The backup policies there are.
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const supportedPolicy = modelled(
  Schema.Struct({
    name: Schema.String,
    possible_window_starts: Schema.Array(Schema.Int),
    window_length_hours: Schema.Int,
    retention_period_days: Schema.Int,
    possible_days: texts,
    ...tomorrow
  }),
  BackupPolicy.SupportedPlan
)
