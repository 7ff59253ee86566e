import type { Tag } from "../DigitalOceanApi.ts"
import { notFound } from "./refusal.ts"
import type { Account, World } from "./world.ts"

/** A resource to tag, as a request names it. */
export interface Resource {
  readonly resource_id: string
  readonly resource_type: "droplet" | "image" | "volume" | "volume_snapshot"
}

export const list = (account: Account): ReadonlyArray<Tag> =>
  [...account.tags].sort().map((name) => write(account, name))

export const get = (account: Account, name: string): Tag => {
  if (!account.tags.has(name)) throw notFound()
  return write(account, name)
}

export const create = (account: Account, name: string): Tag => {
  account.tags.add(name)
  return write(account, name)
}

/** Deletes a tag, and takes it off everything. */
export const remove = (world: World, account: Account, name: string): void => {
  get(account, name)
  const everything: ReadonlyArray<Resource> = [
    ...Array.from(account.images.keys(), (id) => ({ resource_id: String(id), resource_type: "image" as const })),
    ...Array.from(account.droplets.keys(), (id) => ({ resource_id: String(id), resource_type: "droplet" as const })),
    ...Array.from(account.volumeSnapshots.keys(), (id) => ({
      resource_id: id,
      resource_type: "volume_snapshot" as const
    }))
  ]
  change(world, account, name, everything, false)
  account.tags.delete(name)
}

/** Puts a tag on resources, or takes it off; all of them, or none when one is not there. */
export const change = (
  world: World,
  account: Account,
  name: string,
  resources: ReadonlyArray<Resource>,
  on: boolean
): void => {
  get(account, name)
  const toggle = (tags: ReadonlyArray<string> | null | undefined) =>
    on ? [...new Set([...(tags ?? []), name])] : (tags ?? []).filter((tag) => tag !== name)
  const changeOf = ({ resource_id, resource_type }: Resource): (() => void) | undefined => {
    switch (resource_type) {
      case "image": {
        const image = account.images.get(Number(resource_id))
        return image && (() => world.change(account, image.id, ({ tags }) => ({ tags: toggle(tags) })))
      }
      case "droplet": {
        const machine = account.droplets.get(Number(resource_id))
        return machine && (() => account.droplets.set(machine.id, { ...machine, tags: toggle(machine.tags) }))
      }
      case "volume_snapshot": {
        const snapshot = account.volumeSnapshots.get(resource_id)
        return (
          snapshot && (() => account.volumeSnapshots.set(snapshot.id, { ...snapshot, tags: toggle(snapshot.tags) }))
        )
      }
      case "volume":
        return undefined
    }
  }
  const changes = resources.map(changeOf)
  for (const change of changes) if (change === undefined) throw notFound()
  for (const change of changes) change?.()
}

const write = (account: Account, name: string): Tag => {
  const carrying = (all: Iterable<{ readonly tags?: ReadonlyArray<string> | null }>) => ({
    count: [...all].filter(({ tags }) => tags?.includes(name) === true).length
  })
  const images = carrying(account.images.values())
  const droplets = carrying(account.droplets.values())
  const volume_snapshots = carrying(account.volumeSnapshots.values())
  const none = { count: 0 }
  const count = images.count + droplets.count + volume_snapshots.count
  return { name, resources: { count, droplets, images, volumes: none, volume_snapshots, databases: none } }
}
