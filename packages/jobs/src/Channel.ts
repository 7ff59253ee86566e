/**
 * Channels: names such as `prod` for the image that is to be used now. A channel is the tag `channel:prod` on that image.
 *
 * {@link promote} puts the tag on another image before it removes it from the old one, so that a channel is never empty:
 * whoever looks up the channel in between finds both. An image of a channel is in use: see {@link Usage}.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Tag from "@effect-digitalocean/client/Tag"
import { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Usage from "./Usage.ts"

/**
 * Schema for the name of a channel: letters, digits, colons, dashes and underscores.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Name = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_:-]{1,247}$/, {
    message: "Expected 1 to 247 letters, digits, colons, dashes and underscores"
  })
)

/**
 * What a promotion changed: the images that were in the channel before and are not any more.
 *
 * @category models
 * @since 0.1.0
 */
export interface Promotion {
  /** the image that is in the channel now */
  readonly image: Image.Image
  /** the images that were in it before, and are not any more */
  readonly replaced: ReadonlyArray<Image.Image>
}

/**
 * Streams the images of a channel: one, or several while a promotion is in progress or after one that was interrupted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const list = (channel: string): Stream.Stream<Image.Image, DigitalOceanError, Images> =>
  Stream.unwrap(Effect.map(Images, (images) => images.list({ tag_name: Usage.channelTag(channel) })))

/**
 * Makes an image the one of a channel: tags it, and then removes the tag from the images that had it before. Run it again
 * after an interruption: it removes what is left. Of two promotions at the same time both images may stay.
 *
 * @category combinators
 * @since 0.1.0
 */
export const promote = Effect.fn("Channel.promote")(function* (
  channel: string,
  image: Image.Image
): Effect.fn.Return<Promotion, DigitalOceanError, Images | Tags> {
  const tag = Usage.channelTag(channel)
  const tags = yield* Tags
  // those that get the tag later were promoted by someone else, and stay
  const before = yield* Stream.runCollect(list(channel))
  yield* Ensure.tag(image, tag)
  const replaced = before.filter(({ id }) => id !== image.id)
  if (replaced.length > 0) yield* tags.untag(tag, replaced.map(Tag.image))
  return { image, replaced }
})
