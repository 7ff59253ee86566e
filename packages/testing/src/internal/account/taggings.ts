import type { Listener, Table } from "./tables.ts"

/** The types of resources that can have tags, as in the model of a tag. */
export type Kind = "droplets" | "images" | "volume_snapshots"

/** A tag: the path of the resource that was tagged last, in total and of each type. */
export interface Tagging {
  readonly last?: string
  readonly lastOf?: Readonly<Partial<Record<Kind, string>>>
}

interface Tagged {
  readonly tags?: ReadonlyArray<string> | null
}

/** Rows that can have tags. */
interface Rows<K> {
  readonly listeners: { push(listener: Listener<K, Tagged>): unknown }
}

/** The resources that can have tags, and the tags of an account. */
interface Taggable {
  readonly tags: Table<string, Tagging>
  readonly images: Rows<number>
  readonly droplets: Rows<number>
  readonly volumeSnapshots: Rows<string>
}

/** Creates the tags that resources are given, and keeps which resource was tagged last. */
export const keep = (account: Taggable): void => {
  const { droplets, images, tags, volumeSnapshots } = account
  const listener = (kind: Kind, path: string) => (id: number | string, after?: Tagged, before?: Tagged) => {
    for (const tag of after?.tags ?? []) {
      if (before?.tags?.includes(tag) === true) continue
      const last = `${path}/${id}`
      tags.set(tag, { last, lastOf: { ...tags.get(tag)?.lastOf, [kind]: last } })
    }
  }
  images.listeners.push(listener("images", "/v2/images"))
  droplets.listeners.push(listener("droplets", "/v2/droplets"))
  volumeSnapshots.listeners.push(listener("volume_snapshots", "/v2/snapshots"))
}
