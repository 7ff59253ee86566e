/**
 * Commands that put tags on images of the account, or remove them.
 *
 * @since 0.1.0
 */
import type * as Image from "@effect-digitalocean/client/Image"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Output from "../output/Output.ts"
import type * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import { applyChanges } from "./Changes.ts"

/**
 * An image, and the tags to put on it or to remove.
 *
 * @since 0.1.0
 */
export interface TagChange {
  readonly image: Image.Image
  readonly tags: ReadonlyArray<string>
}

/**
 * The requests of a change, for `--dry-run`.
 *
 * @since 0.1.0
 */
export const stepsOf = ({ image, tags }: TagChange, method: "POST" | "DELETE"): ReadonlyArray<Plan.Step> =>
  tags.map((tag) => ({
    resource: image,
    does: method === "POST" ? `tag with ${tag}` : `remove the tag ${tag}`,
    request: RequestDescription.of(method === "POST" ? Tags.endpoints.tag : Tags.endpoints.untag, {
      path: { tag_id: tag },
      body: { resources: [Tag.image(image)] }
    })
  }))

/**
 * Changes the tags of images, and prints the images; with `dryRun` prints the requests.
 *
 * @since 0.1.0
 */
export const changeTags = <E, R>(
  changes: ReadonlyArray<TagChange & { readonly run: Effect.Effect<unknown, E, R> }>,
  options: { readonly dryRun: boolean; readonly verb: "POST" | "DELETE"; readonly what: string }
) => {
  const { dryRun, verb, what } = options
  const steps = changes.flatMap((change) =>
    stepsOf(change, verb).map((step, i) => ({
      ...step,
      run: i === 0 ? Effect.as(change.run, withTags(change, verb)) : Effect.succeed(withTags(change, verb))
    }))
  )
  return applyChanges(steps, {
    dryRun,
    what,
    print: (images) =>
      Output.rows(
        [...new Map(images.map((image) => [image.id, image])).values()].map(Rows.image),
        ["id", "name", "tags"],
        "nothing to do"
      )
  })
}

const withTags = ({ image, tags }: TagChange, verb: "POST" | "DELETE"): Image.Image => {
  if (image.tags === null) return image
  const others = image.tags.filter((tag) => !tags.includes(tag))
  return { ...image, tags: verb === "POST" ? [...others, ...tags] : others }
}
