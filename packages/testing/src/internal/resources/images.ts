import type { Action, Image } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import { forbidden, notFound, unprocessable } from "../account/apiError.ts"
import type { Account } from "../account/account.ts"
import type { World } from "../account/world.ts"

/** Returns the images that match a filter, newest first as at DigitalOcean, the public ones after the account's own. */
export const list = (
  account: Account,
  query: {
    readonly type?: "application" | "distribution"
    readonly private?: boolean
    readonly tag_name?: string
  }
): ReadonlyArray<Image> => {
  const selected = (image: Image) =>
    image.status !== "deleted" &&
    (query.private !== true || image.public !== true) &&
    (query.type === undefined || kindOf(image) === query.type) &&
    (query.tag_name === undefined || (image.tags ?? []).includes(query.tag_name))
  const own = account.images.newestFirst().filter(selected)
  return query.private === true ? own : [...own, ...publicImages.filter(selected)]
}

/** Finds an image by id, as a number or as text, or by the slug of a public one. */
export const find = (account: Account, ref: string | number): Image | undefined => {
  const id = typeof ref === "number" || !/^\d+$/.test(ref) ? ref : Number(ref)
  const isIt = (image: Image) => image.public === true && image.slug === id
  if (typeof id === "string") return Seed.publicImages.find(isIt) ?? [...account.images.values()].find(isIt)
  return account.images.find(id) ?? Seed.publicImages.find((image) => image.id === id)
}

/** Returns the image of a path; 404 if there is none. */
export const get = (account: Account, ref: string | number): Image => {
  const image = find(account, ref)
  if (image === undefined) throw notFound()
  return image
}

/** Returns an image that can be changed: one of the account's own. */
export const own = (account: Account, id: number): Image => {
  const image = get(account, id)
  if (image.public === true) throw forbidden()
  return image
}

/** Durations in seconds, which `speed` divides. */
const seconds = {
  convert: 30,
  transfer: (image: Image) => 60 + 20 * (image.size_gigabytes ?? 0),
  fetch: 20,
  import: 180
}

/** Returns why an import of a URL fails. */
const problems: ReadonlyArray<readonly [url: RegExp, error_message: string]> = [
  [/fail/, "Unable to fetch the image: the URL answered 404. "],
  [/\.(iso|zip|txt|html?)$/, "The image format is not supported: expected raw, qcow2, vhdx, vdi or vmdk. "],
  [/huge/, "The image is too large: expected 100 GB or less. "]
]

/** Imports a custom image: `NEW`, then `pending`, then `available`, or `deleted` with the reason. */
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
  const problem = problems.find(([url]) => url.test(body.url))
  const change = (changes: Partial<Image>) => () => void world.change(account, image.id, () => changes)
  world.after(seconds.fetch, change({ status: "pending" }))
  world.after(
    seconds.import,
    change(
      problem !== undefined
        ? { status: "deleted", error_message: problem[1] }
        : { status: "available", regions: [body.region], min_disk_size: 10, size_gigabytes: 1.2 }
    )
  )
  const { min_disk_size: _, public: __, size_gigabytes: ___, slug: ____, ...subset } = image
  return subset
}

/** Changes the name, and of a custom image the description and distribution. */
export const update = (
  world: World,
  account: Account,
  id: number,
  body: { readonly name?: string; readonly description?: string; readonly distribution?: string }
): Image => {
  const image = own(account, id)
  if (image.type !== "custom" && (body.description !== undefined || body.distribution !== undefined)) {
    throw unprocessable("Only the name of this image can be changed")
  }
  if (body.name !== undefined && body.name.trim() === "") throw unprocessable("Name can't be blank")
  world.change(account, id, () => body)
  return get(account, id)
}

/** Removes an image. Its actions in progress end as `errored`. */
export const remove = (world: World, account: Account, id: number): void => {
  if (own(account, id).status === "deleted") throw unprocessable("Image Can not delete an already deleted image.")
  world.remove(account, id)
}

/** Returns the actions of an image, newest first. */
export const actions = (world: World, account: Account, id: number): ReadonlyArray<Action> => {
  get(account, id)
  return world.readable(account.actions.of("image", id))
}

/** Returns an action of this image. */
export const action = (world: World, account: Account, id: number, action_id: number): Action => {
  get(account, id)
  const action = world.action(account, action_id)
  if (action.resource_type !== "image" || action.resource_id !== id) throw notFound()
  return action
}

/** Starts a transfer or a conversion. */
export const act = (
  world: World,
  account: Account,
  id: number,
  body: { readonly type: "convert" } | { readonly type: "transfer"; readonly region: string }
): Action => {
  const image = own(account, id)
  const current = account.actions.pending("image", id)
  const fields = (type: string, region_slug: string | null) => ({
    type,
    region_slug,
    resource_id: id,
    resource_type: "image"
  })
  if (body.type === "convert") {
    if (image.type !== "backup") throw unprocessable("Only backups can be converted to snapshots")
    if (current.length > 0) throw unprocessable("Image already has a pending event.")
    return world.act(account, fields("convert", image.regions[0] ?? null), seconds.convert, () =>
      world.change(account, id, () => ({ type: "snapshot" }))
    )
  }
  const { region } = body
  if (!Seed.regions.has(region)) throw unprocessable("Region is not valid")
  if (image.type === "backup") throw unprocessable("Backups can not be transfered to other regions")
  if (image.status !== "available") throw unprocessable("Image is not available")
  if (image.regions.includes(region)) throw unprocessable("Image is already available in this region")
  if (current.some((action) => action.region_slug === region)) throw unprocessable("Image already has a pending event.")
  return world.act(account, fields("transfer", region), seconds.transfer(image), () =>
    world.change(account, id, (image) => ({ regions: [...image.regions, region] }))
  )
}

/** Applications and distributions are public. */
const kindOf = (image: Image) =>
  image.public !== true ? undefined : Seed.applications.has(image.slug ?? "") ? "application" : "distribution"

const publicImages: ReadonlyArray<Image> = Seed.publicImages.toSorted((a, b) =>
  a.created_at === b.created_at ? b.id - a.id : a.created_at < b.created_at ? 1 : -1
)
