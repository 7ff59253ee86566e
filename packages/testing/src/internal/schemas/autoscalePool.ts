import * as Schema from "effect/Schema"
import { text } from "./fields.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const share = (minimum: number) => Schema.Finite.check(Schema.isBetween({ minimum, maximum: 1 }))
const optional = Schema.optionalKey

/** How many Droplets a pool keeps: a number, or bounds of one. */
export const Config = Schema.Union(
  [
    Schema.Struct({ target_number_instances: between(1, 1000) }),
    Schema.Struct({
      min_instances: between(1, 500),
      max_instances: between(1, 1000),
      target_cpu_utilization: optional(share(0.05)),
      target_memory_utilization: optional(share(0.05)),
      cooldown_minutes: optional(between(5, 20))
    })
  ],
  { mode: "oneOf" }
)

/** What a pool creates its Droplets from. */
export const Template = Schema.Struct({
  name: optional(Schema.String),
  region: Schema.String,
  size: Schema.String,
  image: Schema.String,
  ssh_keys: Schema.Array(Schema.String),
  tags: optional(Schema.Array(Schema.String)),
  vpc_uuid: optional(Schema.String),
  with_droplet_agent: optional(Schema.Boolean),
  project_id: optional(Schema.String),
  ipv6: optional(Schema.Boolean),
  user_data: optional(Schema.String),
  public_networking: optional(Schema.Boolean)
})

const Utilization = Schema.Struct({ memory: share(0), cpu: share(0) })
const MemberUtilization = Schema.Struct({ memory: Schema.Finite, cpu: Schema.Finite })

/**
 * An autoscale pool as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const AutoscalePool = Schema.Struct({
  /** the id */
  id: Schema.String,
  /** the name */
  name: Schema.String,
  /** how many Droplets it keeps */
  config: Config,
  /** what it creates its Droplets from */
  droplet_template: Template,
  /** the average utilization; null if it is not known */
  current_utilization: optional(Utilization),
  /** when it was created */
  created_at: text("date-time"),
  /** when it was changed last */
  updated_at: text("date-time"),
  /** the status */
  status: Schema.String,
  /** the number of its active Droplets; null if it is not known */
  active_resources_count: Schema.Int
}).annotate({ identifier: "autoscale_pool" })

/**
 * An autoscale pool as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface AutoscalePool extends Schema.Schema.Type<typeof AutoscalePool> {}

/** A Droplet of a pool. */
export const Member = Schema.Struct({
  droplet_id: Schema.Int,
  created_at: text("date-time"),
  updated_at: text("date-time"),
  health_status: Schema.String,
  unhealthy_reason: optional(Schema.String),
  status: Schema.String,
  current_utilization: MemberUtilization
})

/** A change of a pool. */
export const HistoryEvent = Schema.Struct({
  history_event_id: Schema.String,
  current_instance_count: Schema.Int,
  desired_instance_count: Schema.Int,
  reason: Schema.String,
  status: Schema.String,
  created_at: text("date-time"),
  updated_at: text("date-time")
})
