/**
 * Model of an autoscale pool: Droplets that DigitalOcean creates from one image and keeps at a number.
 *
 * The template of a pool refers to an image, which a pool needs for each Droplet that it creates: see {@link refersTo}.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Image from "./Image.ts"
import { DropletId, id, refText } from "./internal/model/id.ts"
import { lenient, model, orNull, Timestamp, timestamp, timestampOrNull } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"

/**
 * An autoscale pool's id: a UUID.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = Schema.NonEmptyString.pipe(Schema.brand("AutoscalePoolId"))

/**
 * An autoscale pool's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * An autoscale pool's status.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["active", "deleting", "error"])

/**
 * An autoscale pool's status.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type

/**
 * How many Droplets a pool keeps: `target_number_instances`, or between `min_instances` and `max_instances` by
 * utilization, which is a share of 1. The fields of the other kind are null.
 *
 * @category models
 * @since 0.1.0
 */
export interface Config {
  /** the fixed number of Droplets */
  readonly target_number_instances: number | null
  /** the minimum number of Droplets */
  readonly min_instances: number | null
  /** the maximum number of Droplets */
  readonly max_instances: number | null
  /** the share of the CPU to aim for, from 0.05 to 1 */
  readonly target_cpu_utilization: number | null
  /** the share of the memory to aim for, from 0.05 to 1 */
  readonly target_memory_utilization: number | null
  /** the minutes between two changes, from 5 to 20, by default 10 */
  readonly cooldown_minutes: number | null
}

/**
 * What a pool creates its Droplets from. `image` is the slug or the id of an image as text. A field is null if it is missing
 * in the response, `ssh_keys` and `tags` also if they are not visible to the token.
 *
 * @category models
 * @since 0.1.0
 */
export interface Template {
  /** the name */
  readonly name: string | null
  /** the slug of the region */
  readonly region: string | null
  /** the slug of the size */
  readonly size: string | null
  /** the id of the image as text, or its slug */
  readonly image: string | null
  /** the ids or fingerprints of the SSH keys */
  readonly ssh_keys: ReadonlyArray<string> | null
  /** the tags of the Droplets */
  readonly tags: ReadonlyArray<string> | null
  /** the UUID of their VPC */
  readonly vpc_uuid: string | null
  /** whether they have the agent, which utilization needs */
  readonly with_droplet_agent: boolean | null
  /** the UUID of their project */
  readonly project_id: string | null
  /** whether they have an IPv6 address */
  readonly ipv6: boolean | null
  /** the script for cloud-init */
  readonly user_data: string | null
  /** whether they have a public address, by default true */
  readonly public_networking: boolean | null
}

/**
 * The average utilization of Droplets, as a share of 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Utilization {
  /** the share of the CPU */
  readonly cpu: number | null
  /** the share of the memory */
  readonly memory: number | null
}

/**
 * An autoscale pool, as returned by the API.
 *
 * **Details**
 *
 * `config` and `droplet_template` are null if they are missing or invalid in the response.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplet-Autoscale-Pools
 *
 * @category models
 * @since 0.1.0
 */
export interface AutoscalePool {
  /** the id */
  readonly id: Id
  /** the name */
  readonly name: string
  /** how many Droplets it keeps */
  readonly config: Config | null
  /** what it creates its Droplets from */
  readonly droplet_template: Template | null
  /** the average utilization; null if it is not known */
  readonly current_utilization: Utilization | null
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** when it was changed last */
  readonly updated_at: DateTime.Utc | null
  /** the status */
  readonly status: Status
  /** the number of its active Droplets; null if it is not known */
  readonly active_resources_count: number | null
}

const count = lenient(Schema.Finite)
const text = lenient(Schema.String)
const flag = lenient(Schema.Boolean)

const configFields = {
  target_number_instances: count,
  min_instances: count,
  max_instances: count,
  target_cpu_utilization: count,
  target_memory_utilization: count,
  cooldown_minutes: count
}

const templateFields = {
  name: text,
  region: text,
  size: text,
  image: lenient(Schema.Union([Schema.NonEmptyString, id])),
  ssh_keys: lenient(Schema.Array(Schema.Union([Schema.String, id]))),
  tags: lenient(Schema.Array(Schema.String)),
  vpc_uuid: text,
  with_droplet_agent: flag,
  project_id: text,
  ipv6: flag,
  user_data: text,
  public_networking: flag
}

const utilizationFields = { cpu: count, memory: count }
const utilization = lenient(Schema.Struct(utilizationFields))

const ifKnown = <A, B>(value: A | null | undefined, of: (value: A) => B): B | null => (value == null ? null : of(value))

const utilizationOf = (wire: typeof utilization.Type | undefined): Utilization | null =>
  ifKnown(wire, (wire) => orNull(utilizationFields, wire))

/** What a pool, a member and an event have: when they were created and changed. */
const times = { created_at: Schema.String, updated_at: lenient(Timestamp) }

const timesOf = (wire: { readonly created_at: string; readonly updated_at?: string | null }) => ({
  created_at: timestamp("created_at", wire.created_at),
  updated_at: timestampOrNull("updated_at", wire.updated_at)
})

const withTimes = <A extends { readonly created_at: DateTime.Utc; readonly updated_at: DateTime.Utc | null }>(
  model: A
) => ({
  ...model,
  created_at: DateTime.formatIso(model.created_at),
  updated_at: ifKnown(model.updated_at, DateTime.formatIso)
})

const hasTimes = (u: unknown): u is { readonly created_at: DateTime.Utc } =>
  Predicate.hasProperty(u, "created_at") && DateTime.isDateTime(u.created_at)

/**
 * Schema for {@link AutoscalePool}. Its id and `created_at` are required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AutoscalePool = model(
  "AutoscalePool",
  {
    id: Id,
    name: lenient(Schema.String),
    config: lenient(Schema.Struct(configFields)),
    droplet_template: lenient(Schema.Struct(templateFields)),
    current_utilization: utilization,
    ...times,
    status: lenient(Status),
    active_resources_count: count
  },
  {
    is: (u): u is AutoscalePool => hasTimes(u) && "droplet_template" in u,
    decode: (wire) => ({
      id: wire.id,
      name: wire.name ?? "",
      config: ifKnown(wire.config, (config) => orNull(configFields, config)),
      droplet_template: ifKnown(wire.droplet_template, (template) => ({
        ...orNull(templateFields, template),
        image: ifKnown(template.image, String),
        ssh_keys: ifKnown(template.ssh_keys, (keys) => keys.map(String))
      })),
      current_utilization: utilizationOf(wire.current_utilization),
      ...timesOf(wire),
      status: wire.status ?? "",
      active_resources_count: wire.active_resources_count ?? null
    }),
    encode: withTimes
  }
)

/**
 * A Droplet of a pool. `health_status` and `status` are empty if they are missing in the response.
 *
 * @category models
 * @since 0.1.0
 */
export interface Member {
  /** the id of the Droplet */
  readonly droplet_id: typeof DropletId.Type
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** when it was changed last */
  readonly updated_at: DateTime.Utc | null
  /** whether the Droplet is healthy */
  readonly health_status: "healthy" | "unhealthy" | (string & {})
  /** why it is not; null if it is */
  readonly unhealthy_reason: string | null
  /** the status */
  readonly status: "provisioning" | "active" | "deleting" | "off" | (string & {})
  /** the average utilization; null if it is not known */
  readonly current_utilization: Utilization | null
}

/**
 * Schema for {@link Member}. Its `droplet_id` and `created_at` are required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Member = model(
  "AutoscalePoolMember",
  {
    droplet_id: DropletId,
    ...times,
    health_status: lenient(openEnum(["healthy", "unhealthy"])),
    unhealthy_reason: text,
    status: lenient(openEnum(["provisioning", "active", "deleting", "off"])),
    current_utilization: utilization
  },
  {
    is: (u): u is Member => hasTimes(u) && "droplet_id" in u,
    decode: (wire) => ({
      droplet_id: wire.droplet_id,
      ...timesOf(wire),
      health_status: wire.health_status ?? "",
      unhealthy_reason: wire.unhealthy_reason ?? null,
      status: wire.status ?? "",
      current_utilization: utilizationOf(wire.current_utilization)
    }),
    encode: withTimes
  }
)

/**
 * A change of the number of a pool's Droplets, or of its configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface HistoryEvent {
  /** its UUID */
  readonly history_event_id: string
  /** the number of Droplets; null if it is not known */
  readonly current_instance_count: number | null
  /** the number of Droplets after it; null if it is not known */
  readonly desired_instance_count: number | null
  /** why the pool was changed */
  readonly reason: "CONFIGURATION_CHANGE" | "SCALE_UP" | "SCALE_DOWN" | (string & {})
  /** the status */
  readonly status: "in_progress" | "success" | "error" | (string & {})
  /** when it was created */
  readonly created_at: DateTime.Utc
  /** when it was changed last */
  readonly updated_at: DateTime.Utc | null
}

/**
 * Schema for {@link HistoryEvent}. Its id and `created_at` are required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const HistoryEvent = model(
  "AutoscalePoolHistoryEvent",
  {
    history_event_id: Schema.NonEmptyString,
    current_instance_count: count,
    desired_instance_count: count,
    reason: lenient(openEnum(["CONFIGURATION_CHANGE", "SCALE_UP", "SCALE_DOWN"])),
    status: lenient(openEnum(["in_progress", "success", "error"])),
    ...times
  },
  {
    is: (u): u is HistoryEvent => hasTimes(u) && "history_event_id" in u,
    decode: (wire) => ({
      history_event_id: wire.history_event_id,
      current_instance_count: wire.current_instance_count ?? null,
      desired_instance_count: wire.desired_instance_count ?? null,
      reason: wire.reason ?? "",
      status: wire.status ?? "",
      ...timesOf(wire)
    }),
    encode: withTimes
  }
)

/**
 * An autoscale pool, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = AutoscalePool | Id | (string & {})

/**
 * Returns the id of an autoscale pool, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (pool: Ref): Id => refText<"id", Id>("id", pool)

/**
 * Whether the template of a pool refers to an image, by its id or its slug. Undefined if the response did not contain the
 * template's image: then it may be any.
 *
 * @category predicates
 * @since 0.1.0
 */
export const refersTo = (
  { droplet_template }: Pick<AutoscalePool, "droplet_template">,
  image: Pick<Image.Image, "id" | "slug">
): boolean | undefined => {
  const named = droplet_template?.image ?? null
  return named === null ? undefined : named === String(image.id) || named === image.slug
}
