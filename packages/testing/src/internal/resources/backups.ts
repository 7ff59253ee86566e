import type { Droplet, Image } from "../../DigitalOceanApi.ts"
import type { Account, Machine } from "../account/account.ts"
import type { World } from "../account/world.ts"

type Policy = NonNullable<Machine["policy"]>

const hour = 3_600_000
const day = 24 * hour

const windows = { window_length_hours: 4 }

const retention = { daily: 7, weekly: 28 }

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const

/** The policy of a Droplet as DigitalOcean writes it. */
export const policy = (account: Account, { id, policy }: Machine) =>
  policy === null
    ? { droplet_id: id, backup_enabled: false }
    : {
        droplet_id: id,
        backup_enabled: true,
        backup_policy: { ...policy, ...windows, retention_period_days: retention[policy.plan] },
        next_backup_window: account.windows.get(id) ?? null
      }

/** The plans. */
export const supported = (["weekly", "daily"] as const).map((name) => ({
  name,
  possible_window_starts: [0, 4, 8, 12, 16, 20],
  ...windows,
  retention_period_days: retention[name],
  possible_days: name === "weekly" ? weekdays : []
}))

/** The images of a Droplet, oldest first. */
export const imagesOf = (account: Account, id: number): ReadonlyArray<Image> =>
  account.sources.of(id).flatMap((source) => account.images.get(source) ?? [])

/**
 * Makes backups of the Droplets of an account that have a policy: at the start of a window, or, while a Droplet is busy,
 * every ten minutes within it. Backups older than the policy keeps are deleted when there is a new one. Windows are times
 * of the clock, which `speed` does not change.
 */
export const keep = (world: World, account: Account, backUp: (machine: Machine) => void): void => {
  const plan = (id: number, policy: Policy): void => {
    const start = nextWindow(policy, world.now)
    const end = start + windows.window_length_hours * hour
    account.windows.set(id, { start: world.timestamp(start), end: world.timestamp(end) })
    const attempt = () => {
      const machine = account.droplets.get(id)
      if (machine === undefined || machine.policy !== policy) return
      if (account.actions.pending("droplet", id).length === 0) backUp(machine)
      else if (world.now + hour / 6 < end) return world.at(world.now + hour / 6, attempt)
      plan(id, policy)
    }
    world.at(start, attempt)
  }
  const follow = (id: number, after: Machine | undefined, before: Machine | undefined) => {
    if (after?.policy === before?.policy) return
    account.windows.delete(id)
    if (after != null && after.policy !== null) plan(id, after.policy)
  }
  for (const machine of account.droplets.values()) follow(machine.id, machine, undefined)
  account.droplets.listeners.push(follow)
}

/** Deletes the backups of a Droplet that are older than its policy keeps. */
export const expire = (world: World, account: Account, id: number): void => {
  const policy = account.droplets.get(id)?.policy
  if (policy == null) return
  const oldest = world.timestamp(world.now - retention[policy.plan] * day)
  for (const image of imagesOf(account, id)) {
    if (image.type === "backup" && image.created_at < oldest) world.remove(account, image.id)
  }
}

/** Returns the start of the next window of a policy, in milliseconds since 1970. */
const nextWindow = ({ hour: begin = 0, plan, weekday = "SUN" }: Policy, now: number): number => {
  let start = Math.floor(now / day) * day + begin * hour
  const isDay = () => plan === "daily" || weekdays[new Date(start).getUTCDay()] === weekday
  while (start <= now || !isDay()) start += day
  return start
}

/** Returns the window of the next backup of a Droplet, if it has a policy. */
export const windowOf = (account: Account, { id }: Machine): Droplet["next_backup_window"] =>
  account.windows.get(id) ?? null
