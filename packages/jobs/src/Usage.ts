/**
 * What an image is used for: whether something of the account refers to it, so that it must not be deleted.
 *
 * An image is in use while a Droplet was created from it, an autoscale pool creates Droplets from it, an action is in
 * progress on it, or it is the image of a channel. It is protected by its tags: `protected`, and until a day
 * `expires:2026-12-31`. {@link read} lists the Droplets and the pools of an account, and {@link referencesTo} decides of any
 * number of images. Every job and command that deletes images decides by it.
 *
 * The API does not return which volumes were created from a snapshot of a volume, so that only tags protect that.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type { Actions } from "@effect-digitalocean/client/Actions"
import * as AutoscalePool from "@effect-digitalocean/client/AutoscalePool"
import { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/**
 * The tag of an image that no job and no command deletes.
 *
 * @category tags
 * @since 0.1.0
 */
export const protectedTag = "protected"

/**
 * The tag of an image that is not deleted before a day (UTC): `expires:2026-12-31`.
 *
 * @category tags
 * @since 0.1.0
 */
export const expiresTag = (day: string): string => `${expires}${day}`

const expires = "expires:"

/**
 * The tag of the image of a channel: `channel:prod`.
 *
 * @category tags
 * @since 0.1.0
 */
export const channelTag = (channel: string): string => `${channelPrefix}${channel}`

const channelPrefix = "channel:"

/**
 * Schema for a {@link Reference}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reference = Schema.Union([
  Schema.TaggedStruct("Droplet", { id: Droplet.Id, name: Schema.String, isCertain: Schema.Boolean }),
  Schema.TaggedStruct("AutoscalePool", { id: AutoscalePool.Id, name: Schema.String, isCertain: Schema.Boolean }),
  Schema.TaggedStruct("Action", { id: Action.Id, type: Schema.String }),
  Schema.TaggedStruct("Channel", { name: Schema.String }),
  Schema.TaggedStruct("Protected", {}),
  Schema.TaggedStruct("Expires", { day: Schema.String }),
  Schema.TaggedStruct("TagsNotVisible", {})
])

/**
 * What refers to an image, or protects it.
 *
 * **Details**
 *
 * - `Droplet`, `AutoscalePool`: it is created from the image. With `isCertain` false the response did not contain from
 *   which image, and it may be this one.
 * - `Action`: an action in progress on the image
 * - `Channel`: the image has the tag of a channel
 * - `Protected`, `Expires`: tags that protect it; a day that cannot be read protects it for good
 * - `TagsNotVisible`: the token does not see the tags, and one of them may protect it
 *
 * @category models
 * @since 0.1.0
 */
export type Reference = typeof Reference.Type

/**
 * What refers to the images of an account at a time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Usage {
  /** when the account was read */
  readonly readAt: DateTime.Utc
  /** by the id or the slug of an image */
  readonly byImage: ReadonlyMap<string, ReadonlyArray<Reference>>
  /** what may refer to any image */
  readonly ofAny: ReadonlyArray<Reference>
  /** whether only protection by tags counts, and no reference */
  readonly onlyProtection: boolean
}

/**
 * What {@link referencesTo} needs to know of an image.
 *
 * @category models
 * @since 0.1.0
 */
export interface Candidate extends Pick<Image.Image, "id" | "tags"> {
  /** the slug of a public image */
  readonly slug?: string | null | undefined
}

/**
 * An image is not deleted, because something refers to it or protects it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageInUse extends Schema.TaggedError<ImageInUse>("@effect-digitalocean/jobs/ImageInUse")("ImageInUse", {
  /** the id of the image */
  image: Schema.Number,
  /** what refers to it or protects it */
  references: Schema.Array(Reference)
}) {
  override get message(): string {
    return `image ${this.image} is kept: ${this.references.map(format).join(", ")}`
  }
}

/**
 * A listing, or why it failed.
 *
 * @category models
 * @since 0.1.0
 */
export type Listing<A> = Result.Result<ReadonlyArray<A>, DigitalOceanError>

/**
 * Derives what refers to images from the Droplets, with GPU and without, and the autoscale pools of an account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (account: {
  readonly readAt: DateTime.Utc
  readonly droplets: Iterable<Droplet.Droplet>
  readonly pools: Iterable<AutoscalePool.AutoscalePool>
}): Usage => {
  const byImage = new Map<string, Array<Reference>>()
  const ofAny: Array<Reference> = []
  const add = (image: string | undefined, reference: (isCertain: boolean) => Reference) => {
    if (image === undefined) return ofAny.push(reference(false))
    const known = byImage.get(image)
    return known === undefined ? byImage.set(image, [reference(true)]) : known.push(reference(true))
  }
  for (const { id, image, name } of account.droplets) {
    add(image === null ? undefined : String(image.id), (isCertain) => ({ _tag: "Droplet", id, name, isCertain }))
  }
  for (const { droplet_template, id, name } of account.pools) {
    add(droplet_template?.image ?? undefined, (isCertain) => ({ _tag: "AutoscalePool", id, name, isCertain }))
  }
  return { readAt: account.readAt, byImage, ofAny, onlyProtection: false }
}

/**
 * Ignores what refers to images: only the tags `protected` and `expires:` keep an image, and tags that are not visible.
 *
 * @category constructors
 * @since 0.1.0
 */
export const onlyProtection = (readAt: DateTime.Utc): Usage => ({
  ...of({ readAt, droplets: [], pools: [] }),
  onlyProtection: true
})

/**
 * The minimum number of requests of {@link read}: Droplets, those with a GPU, and autoscale pools, 200 a request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const minimumRequests = 3

/**
 * Lists what refers to the images of the account. If a listing fails, this fails with its error: then no image is known to
 * be unused. With `evenIfInUse` nothing is listed, and only tags protect an image.
 *
 * @category constructors
 * @since 0.1.0
 */
export const read = Effect.fn("Usage.read")(function* (
  options: { readonly evenIfInUse?: boolean | undefined } = {}
): Effect.fn.Return<Usage, DigitalOceanError, Droplets | AutoscalePools> {
  const readAt = yield* ServerTime.now
  if (options.evenIfInUse === true) return onlyProtection(readAt)
  const droplets = yield* Droplets
  const pools = yield* AutoscalePools
  return of({
    readAt,
    // a pool that is created in between is in its listing, and its Droplets are created from its image
    droplets: yield* Stream.runCollect(droplets.list()),
    pools: yield* Stream.runCollect(pools.list())
  })
})

/**
 * Like {@link read}, with the actions in progress on these images: at most one request for each, or one for all.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readFor = Effect.fn("Usage.readFor")(function* (
  images: ReadonlyArray<Image.Id>,
  options: { readonly evenIfInUse?: boolean | undefined } = {}
): Effect.fn.Return<Usage, DigitalOceanError, Images | Actions | Droplets | AutoscalePools> {
  const usage = yield* read(options)
  if (options.evenIfInUse === true) return usage
  const byImage = new Map(usage.byImage)
  for (const [id, action] of yield* Ensure.actionsInProgress(images)) {
    byImage.set(String(id), [...(byImage.get(String(id)) ?? []), ofAction(action)])
  }
  return { ...usage, byImage }
})

/**
 * Returns what refers to an image and what protects it. An image without any may be deleted.
 *
 * @category getters
 * @since 0.1.0
 */
export const referencesTo = (
  { byImage, ofAny, onlyProtection, readAt }: Usage,
  image: Candidate
): ReadonlyArray<Reference> => [
  ...protections(image.tags, readAt).filter(({ _tag }) => !(onlyProtection && _tag === "Channel")),
  ...(byImage.get(String(image.id)) ?? []),
  ...(image.slug == null ? [] : (byImage.get(image.slug) ?? [])),
  ...ofAny
]

/**
 * Returns what the tags of an image, or of a snapshot of a volume, protect it with at a time.
 *
 * @category getters
 * @since 0.1.0
 */
export const protections = (tags: ReadonlyArray<string> | null, now: DateTime.Utc): ReadonlyArray<Reference> => {
  if (tags === null) return [{ _tag: "TagsNotVisible" }]
  const today = DateTime.formatIso(now).slice(0, 10)
  return tags.flatMap((tag): ReadonlyArray<Reference> => {
    const lower = tag.toLowerCase()
    if (lower === protectedTag) return [{ _tag: "Protected" }]
    if (lower.startsWith(channelPrefix)) return [{ _tag: "Channel", name: tag.slice(channelPrefix.length) }]
    if (!lower.startsWith(expires)) return []
    const day = tag.slice(expires.length)
    return isDay(day) && day <= today ? [] : [{ _tag: "Expires", day }]
  })
}

/**
 * Whether a tag protects an image: `protected`, or `expires:` with a day.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isProtection = (tag: string): boolean =>
  tag.toLowerCase() === protectedTag || tag.toLowerCase().startsWith(expires)

/**
 * Whether a text is a day such as `2026-12-31`.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDay = (text: string): boolean => {
  const millis = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text)
}

/**
 * Deletes an image, unless something refers to it or protects it: then fails with `ImageInUse`. An image that is deleted
 * already is `Satisfied`.
 *
 * **Details**
 *
 * - `usage`: what {@link readFor} read of the account a moment ago; by default it is read now
 * - `evenIfInUse`: delete it also if something refers to it; its tags protect it all the same
 * - the other options are those of `Ensure.deletion`
 *
 * @category combinators
 * @since 0.1.0
 */
export const deletion = Effect.fn("Usage.deletion")(function* (
  image: Image.Image,
  { evenIfInUse, usage, ...options }: DeletionOptions = {}
): Effect.fn.Return<
  Ensure.Requested<null> | Ensure.Joined<null> | Ensure.Satisfied,
  DigitalOceanError | ImageInUse,
  Images | Actions | Droplets | AutoscalePools
> {
  const references = referencesTo(usage ?? (yield* readFor([image.id], { evenIfInUse })), image)
  if (references.length > 0) return yield* new ImageInUse({ image: image.id, references })
  return yield* Ensure.deletion(image, options)
})

/**
 * Options of {@link deletion}.
 *
 * @category options
 * @since 0.1.0
 */
export interface DeletionOptions extends Ensure.Options {
  /** what was read of the account a moment ago; by default it is read now */
  readonly usage?: Usage | undefined
  /** delete it also if something refers to it; its tags protect it all the same */
  readonly evenIfInUse?: boolean | undefined
}

/**
 * Returns an action in progress on an image as a reference to it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofAction = ({ id, type }: Action.Action): Reference => ({ _tag: "Action", id, type })

/**
 * Whether a reference is known to be one to the image, and not only possible.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isCertain = (reference: Reference): boolean =>
  reference._tag !== "TagsNotVisible" && !("isCertain" in reference && !reference.isCertain)

/**
 * Formats a reference as a reason to keep an image, not sanitized: `template of autoscale pool web`.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (reference: Reference): string => {
  switch (reference._tag) {
    case "Droplet":
      return reference.isCertain
        ? `image of Droplet ${reference.name} (${reference.id})`
        : `Droplet ${reference.name} (${reference.id}) may be created from it: its image is not returned`
    case "AutoscalePool":
      return reference.isCertain
        ? `template of autoscale pool ${reference.name}`
        : `autoscale pool ${reference.name} may create Droplets from it: its image is not returned`
    case "Action":
      return `an action is in progress on it: ${reference.type || "of an unknown type"}`
    case "Channel":
      return `image of channel ${reference.name}`
    case "Protected":
      return "protected"
    case "Expires":
      return isDay(reference.day)
        ? `protected until ${reference.day}`
        : `protected: its tag ${expires}${reference.day} names no day`
    case "TagsNotVisible":
      return "its tags are not visible, and may protect it: the token needs tag:read"
  }
}
