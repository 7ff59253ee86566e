import * as Equal from "effect/Equal"
import type { AutoscalePool } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import type { Account, HistoryEvent, Machine, Pool } from "../account/account.ts"
import { ApiError, notFound, unprocessable } from "../account/apiError.ts"
import type { World } from "../account/world.ts"
import * as Droplets from "./droplets.ts"
import * as Images from "./images.ts"

/** How long a pool takes to notice a change, in seconds of DigitalOcean's time. */
const reaction = 5

/** How long a pool waits until it tries again what failed, in minutes, unless its configuration says. */
const cooldown = 10

/** How many events of a pool are kept. */
const keptEvents = 200

type Whole = Pick<Pool, "name" | "config" | "droplet_template">

/** The pools, newest first, or those of one name. */
export const list = (account: Account, query: { readonly name?: string }): ReadonlyArray<Pool> =>
  [...account.pools.values()].reverse().filter(({ name }) => query.name === undefined || name === query.name)

export const get = (account: Account, id: string): Pool => {
  const pool = account.pools.find(id)
  if (pool === undefined) throw notFound()
  return pool
}

/** A pool as DigitalOcean writes it. */
export const write = (account: Account, { history: _, ...pool }: Pool): AutoscalePool => ({
  ...pool,
  active_resources_count: membersOf(account, pool.id).filter(({ status }) => status === "active").length,
  current_utilization: utilization
})

const utilization = { memory: 0.35, cpu: 0.1 }

/** The Droplets of a pool, newest first. */
export const members = (account: Account, id: string): ReadonlyArray<Machine> => {
  get(account, id)
  return membersOf(account, id)
}

/** A Droplet of a pool as DigitalOcean writes it. */
export const writeMember = ({ created_at, id, status }: Machine) => ({
  droplet_id: id,
  created_at,
  updated_at: created_at,
  health_status: "healthy",
  status: status === "new" ? "provisioning" : status,
  current_utilization: utilization
})

/** What changed in a pool, newest first. */
export const history = (account: Account, id: string): ReadonlyArray<HistoryEvent> =>
  get(account, id).history.toReversed()

export const create = (world: World, account: Account, { config, droplet_template, name }: Whole): Pool => {
  check(account, { config, droplet_template, name })
  const now = world.timestamp()
  const pool: Pool = {
    ...{ id: world.nextPoolId(), name, config, droplet_template },
    ...{ created_at: now, updated_at: now, status: "active", history: [] }
  }
  account.pools.set(pool.id, pool)
  return pool
}

/** Replaces all of a pool but its name, which stays. */
export const update = (world: World, account: Account, id: string, whole: Whole): Pool => {
  const { name } = get(account, id)
  check(account, whole)
  const { config, droplet_template } = whole
  change(account, id, (pool) => {
    const n = membersOf(account, id).length
    const event = eventOf(world, "CONFIGURATION_CHANGE", "success", n, targetOf({ config }))
    return { name, config, droplet_template, updated_at: world.timestamp(), history: [...pool.history, event] }
  })
  return get(account, id)
}

/** Deletes a pool; its Droplets stay, and belong to none. */
export const remove = (account: Account, id: string): void => {
  get(account, id)
  account.pools.delete(id)
  for (const member of membersOf(account, id)) account.droplets.set(member.id, { ...member, pool: null })
}

/**
 * Keeps the pools of an account at the number of Droplets that they are to have: those that are missing are created from
 * the template's image, and those of an older template are replaced, one after the other.
 */
export const keep = (world: World, account: Account): void => {
  const awaited = new Set<string>()
  const scaleAfter = (id: string, seconds: number): void => {
    if (awaited.has(id)) return
    awaited.add(id)
    world.after(seconds, () => {
      awaited.delete(id)
      const again = scale(world, account, id)
      if (again !== undefined) scaleAfter(id, again)
    })
  }
  for (const id of account.pools.keys()) scaleAfter(id, 0)
  account.pools.listeners.push((id, after, before) => {
    const isSame = after?.config === before?.config && after?.droplet_template === before?.droplet_template
    if (after !== undefined && !isSame) scaleAfter(id, reaction)
  })
  account.droplets.listeners.push((_, after, before) => {
    const id = (after ?? before)?.pool?.id
    if (id !== undefined && (after === undefined) !== (before === undefined)) scaleAfter(id, reaction)
  })
}

/** Takes one step towards what a pool is to be; returns after how many seconds to look again. */
const scale = (world: World, account: Account, id: string): number | undefined => {
  const pool = account.pools.get(id)
  if (pool === undefined) return undefined
  const members = membersOf(account, id)
  const target = targetOf(pool)
  const isStale = (member: Machine) => !Equal.equals(member.pool?.template, pool.droplet_template)
  const surplus = members.length - target
  if (surplus > 0) {
    // those of an older template first, then the oldest
    const leaving = members.toReversed().sort((a, b) => Number(isStale(b)) - Number(isStale(a)))
    for (const { id } of leaving.slice(0, surplus)) Droplets.remove(world, account, id)
    record(account, id, eventOf(world, "SCALE_DOWN", "success", target, target))
    return undefined
  }
  if (surplus === 0 && !members.some(isStale)) return undefined
  if (surplus === 0 && members.some(({ status }) => status === "new")) return 2 * reaction
  return grow(world, account, pool, surplus === 0 ? 1 : -surplus)
}

/** Adds Droplets to a pool; of one that cannot, an event and the status say so, and it tries again later. */
const grow = (world: World, account: Account, pool: Pool, n: number): number | undefined => {
  const { droplet_template: template, id, name } = pool
  const before = membersOf(account, id).length
  const event = (status: HistoryEvent["status"], count: number) => eventOf(world, "SCALE_UP", status, count, before + n)
  try {
    const names = freeNames(account, template.name ?? name, n)
    Droplets.create(world, account, names, { ...template, pool: { id, template } })
    record(account, id, event("success", before + n), "active")
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    record(account, id, event("error", before), "error")
    return 60 * ("cooldown_minutes" in pool.config ? (pool.config.cooldown_minutes ?? cooldown) : cooldown)
  }
}

const membersOf = (account: Account, id: string): ReadonlyArray<Machine> =>
  Droplets.all(account).filter(({ pool }) => pool?.id === id)

/** There is no load, so a pool that follows it is at its minimum. */
const targetOf = ({ config }: Pick<Pool, "config">): number =>
  "min_instances" in config ? config.min_instances : config.target_number_instances

const freeNames = (account: Account, base: string, n: number): ReadonlyArray<string> => {
  const taken = new Set([...account.droplets.values()].map(({ name }) => name))
  const names: Array<string> = []
  for (let i = 1; names.length < n; i++) if (!taken.has(`${base}-${i}`)) names.push(`${base}-${i}`)
  return names
}

const eventOf = (
  world: World,
  reason: HistoryEvent["reason"],
  status: HistoryEvent["status"],
  current_instance_count: number,
  desired_instance_count: number
): HistoryEvent => ({
  history_event_id: world.nextPoolEventId(),
  ...{ current_instance_count, desired_instance_count, reason, status },
  ...{ created_at: world.timestamp(), updated_at: world.timestamp() }
})

const change = (account: Account, id: string, changes: (pool: Pool) => Partial<Pool>): void => {
  const pool = account.pools.get(id)
  if (pool !== undefined) account.pools.set(id, { ...pool, ...changes(pool) })
}

const record = (account: Account, id: string, event: HistoryEvent, status?: string): void =>
  change(account, id, (pool) => ({
    history: [...pool.history, event].slice(-keptEvents),
    status: status ?? pool.status
  }))

const check = (account: Account, { droplet_template: { image, region, size }, name }: Whole): void => {
  if (name.trim() === "") throw unprocessable("Name can't be blank")
  if (Images.find(account, image) === undefined) throw unprocessable("image is invalid")
  if (!Seed.regions.has(region)) throw unprocessable("region is invalid")
  if (!Seed.regionsOf(size).includes(region)) throw unprocessable("size is invalid or not available in the region")
}
