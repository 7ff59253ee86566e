/**
 * Tags on an image, put where they are missing.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Tag from "@effect-digitalocean/client/Tag"
import { Tags } from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Reconcile from "./Reconcile.ts"
import { TagsNotVisible } from "./Retention.ts"

/**
 * The tags of a list that an image does not carry, each once; fails when they are not visible.
 *
 * @category getters
 * @since 0.1.0
 */
export const missing = (
  image: Image.Image,
  tags: Iterable<string>
): Effect.Effect<ReadonlyArray<string>, TagsNotVisible> =>
  image.tags === null
    ? Effect.fail(new TagsNotVisible({ image: image.id, rule: "tags" }))
    : Effect.succeed([...new Set(tags)].filter((tag) => !Image.hasTag(tag)(image)))

/**
 * Puts a tag on an image, and makes the tag if there is none. When the outcome is unknown, the image is read again.
 *
 * `POST /v2/tags/{tag_id}/resources`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const put = Effect.fn("Tagging.put")(function* (
  image: Image.Ref,
  tag: string
): Effect.fn.Return<void, DigitalOceanError, Images | Tags> {
  const images = yield* Images
  const tags = yield* Tags
  const tagged = Effect.map(images.get(Image.idOf(image)), (now) =>
    Image.hasTag(tag)(now) ? Option.some(undefined) : Option.none<void>()
  )
  // a tag that was created a moment ago may not be visible yet
  const tagging = Effect.retry(tags.tag(tag, [Tag.image(image)]), {
    while: ({ reason }) => reason._tag === "NotFound",
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: "25 seconds" })
  })
  return yield* Reconcile.orFind(tagging, tagged)
})
