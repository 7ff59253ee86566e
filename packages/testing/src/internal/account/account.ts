import type { AutoscalePool, Image, Snapshot, SshKey } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import * as Taggings from "./taggings.ts"
import { Actions, type Delays, Images, Sources, Table } from "./tables.ts"

/** One account: its owner, its token and its resources. */
export interface Account {
  readonly name: string
  readonly email: string
  readonly uuid: string
  /** null: any token belongs to this account */
  readonly token: string | null
  /** the scopes of the token; null: all */
  readonly scopes: ReadonlySet<string> | null
  /** whether an offer to this account is accepted at once */
  readonly autoAccept: boolean
  /** the response to a second offer of an image by this account */
  readonly offeredAgain: OfferedAgain
  readonly images: Images
  readonly actions: Actions
  /** the actions that lock a Droplet: like `actions`, except that the status of a Droplet may be visible later */
  readonly locks: Actions
  readonly droplets: Table<number, Machine>
  /** the time of the next backup of each Droplet with a policy */
  readonly windows: Map<number, { readonly start: string; readonly end: string }>
  /** the Droplet of each image, if it exists */
  readonly sources: Sources
  /** the destroyed Droplet of a snapshot */
  readonly destroyed: number
  readonly tags: Table<string, Taggings.Tagging>
  readonly volumes: ReadonlyMap<string, Seed.Volume>
  readonly volumeSnapshots: Table<string, Snapshot>
  readonly keys: Table<number, SshKey>
  readonly pools: Table<string, Pool>
  /** what reads return: the account itself, or an earlier state of it */
  readonly read: Account
}

/** A Droplet of the account; `droplets.ts` encodes it. */
export interface Machine {
  readonly id: number
  readonly name: string
  readonly status: "new" | "active" | "off"
  readonly created_at: string
  readonly size: string
  readonly region: string
  readonly image: Image
  readonly tags: ReadonlyArray<string>
  readonly policy: Seed.Policy | null
  /** the autoscale pool that it belongs to, and the template that it was made from */
  readonly pool: { readonly id: string; readonly template: Pool["droplet_template"] } | null
}

/** An autoscale pool as the account keeps it; `autoscalePools.ts` writes it out. */
export interface Pool extends Omit<AutoscalePool, "active_resources_count" | "current_utilization"> {
  /** what changed, oldest first */
  readonly history: ReadonlyArray<HistoryEvent>
}

/** A change of an autoscale pool. */
export interface HistoryEvent {
  readonly history_event_id: string
  readonly current_instance_count: number
  readonly desired_instance_count: number
  readonly reason: "CONFIGURATION_CHANGE" | "SCALE_UP" | "SCALE_DOWN"
  readonly status: "in_progress" | "success" | "error"
  readonly created_at: string
  readonly updated_at: string
}

/** The response to a second offer of an image. */
export type OfferedAgain = "refused" | "same" | "another"

/** Documented at `TestDigitalOcean`. */
export interface AccountOptions {
  /** its name */
  readonly name: string
  /** its email address, by default `NAME@example.com`: what images are handed over to */
  readonly email?: string | undefined
  /** the UUID of its team, by default a fixed one */
  readonly uuid?: string | undefined
  /** its token; one account may have none, and accepts every token that is no other account's */
  readonly token?: string | undefined
  /** its resources, by default those of the fixtures */
  readonly seed?: Seed.Seed | undefined
  /** what its token may do, by default everything */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** whether an offer to it is accepted at once */
  readonly autoAccept?: boolean | undefined
  /**
   * what becomes of a second offer of an image: `refused` (400), by default; `same`, the id of the pending one;
   * `another`, an id of its own
   */
  readonly offeredAgain?: OfferedAgain | undefined
}

/** The owner and the token of the i-th account; null: any token that belongs to no other account. */
export const identity = (options: AccountOptions, i: number) => ({
  name: options.name,
  token: options.token ?? null,
  email: options.email ?? `${options.name}@example.com`,
  uuid: options.uuid ?? `00000000-0000-4000-8000-${String(i + 1).padStart(12, "0")}`
})

/** Creates the i-th account at a time. With `delays`, its changes are visible later. */
export const found = (options: AccountOptions, i: number, now: number, delays: Delays | undefined): Account => {
  const { autoscalePools = [], droplets = [], images, volumes = [] } = options.seed ?? Seed.demo
  const written = images.map((image) => Seed.image(image, now))
  written.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id - b.id))
  const makers = new Map(droplets.flatMap(({ id, images = [] }) => images.map((image) => [image, id])))
  const sources = new Sources()
  for (const { id } of written) if (makers.has(id)) sources.set(id, makers.get(id)!)
  const pools = autoscalePools.map(pool)
  const poolOf = new Map(
    autoscalePools.flatMap(({ droplets = [] }, i) => droplets.map((droplet) => [droplet, pools[i]!] as const))
  )
  const shared = {
    ...identity(options, i),
    scopes: options.scopes === undefined ? null : new Set(options.scopes),
    autoAccept: options.autoAccept ?? false,
    offeredAgain: options.offeredAgain ?? "refused",
    windows: new Map<number, { readonly start: string; readonly end: string }>(),
    sources,
    destroyed: destroyed(droplets),
    volumes: new Map(volumes.map((volume) => [volume.id, volume]))
  }
  const holdings = () => {
    const actions = new Actions()
    const held = {
      images: new Images(),
      actions,
      locks: actions,
      droplets: new Table<number, Machine>(),
      volumeSnapshots: new Table<string, Snapshot>(),
      tags: new Table<string, Taggings.Tagging>(),
      keys: new Table<number, SshKey>(),
      pools: new Table<string, Pool>()
    }
    Taggings.keep(held)
    for (const image of written) held.images.set(image.id, image)
    for (const droplet of droplets) held.droplets.set(droplet.id, machine(droplet, poolOf.get(droplet.id)))
    for (const pool of pools) held.pools.set(pool.id, pool)
    return held
  }
  const own = holdings()
  if (delays === undefined) return itself({ ...shared, ...own })
  const seen = { ...holdings(), locks: new Actions() }
  own.images.mirror(seen.images, delays, changedByActions.image)
  own.actions.mirror(seen.actions, delays)
  own.actions.mirror(seen.locks, delays, ["status"])
  own.droplets.mirror(seen.droplets, delays, changedByActions.droplet)
  own.volumeSnapshots.mirror(seen.volumeSnapshots, delays)
  own.tags.mirror(seen.tags, delays)
  own.keys.mirror(seen.keys, delays)
  own.pools.mirror(seen.pools, delays)
  for (const name of ["images", "actions", "droplets", "volumeSnapshots", "tags", "keys", "pools"] as const)
    own[name].view = seen[name]
  return { ...shared, ...own, read: itself({ ...shared, ...seen }) }
}

/** The fields of an image and a Droplet that only actions and imports change. */
const changedByActions = {
  image: ["status", "type", "regions", "min_disk_size", "size_gigabytes", "error_message"],
  droplet: ["status", "name", "size", "image", "policy"]
} as const

/** Returns an id that no Droplet of a seed has. */
const destroyed = (droplets: ReadonlyArray<Seed.DropletSeed>): number => {
  const ids = new Set(droplets.map(({ id }) => id))
  let id = 399_000_001
  while (ids.has(id)) id += 1
  return id
}

/** An account whose changes are visible at once. */
const itself = (account: Omit<Account, "read">): Account => {
  const read: Account = {
    ...account,
    get read() {
      return read
    }
  }
  return read
}

/** The region that a Droplet of a size is in, unless its seed says. */
const regionOf = (size: string): string =>
  Seed.regionsOf(size).find((region) => region === "nyc3") ?? Seed.regionsOf(size)[0] ?? "nyc3"

const pool = ({ droplets, id, image, instances, name, size = "s-1vcpu-1gb", ...template }: Seed.PoolSeed): Pool => ({
  id,
  name,
  config: { target_number_instances: instances ?? Math.max(1, droplets?.length ?? 0) },
  droplet_template: { image: String(image), size, region: regionOf(size), ssh_keys: [], ...template },
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  status: "active",
  history: []
})

const machine = ({ size = "s-1vcpu-1gb", ...seed }: Seed.DropletSeed, of: Pool | undefined): Machine => ({
  status: "active",
  created_at: "2026-01-01T00:00:00Z",
  size,
  region: regionOf(size),
  image: Seed.publicImages[0]!,
  tags: [],
  policy: null,
  pool: of === undefined ? null : { id: of.id, template: of.droplet_template },
  ...seed
})
