/**
 * When DigitalOcean backs a Droplet up, and for how long it keeps the backups.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { openEnum } from "./internal/openEnum.ts"

/**
 * A policy: `daily`, or `weekly` on a `weekday`; at an `hour` (UTC) of 0, 4, 8, 12, 16 or 20. How long the window is and
 * how long backups are kept (7 days, or 4 weeks) DigitalOcean decides.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets
 *
 * @category schemas
 * @since 0.1.0
 */
export const BackupPolicy = Schema.Struct({
  plan: openEnum(["daily", "weekly"]),
  weekday: Schema.optional(Schema.NullOr(openEnum(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]))),
  hour: Schema.optional(Schema.NullOr(Schema.Int)),
  window_length_hours: Schema.optional(Schema.NullOr(Schema.Int)),
  retention_period_days: Schema.optional(Schema.NullOr(Schema.Int))
})

/**
 * A policy as DigitalOcean describes it.
 *
 * @category models
 * @since 0.1.0
 */
export interface BackupPolicy extends Schema.Schema.Type<typeof BackupPolicy> {}

/**
 * A policy as it is asked for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Wanted = Schema.Struct({
  plan: Schema.Literals(["daily", "weekly"]),
  weekday: Schema.optional(Schema.Literals(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
  hour: Schema.optional(Schema.Literals([0, 4, 8, 12, 16, 20]))
})

/**
 * A policy as it is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Wanted extends Schema.Schema.Type<typeof Wanted> {}

/**
 * When the next backup is taken.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Window = Schema.Struct({ start: Schema.DateTimeUtcFromString, end: Schema.DateTimeUtcFromString })

/**
 * The policy of one Droplet.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DropletPolicy = Schema.Struct({
  droplet_id: Schema.Int,
  backup_enabled: Schema.Boolean,
  backup_policy: Schema.optional(Schema.NullOr(BackupPolicy)),
  next_backup_window: Schema.optional(Schema.NullOr(Window))
})

/**
 * The policy of one Droplet.
 *
 * @category models
 * @since 0.1.0
 */
export interface DropletPolicy extends Schema.Schema.Type<typeof DropletPolicy> {}

/**
 * A plan that can be asked for, with the hours and days it can begin at.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Supported = Schema.Struct({
  name: Schema.String,
  possible_window_starts: Schema.Array(Schema.Int),
  window_length_hours: Schema.Int,
  retention_period_days: Schema.Int,
  possible_days: Schema.Array(Schema.String)
})

/**
 * A plan that can be asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Supported extends Schema.Schema.Type<typeof Supported> {}
