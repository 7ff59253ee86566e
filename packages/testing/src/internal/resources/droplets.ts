import type { Action, Droplet, Image } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import type { Act } from "../api/droplets.ts"
import * as Backups from "./backups.ts"
import * as Images from "./images.ts"
import { notFound, unprocessable } from "../account/apiError.ts"
import type { Account, Machine } from "../account/account.ts"
import type { World } from "../account/world.ts"

/** Durations in seconds, which `speed` divides. */
const seconds = {
  create: 30,
  power: 5,
  snapshot: (machine: Machine) => 30 + 60 * (machine.image.size_gigabytes ?? 1),
  rebuild: 60
}

/**
 * Returns the Droplets that match a filter, newest first: with a tag those of both kinds, otherwise without GPU Droplets,
 * or only those.
 */
export const list = (
  account: Account,
  query: { readonly tag_name?: string; readonly name?: string; readonly type?: "droplets" | "gpus" }
): ReadonlyArray<Machine> =>
  all(account).filter(({ name, size, tags }) => {
    if (query.name !== undefined && name.toLowerCase() !== query.name.toLowerCase()) return false
    if (query.tag_name !== undefined) return tags.includes(query.tag_name)
    return Seed.isGpu(size) === (query.type === "gpus")
  })

/** Returns the Droplets of a request by tag: the visible ones. */
export const tagged = (account: Account, tag_name: string): ReadonlyArray<Machine> =>
  list(account, { tag_name }).filter(({ id }) => account.droplets.find(id) !== undefined)

/** Returns all Droplets, newest first. */
export const all = (account: Account): ReadonlyArray<Machine> =>
  [...account.droplets.values()].sort((a, b) => b.id - a.id)

export const get = (account: Account, id: number): Machine => {
  const machine = account.droplets.find(id)
  if (machine === undefined) throw notFound()
  return machine
}

/** Encodes a Droplet as DigitalOcean does. */
export const write = (account: Account, machine: Machine): Droplet => {
  const busy = account.locks.pending("droplet", machine.id).length > 0
  const size = sizeOf(machine.size)
  const made = Backups.imagesOf(account, machine.id)
  return {
    id: machine.id,
    name: machine.name,
    memory: size.memory,
    vcpus: size.vcpus,
    disk: size.disk,
    locked: busy,
    status: machine.status,
    created_at: machine.created_at,
    features: machine.policy === null ? ["droplet_agent"] : ["backups", "droplet_agent"],
    backup_ids: made.filter(({ type }) => type === "backup").map(({ id }) => id),
    snapshot_ids: made.filter(({ type }) => type === "snapshot").map(({ id }) => id),
    next_backup_window: Backups.windowOf(account, machine),
    image: machine.image,
    volume_ids: [],
    size,
    size_slug: size.slug,
    networks: {
      v4:
        machine.status === "new"
          ? []
          : [{ ip_address: "192.0.2.10", netmask: "255.255.255.0", gateway: "192.0.2.1", type: "public" }],
      v6: []
    },
    region: Seed.region(machine.region),
    tags: machine.tags,
    vpc_uuid: "760e09ef-dc84-11e8-981e-3cfdfeaae000"
  }
}

/** Returns the snapshots or backups of a Droplet, oldest first. */
export const images = (account: Account, id: number, type: "snapshot" | "backup"): ReadonlyArray<Image> =>
  Backups.imagesOf(account, id).filter((image) => image.type === type)

/** Encodes the listing of the snapshots or backups of a Droplet, newest first: with fewer fields than an image. */
export const listed = (account: Account, id: number, type: "snapshot" | "backup") => {
  get(account, id)
  return images(account, id, type)
    .toReversed()
    .map(({ created_at, id, min_disk_size, name, regions, size_gigabytes, type }) => ({
      id,
      name,
      type,
      created_at,
      regions,
      min_disk_size: min_disk_size ?? null,
      size_gigabytes: size_gigabytes ?? null
    }))
}

/** Creates Droplets: `new`, and after 30 seconds `active`. */
export const create = (
  world: World,
  account: Account,
  names: ReadonlyArray<string>,
  body: {
    readonly image: number | string
    readonly size: string
    readonly region?: string
    readonly backups?: boolean
    readonly backup_policy?: Seed.Policy
    readonly tags?: ReadonlyArray<string> | null
    readonly pool?: Machine["pool"]
  }
): ReadonlyArray<{ readonly machine: Machine; readonly action: Action }> => {
  const image = imageOf(account, body.image)
  const size = Seed.sizes.find(({ slug }) => slug === body.size)
  const region = body.region ?? image.regions[0] ?? "nyc3"
  if (size === undefined) throw unprocessable("You specified an invalid size for Droplet creation.")
  if (!Seed.regions.has(region)) throw unprocessable("You specified an invalid region for Droplet creation.")
  if (!size.regions.includes(region)) throw unprocessable("The size you specified is not available in this region.")
  if (image.status !== "available" || !image.regions.includes(region)) {
    throw unprocessable("The image you specified is not available in the selected region, you must transfer it first.")
  }
  if (size.disk < (image.min_disk_size ?? 0)) {
    throw unprocessable("The image you specified needs a size with a larger disk.")
  }
  if (names.some((name) => !/^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/.test(name))) {
    throw unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")
  }
  return names.map((name) => {
    const machine: Machine = {
      id: world.nextDropletId(),
      name,
      status: "new",
      created_at: world.timestamp(),
      size: size.slug,
      region,
      image,
      tags: body.tags ?? [],
      policy: body.backup_policy ?? (body.backups === true ? { plan: "daily", hour: 0 } : null),
      pool: body.pool ?? null
    }
    account.droplets.set(machine.id, machine)
    const action = begin(world, account, machine, "create", seconds.create, () => ({ status: "active" }))
    return { machine, action }
  })
}

/** Destroys a Droplet with its backups. */
export const remove = (world: World, account: Account, id: number): void => {
  get(account, id)
  for (const backup of images(account, id, "backup")) world.remove(account, backup.id)
  account.droplets.delete(id)
}

/** Destroys all Droplets with a tag. */
export const removeByTag = (world: World, account: Account, tag_name: string): void => {
  if (account.tags.find(tag_name) === undefined) throw notFound()
  for (const { id } of tagged(account, tag_name)) remove(world, account, id)
}

/** Returns the actions of a Droplet, newest first. */
export const actions = (world: World, account: Account, id: number): ReadonlyArray<Action> => {
  get(account, id)
  return world.readable(account.actions.of("droplet", id))
}

/** Starts an action on a Droplet, which can have only one action in progress. */
export const act = (world: World, account: Account, id: number, body: Act): Action => {
  const machine = get(account, id)
  if (account.actions.pending("droplet", id).length > 0) throw unprocessable("Droplet already has a pending event.")
  const change = (duration: number, changes: Partial<Machine> = {}) =>
    begin(world, account, machine, body.type, duration, () => changes)
  switch (body.type) {
    case "snapshot":
      return save(world, account, machine, "snapshot", body.name)
    case "restore": {
      const backup = images(account, id, "backup").find((image) => image.id === body.image)
      if (backup === undefined) throw unprocessable("The image must be a backup of the current Droplet.")
      return change(seconds.rebuild, { image: backup, status: "active" })
    }
    case "rebuild":
      return change(seconds.rebuild, { image: imageOf(account, body.image), status: "active" })
    case "rename":
      return change(seconds.power, { name: body.name })
    case "resize":
      return change(seconds.rebuild, { size: sizeOf(body.size).slug })
    case "enable_backups":
      return change(seconds.power, { policy: body.backup_policy ?? { plan: "daily", hour: 0 } })
    case "change_backup_policy":
      if (machine.policy === null) throw unprocessable("Backups are not enabled for this Droplet.")
      return change(seconds.power, { policy: body.backup_policy })
    case "disable_backups":
      return change(seconds.power, { policy: null })
    case "power_off":
    case "shutdown":
      if (machine.status === "off") throw unprocessable("Droplet is already powered off.")
      return change(seconds.power, { status: "off" })
    case "power_on":
      if (machine.status === "active") throw unprocessable("Droplet is already powered on.")
      return change(seconds.power, { status: "active" })
    default:
      return change(seconds.power)
  }
}

/** Makes a backup of a Droplet: an action like that of a snapshot, then the backup, whose name contains the start. */
export const backUp = (world: World, account: Account, machine: Machine): void => {
  const when = world.timestamp().slice(0, 16).replace("T", " ")
  save(world, account, machine, "backup", `${machine.name} ${when}`)
}

/** Adds the image of a Droplet, a delay after its action has completed. */
const save = (
  world: World,
  account: Account,
  machine: Machine,
  type: "snapshot" | "backup",
  name: string | undefined
): Action =>
  world.act(account, fields(machine, type), seconds.snapshot(machine), ({ started_at }) => {
    if (!account.droplets.has(machine.id)) return false
    world.after(world.imageDelay, () => {
      const image = Seed.image({
        id: world.nextImageId(),
        type,
        name: name ?? `${machine.name}-${started_at}`,
        distribution: machine.image.distribution,
        regions: [machine.region],
        created_at: started_at,
        min_disk_size: sizeOf(machine.size).disk,
        size_gigabytes: machine.image.size_gigabytes ?? 1
      })
      account.images.set(image.id, image)
      account.sources.set(image.id, machine.id)
      if (type === "backup") Backups.expire(world, account, machine.id)
    })
    return true
  })

const begin = (
  world: World,
  account: Account,
  machine: Machine,
  type: string,
  duration: number,
  changes: () => Partial<Machine>
): Action =>
  world.act(account, fields(machine, type), duration, () => {
    const current = account.droplets.get(machine.id)
    if (current === undefined) return false
    account.droplets.set(machine.id, { ...current, ...changes() })
    return true
  })

const fields = (machine: Machine, type: string) => ({
  type,
  region_slug: machine.region,
  resource_id: machine.id,
  resource_type: "droplet"
})

/** Returns the image that a Droplet is created from. An unknown one is 422, not 404. */
const imageOf = (account: Account, ref: number | string): Image => {
  const image = Images.find(account, ref)
  if (image === undefined) throw unprocessable("You specified an invalid image for Droplet creation.")
  return image
}

const sizeOf = (slug: string) => {
  const size = Seed.sizes.find((size) => size.slug === slug)
  if (size === undefined) throw unprocessable("You specified an invalid size.")
  return size
}
