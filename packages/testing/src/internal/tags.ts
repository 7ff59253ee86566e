import type { Tag } from "../DigitalOceanApi.ts"
import { notFound } from "./refusal.ts"
import type { Account } from "./account.ts"
import type { World } from "./world.ts"

/** A resource to tag, as a request names it. */
export interface Resource {
  readonly resource_id: string
  readonly resource_type: "droplet" | "image" | "volume" | "volume_snapshot"
}

/** What the tags are called. */
export const list = (account: Account): ReadonlyArray<string> => [...account.tags].sort()

export const get = (account: Account, name: string): Tag => {
  if (!account.tags.has(name)) throw notFound()
  return write(account, [name])[0]!
}

export const create = (account: Account, name: string): Tag => {
  account.tags.add(name)
  return write(account, [name])[0]!
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

/** Tags as DigitalOcean writes them, with how many carry each. */
export const write = (account: Account, names: ReadonlyArray<string>): ReadonlyArray<Tag> => {
  const images = counts(account.images.values())
  const droplets = counts(account.droplets.values())
  const snapshots = counts(account.volumeSnapshots.values())
  return names.map((name) => {
    const [i, d, s] = [images, droplets, snapshots].map((counts) => counts.get(name) ?? 0) as [number, number, number]
    const kinds = {
      droplets: { count: d },
      images: { count: i },
      volumes: { count: 0 },
      volume_snapshots: { count: s }
    }
    return { name, resources: { count: i + d + s, ...kinds, databases: { count: 0 } } }
  })
}

/** How many carry each tag. */
const counts = (all: Iterable<{ readonly tags?: ReadonlyArray<string> | null }>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { tags } of all) for (const tag of tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}
