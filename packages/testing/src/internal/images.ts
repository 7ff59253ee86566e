import type { Action, Image } from "../DigitalOceanApi.ts"
import * as Seed from "../Seed.ts"
import { badRequest, forbidden, notFound, unprocessable } from "./refusal.ts"
import type { Account, World } from "./world.ts"

/** The images a filter selects, newest first as DigitalOcean lists them, the public ones after the account's own. */
export const list = (
  account: Account,
  query: {
    readonly type?: "application" | "distribution"
    readonly private?: boolean
    readonly tag_name?: string
  }
): ReadonlyArray<Image> => {
  const own = [...account.images.values()].filter((image) => image.status !== "deleted")
  const isApplication = (image: Image) => Seed.applications.has(image.slug ?? "")
  const all = query.private === true ? own : [...own, ...Seed.publicImages]
  return all
    .filter(
      (image) =>
        (query.type === undefined ||
          (image.public === true && isApplication(image) === (query.type === "application"))) &&
        (query.tag_name === undefined || (image.tags ?? []).includes(query.tag_name))
    )
    .sort((a, b) => Number(a.public) - Number(b.public) || b.created_at.localeCompare(a.created_at) || b.id - a.id)
}

/** By id, or by slug if it is public. */
export const get = (world: World, account: Account, ref: string | number): Image => {
  if (typeof ref === "number" || /^\d+$/.test(ref)) return world.image(account, Number(ref))
  const image = Seed.publicImages.find((image) => image.slug === ref)
  if (image === undefined) throw notFound()
  return image
}

/** Imports a custom image: NEW, after 20 seconds pending, after 3 minutes available, or deleted if its URL holds `fail`. */
export const create = (
  world: World,
  account: Account,
  body: {
    readonly name: string
    readonly url: string
    readonly region: string
    readonly distribution?: string
    readonly description?: string
    readonly tags?: ReadonlyArray<string> | null
  }
): Image => {
  if (body.name.trim() === "") throw unprocessable("Name can't be blank")
  if (!/^(https?|ftp):\/\/./.test(body.url)) throw unprocessable("Url is invalid")
  if (!Seed.regions.has(body.region)) throw unprocessable("Region is not valid")
  const image = Seed.image({
    id: world.nextImageId(),
    name: body.name,
    type: "custom",
    distribution: body.distribution ?? "Unknown",
    description: body.description ?? "",
    tags: body.tags ?? [],
    regions: [],
    created_at: world.timestamp(),
    min_disk_size: null,
    size_gigabytes: null,
    status: "NEW"
  })
  account.images.set(image.id, image)
  const change = (changes: Partial<Image>) => () => void world.change(account, image.id, () => changes)
  world.after(20, change({ status: "pending" }))
  world.after(
    180,
    change(
      body.url.includes("fail")
        ? { status: "deleted", error_message: "Unable to fetch the image: the URL answered 404. " }
        : { status: "available", regions: [body.region], min_disk_size: 10, size_gigabytes: 1.2 }
    )
  )
  const { min_disk_size: _, public: __, size_gigabytes: ___, slug: ____, ...subset } = image
  return subset
}

/** Renames; description and distribution only of a custom image. */
export const update = (
  world: World,
  account: Account,
  id: number,
  body: { readonly name?: string; readonly description?: string; readonly distribution?: string }
): Image => {
  const image = own(world, account, id)
  if (image.type !== "custom" && (body.description !== undefined || body.distribution !== undefined)) {
    throw unprocessable("Only the name of this image can be changed")
  }
  if (body.name !== undefined && body.name.trim() === "") throw unprocessable("Name can't be blank")
  world.change(account, id, () => body)
  return world.image(account, id)
}

/** Removes an image. Actions under way on it end as errored. */
export const remove = (world: World, account: Account, id: number): void => {
  own(world, account, id)
  account.images.delete(id)
}

/** Begins a transfer (1 minute and 20 seconds a GB) or a conversion (30 seconds). */
export const act = (
  world: World,
  account: Account,
  id: number,
  body: { readonly type: "convert" } | { readonly type: "transfer"; readonly region: string }
): Action => {
  const image = own(world, account, id)
  const current = account.actions.filter((action) => action.resource_id === id && action.status === "in-progress")
  if (body.type === "convert") {
    if (image.type !== "backup") throw unprocessable("Only backups can be converted to snapshots")
    if (current.length > 0) throw unprocessable("Image already has a pending event.")
    return world.begin(account, image, { type: "convert", region_slug: image.regions[0] ?? null }, 30, () => ({
      type: "snapshot"
    }))
  }
  const { region } = body
  if (!Seed.regions.has(region)) throw unprocessable("Region is not valid")
  if (image.type === "backup") throw unprocessable("Backups can not be transfered to other regions")
  if (image.status !== "available") throw unprocessable("Image is not available")
  if (image.regions.includes(region)) throw unprocessable("Image is already available in this region")
  if (current.some((action) => action.region_slug === region)) throw unprocessable("Image already has a pending event.")
  const seconds = 60 + 20 * (image.size_gigabytes ?? 0)
  return world.begin(account, image, { type: "transfer", region_slug: region }, seconds, (image) => ({
    regions: [...image.regions, region]
  }))
}

/** Offers a snapshot to another account; answers 0 when it was accepted at once. */
export const offer = (world: World, account: Account, id: number, recipient: string): number => {
  const image = own(world, account, id)
  if (image.type !== "snapshot") throw badRequest("Only snapshot images may be transferred")
  const to = world.accounts.find((other) => other.email === recipient || other.uuid === recipient)
  if (to === account) throw badRequest("The recipient is the image's account")
  if ([...world.offers.values()].some((offer) => offer.image_id === id)) {
    throw badRequest("The image has a pending transfer")
  }
  if (to?.autoAccept === true) {
    move(account, to, image)
    return 0
  }
  const transfer_id = world.nextOfferId()
  world.offers.set(transfer_id, { id: transfer_id, image_id: id, from: account, recipient })
  return transfer_id
}

/** Takes an offer: the image moves. */
export const accept = (
  world: World,
  account: Account,
  id: number,
  body: { readonly transfer_id: number; readonly recipient_uuid: string }
): void => {
  const { from } = offered(world, account, id, body.transfer_id)
  if (body.recipient_uuid !== account.uuid) throw badRequest("recipient_uuid is not a team of this account")
  const image = from.images.get(id)
  if (image === undefined) throw notFound()
  world.offers.delete(body.transfer_id)
  move(from, account, image)
}

/** Withdraws an offer, as its sender. */
export const cancel = (world: World, account: Account, id: number, transfer_id: number): void => {
  const offer = world.offers.get(transfer_id)
  if (offer?.image_id !== id || offer.from !== account) throw notFound()
  world.offers.delete(transfer_id)
}

/** Refuses an offer, as its recipient. */
export const decline = (world: World, account: Account, id: number, transfer_id: number): void => {
  world.offers.delete(offered(world, account, id, transfer_id).id)
}

const offered = (world: World, account: Account, image_id: number, transfer_id: number) => {
  const offer = world.offers.get(transfer_id)
  const isRecipient = offer?.recipient === account.email || offer?.recipient === account.uuid
  if (offer === undefined || offer.image_id !== image_id || !isRecipient) throw notFound()
  return offer
}

const move = (from: Account, to: Account, image: Image): void => {
  from.images.delete(image.id)
  to.images.set(image.id, image)
}

const own = (world: World, account: Account, id: number): Image => {
  const image = world.image(account, id)
  if (image.public === true) throw forbidden()
  return image
}
