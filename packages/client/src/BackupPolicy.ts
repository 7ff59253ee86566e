/**
 * Model of a backup policy: when a Droplet is backed up, and how long its backups are kept.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { lenient, list, model, timestamp } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import { DropletId } from "./internal/model/id.ts"

/**
 * A backup policy: `daily`, or `weekly` on a `weekday`, at an `hour` (UTC) of 0, 4, 8, 12, 16 or 20. DigitalOcean
 * determines the length of the window, and how long backups are kept (7 days, or 4 weeks). Missing fields are null.
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets
 *
 * @category models
 * @since 0.1.0
 */
export interface BackupPolicy {
  /** how often a backup is made */
  readonly plan: "daily" | "weekly" | (string & {})
  /** the day of a weekly backup; null for other plans */
  readonly weekday: "SUN" | "MON" | "TUE" | "WED" | "THU" | "FRI" | "SAT" | (string & {}) | null
  /** the hour, in UTC, at which the window of the backup starts; null if it is not known */
  readonly hour: number | null
  /** the length of the window in hours; null if it is not known */
  readonly window_length_hours: number | null
  /** for how many days a backup is kept; null if it is not known */
  readonly retention_period_days: number | null
}

/**
 * Schema for {@link BackupPolicy}. Its plan is required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const BackupPolicy = model(
  "BackupPolicy",
  {
    plan: openEnum(["daily", "weekly"]),
    weekday: lenient(openEnum(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
    hour: lenient(Schema.Int),
    window_length_hours: lenient(Schema.Int),
    retention_period_days: lenient(Schema.Int)
  },
  {
    is: (u): u is BackupPolicy => Predicate.hasProperty(u, "plan") && Predicate.hasProperty(u, "retention_period_days"),
    decode: (wire) => ({
      plan: wire.plan,
      weekday: wire.weekday ?? null,
      hour: wire.hour ?? null,
      window_length_hours: wire.window_length_hours ?? null,
      retention_period_days: wire.retention_period_days ?? null
    }),
    encode: (policy) => policy
  }
)

/**
 * Schema for a backup policy to request.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Input = Schema.Struct({
  /** how often a backup is made */
  plan: Schema.Literals(["daily", "weekly"]),
  /** the day of a weekly backup */
  weekday: Schema.optional(Schema.Literals(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
  /** the hour, in UTC, at which the window of the backup starts */
  hour: Schema.optional(Schema.Literals([0, 4, 8, 12, 16, 20]))
})

/**
 * A backup policy to request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Input extends Schema.Schema.Type<typeof Input> {}

/**
 * The time window of the next backup.
 *
 * @category models
 * @since 0.1.0
 */
export interface Window {
  /** the start of the window */
  readonly start: DateTime.Utc
  /** the end of the window */
  readonly end: DateTime.Utc
}

/**
 * Schema for {@link Window}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Window = model(
  "Window",
  { start: Schema.String, end: Schema.String },
  {
    is: (u): u is Window => Predicate.hasProperty(u, "start") && DateTime.isDateTime(u.start),
    decode: ({ end, start }) => ({ start: timestamp("start", start), end: timestamp("end", end) }),
    encode: ({ end, start }) => ({ start: DateTime.formatIso(start), end: DateTime.formatIso(end) })
  }
)

/**
 * The backup policy of a Droplet. `backup_enabled` is null if it is not known.
 *
 * @category models
 * @since 0.1.0
 */
export interface DropletPolicy {
  /** the id of the Droplet */
  readonly droplet_id: typeof DropletId.Type
  /** whether backups are made; null if that is not known */
  readonly backup_enabled: boolean | null
  /** the policy; null if there are no backups */
  readonly backup_policy: BackupPolicy | null
  /** when the next backup is made; null if there are no backups */
  readonly next_backup_window: Window | null
}

/**
 * Schema for {@link DropletPolicy}. Its `droplet_id` is required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DropletPolicy = model(
  "DropletPolicy",
  {
    droplet_id: DropletId,
    backup_enabled: lenient(Schema.Boolean),
    backup_policy: lenient(BackupPolicy),
    next_backup_window: lenient(Window)
  },
  {
    is: (u): u is DropletPolicy => Predicate.hasProperty(u, "droplet_id") && Predicate.hasProperty(u, "backup_enabled"),
    decode: (wire) => ({
      droplet_id: wire.droplet_id,
      backup_enabled: wire.backup_enabled ?? null,
      backup_policy: wire.backup_policy ?? null,
      next_backup_window: wire.next_backup_window ?? null
    }),
    encode: (policy) => policy
  }
)

/**
 * A plan that can be requested, with the possible start hours and days. Missing fields are null or empty lists.
 *
 * @category models
 * @since 0.1.0
 */
export interface SupportedPlan {
  /** the name of the plan */
  readonly name: string
  /** the hours, in UTC, at which the window may start */
  readonly possible_window_starts: ReadonlyArray<number>
  /** the length of the window in hours; null if it is not known */
  readonly window_length_hours: number | null
  /** for how many days a backup is kept; null if it is not known */
  readonly retention_period_days: number | null
  /** the days on which the backup may be made */
  readonly possible_days: ReadonlyArray<string>
}

/**
 * Schema for {@link SupportedPlan}. Its name is required.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SupportedPlan = model(
  "SupportedBackupPolicy",
  {
    name: Schema.String,
    possible_window_starts: list(Schema.Int),
    window_length_hours: lenient(Schema.Int),
    retention_period_days: lenient(Schema.Int),
    possible_days: list(Schema.String)
  },
  {
    is: (u): u is SupportedPlan => Predicate.hasProperty(u, "name") && Predicate.hasProperty(u, "possible_days"),
    decode: (wire) => ({
      name: wire.name,
      possible_window_starts: wire.possible_window_starts ?? [],
      window_length_hours: wire.window_length_hours ?? null,
      retention_period_days: wire.retention_period_days ?? null,
      possible_days: wire.possible_days ?? []
    }),
    encode: (plan) => plan
  }
)
