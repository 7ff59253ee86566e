import type { Tag } from "../../DigitalOceanApi.ts"
import { notFound } from "../account/apiError.ts"
import type { Account } from "../account/account.ts"
import type { Table } from "../account/tables.ts"

/** A resource to tag, as a request names it. */
export interface Resource {
  readonly resource_id: string
  readonly resource_type: "droplet" | "image" | "volume" | "volume_snapshot"
}

/** Returns the names of the tags. */
export const list = (account: Account): ReadonlyArray<string> => [...account.tags.keys()].sort()

export const get = (account: Account, name: string, origin: string): Tag => {
  refuseUnknown(account, name)
  return write(account, [name], origin)[0]!
}

export const create = (account: Account, name: string, origin: string): Tag => {
  if (!account.tags.has(name)) account.tags.set(name, {})
  return write(account, [name], origin)[0]!
}

const refuseUnknown = (account: Account, name: string): void => {
  if (account.tags.find(name) === undefined) throw notFound()
}

/** Deletes a tag, and removes it from all resources. */
export const remove = (account: Account, name: string): void => {
  refuseUnknown(account, name)
  const untag = <K, V extends Tagged>(table: Table<K, V>) => {
    for (const key of [...table.keys()]) toggle(table, key, name, false)
  }
  untag(account.images)
  untag(account.droplets)
  untag(account.volumeSnapshots)
  account.tags.delete(name)
}

/** Adds a tag to resources, or removes it; of none of them if one does not exist. */
export const change = (account: Account, name: string, resources: ReadonlyArray<Resource>, on: boolean): void => {
  refuseUnknown(account, name)
  const toggles = resources.map((resource) => toggleOf(account, resource))
  for (const toggle of toggles) toggle(name, on)
}

const toggleOf = (account: Account, { resource_id, resource_type }: Resource) => {
  switch (resource_type) {
    case "image":
      return toggleIn(account.images, Number(resource_id))
    case "droplet":
      return toggleIn(account.droplets, Number(resource_id))
    case "volume_snapshot":
      return toggleIn(account.volumeSnapshots, resource_id)
    case "volume":
      throw notFound()
  }
}

interface Tagged {
  readonly tags?: ReadonlyArray<string> | null
}

const toggleIn = <K, V extends Tagged>(table: Table<K, V>, key: K) => {
  if (table.find(key) === undefined) throw notFound()
  return (name: string, on: boolean) => toggle(table, key, name, on)
}

const toggle = <K, V extends Tagged>(table: Table<K, V>, key: K, name: string, on: boolean): void => {
  const row = table.get(key)
  const tags = row?.tags ?? []
  if (row === undefined || tags.includes(name) === on) return
  table.set(key, { ...row, tags: on ? [...tags, name] : tags.filter((tag) => tag !== name) })
}

/** Encodes tags as DigitalOcean does, with the number of their resources and the one that was tagged last. */
export const write = (account: Account, names: ReadonlyArray<string>, origin: string): ReadonlyArray<Tag> => {
  const images = counts(account.images.values())
  const droplets = counts(account.droplets.values())
  const snapshots = counts(account.volumeSnapshots.values())
  return names.map((name) => {
    const { last, lastOf = {} } = account.tags.get(name) ?? {}
    const [i, d, s] = [images, droplets, snapshots].map((counts) => counts.get(name) ?? 0) as [number, number, number]
    const metadata = (count: number, path?: string) => ({
      count,
      ...(path === undefined ? undefined : { last_tagged_uri: origin + path })
    })
    return {
      name,
      resources: {
        ...metadata(i + d + s, last),
        droplets: metadata(d, lastOf.droplets),
        images: metadata(i, lastOf.images),
        volumes: metadata(0),
        volume_snapshots: metadata(s, lastOf.volume_snapshots),
        databases: metadata(0)
      }
    }
  })
}

/** Counts the resources of each tag. */
const counts = (all: Iterable<{ readonly tags?: ReadonlyArray<string> | null }>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { tags } of all) for (const tag of tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}
