import { AutoscalePool, Region } from "@effect-digitalocean/client"
import * as Schema from "effect/Schema"
import { absent, ids, known, modelled, texts, time, tomorrow } from "./fields.ts"

const Utilization = Schema.Struct({ cpu: absent(Schema.Finite), memory: absent(Schema.Finite), ...tomorrow })

/** Autoscale pools. */
export const pool = modelled(
  Schema.Struct({
    id: Schema.NonEmptyString,
    created_at: time,
    updated_at: absent(time),
    name: absent(Schema.String),
    status: absent(known(AutoscalePool.Status.known)),
    config: absent(
      Schema.Struct({
        target_number_instances: absent(Schema.Int),
        min_instances: absent(Schema.Int),
        max_instances: absent(Schema.Int),
        target_cpu_utilization: absent(Schema.Finite),
        target_memory_utilization: absent(Schema.Finite),
        cooldown_minutes: absent(Schema.Int),
        ...tomorrow
      })
    ),
    droplet_template: absent(
      Schema.Struct({
        name: absent(Schema.String),
        region: absent(known(Region.Slug.known)),
        size: absent(Schema.String),
        image: absent(Schema.Union([Schema.NonEmptyString, ids])),
        ssh_keys: absent(Schema.Array(Schema.Union([Schema.String, ids]))),
        tags: absent(texts),
        vpc_uuid: absent(Schema.String),
        with_droplet_agent: absent(Schema.Boolean),
        project_id: absent(Schema.String),
        ipv6: absent(Schema.Boolean),
        user_data: absent(Schema.String),
        public_networking: absent(Schema.Boolean),
        ...tomorrow
      })
    ),
    current_utilization: absent(Utilization),
    active_resources_count: absent(Schema.Int),
    ...tomorrow
  }),
  AutoscalePool.AutoscalePool
)

/** Their Droplets. */
export const member = modelled(
  Schema.Struct({
    droplet_id: ids,
    created_at: time,
    updated_at: absent(time),
    health_status: absent(known(["healthy", "unhealthy"])),
    unhealthy_reason: absent(Schema.String),
    status: absent(known(["provisioning", "active", "deleting", "off"])),
    current_utilization: absent(Utilization),
    ...tomorrow
  }),
  AutoscalePool.Member
)

/** Their changes. */
export const event = modelled(
  Schema.Struct({
    history_event_id: Schema.NonEmptyString,
    created_at: time,
    updated_at: absent(time),
    current_instance_count: absent(Schema.Int),
    desired_instance_count: absent(Schema.Int),
    reason: absent(known(["CONFIGURATION_CHANGE", "SCALE_UP", "SCALE_DOWN"])),
    status: absent(known(["in_progress", "success", "error"])),
    ...tomorrow
  }),
  AutoscalePool.HistoryEvent
)
