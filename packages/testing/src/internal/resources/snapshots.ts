import type { Image, Snapshot, Volume } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import { badRequest, notFound, tooManyRequests } from "../account/apiError.ts"
import type { Account } from "../account/account.ts"
import type { World } from "../account/world.ts"

/** Returns the account's snapshots, newest first: those of Droplets, which are images, and those of volumes. */
export const list = (account: Account, type?: "droplet" | "volume"): ReadonlyArray<Image | Snapshot> => {
  const images = type === "volume" ? [] : account.images.newestFirst().filter((image) => image.type === "snapshot")
  const ofVolumes = type === "droplet" ? [] : [...account.volumeSnapshots.values()].reverse()
  if (ofVolumes.length === 0) return images
  return [...images, ...ofVolumes].sort((a, b) =>
    a.created_at === b.created_at ? 0 : a.created_at < b.created_at ? 1 : -1
  )
}

/** Returns a snapshot; an image of another type is 404. */
export const get = (account: Account, id: string): Snapshot => {
  const ofVolume = account.volumeSnapshots.find(id)
  if (ofVolume !== undefined) return ofVolume
  const image = account.images.find(Number(id))
  if (image === undefined) throw notFound()
  if (image.type !== "snapshot") throw badRequest("the resource is not a snapshot")
  return ofImage(account, image)
}

export const remove = (world: World, account: Account, id: string): void => {
  get(account, id)
  if (!account.volumeSnapshots.delete(id)) world.remove(account, Number(id))
}

/** Returns a snapshot of a volume. */
export const getOfVolume = (account: Account, id: string): Snapshot => {
  const snapshot = account.volumeSnapshots.find(id)
  if (snapshot === undefined) throw notFound()
  return snapshot
}

export const removeOfVolume = (account: Account, id: string): void =>
  void account.volumeSnapshots.delete(getOfVolume(account, id).id)

/** Returns the volumes that match a filter. */
export const volumes = (
  account: Account,
  query: { readonly name?: string; readonly region?: string }
): ReadonlyArray<Volume> =>
  [...account.volumes.values()]
    .filter(
      ({ name, region }) =>
        (query.name === undefined || name === query.name) && (query.region === undefined || region === query.region)
    )
    .map(writeVolume)

export const volume = (account: Account, id: string): Volume => writeVolume(volumeOf(account, id))

const volumeOf = (account: Account, id: string): Seed.Volume => {
  const volume = account.volumes.get(id)
  if (volume === undefined) throw notFound()
  return volume
}

/** Encodes a volume as DigitalOcean does; it is attached to no Droplet. */
const writeVolume = (volume: Seed.Volume): Volume => ({
  ...volume,
  description: "",
  created_at: "2026-01-01T00:00:00Z",
  region: Seed.region(volume.region),
  droplet_ids: [],
  filesystem_type: "",
  filesystem_label: "",
  tags: []
})

/** Returns the snapshots of a volume. */
export const ofVolume = (account: Account, volume_id: string): ReadonlyArray<Snapshot> => {
  volumeOf(account, volume_id)
  return [...account.volumeSnapshots.values()].reverse().filter(({ resource_id }) => resource_id === volume_id)
}

/** Takes a snapshot of a volume: at most one in ten minutes. */
export const create = (
  world: World,
  account: Account,
  volume_id: string,
  body: { readonly name: string; readonly tags?: ReadonlyArray<string> | null }
): Snapshot => {
  const volume = volumeOf(account, volume_id)
  const before = ofVolume(account, volume_id)
  if (before.some(({ created_at }) => world.now - Date.parse(created_at) < world.millis(600))) {
    throw tooManyRequests("failed to create snapshot: this operation is rate-limited - one request per 10m0s")
  }
  const snapshot: Snapshot = {
    id: world.nextSnapshotId(),
    name: body.name,
    created_at: world.timestamp(),
    regions: [volume.region],
    min_disk_size: volume.size_gigabytes,
    size_gigabytes: volume.size_gigabytes / 10,
    resource_id: volume_id,
    resource_type: "volume",
    tags: body.tags ?? []
  }
  account.volumeSnapshots.set(snapshot.id, snapshot)
  return snapshot
}

/** Encodes a snapshot, of a Droplet or of a volume, as DigitalOcean does. */
export const write = (account: Account, snapshot: Image | Snapshot): Snapshot =>
  "resource_id" in snapshot ? snapshot : ofImage(account, snapshot)

const ofImage = (account: Account, image: Image): Snapshot => ({
  id: String(image.id),
  name: image.name,
  created_at: image.created_at,
  regions: image.regions,
  min_disk_size: image.min_disk_size ?? null,
  size_gigabytes: image.size_gigabytes ?? null,
  resource_id: String(account.sources.get(image.id) ?? account.destroyed),
  resource_type: "droplet",
  tags: image.tags ?? []
})
