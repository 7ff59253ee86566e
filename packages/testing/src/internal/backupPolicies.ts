import type { Machine } from "./account.ts"

const windows = { window_length_hours: 4 }

const retention = { daily: 7, weekly: 28 }

/** The policy of a Droplet as DigitalOcean writes it. */
export const of = ({ id, policy }: Machine) =>
  policy === null
    ? { droplet_id: id, backup_enabled: false }
    : {
        droplet_id: id,
        backup_enabled: true,
        backup_policy: { ...policy, ...windows, retention_period_days: retention[policy.plan] }
      }

/** The plans there are. */
export const supported = (["weekly", "daily"] as const).map((name) => ({
  name,
  possible_window_starts: [0, 4, 8, 12, 16, 20],
  ...windows,
  retention_period_days: retention[name],
  possible_days: name === "weekly" ? ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] : []
}))
