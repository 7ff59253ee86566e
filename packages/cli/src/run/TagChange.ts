/**
 * Tags images, or removes a tag from them, by one request for all.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"

/**
 * Schema of a row of the result.
 *
 * @since 0.1.0
 */
export const Result = Schema.Struct({ id: Schema.Int, name: Schema.String, tag: Schema.String, result: Schema.String })

/** The fields of the result. */
export const fields = Object.keys(Result.fields)

/**
 * A change of tags: its endpoint, what sends it, and which images it leaves as they are.
 *
 * @since 0.1.0
 */
export interface Change {
  readonly does: string
  readonly endpoint: typeof Tags.endpoints.tag | typeof Tags.endpoints.untag
  readonly send: (
    tags: Tags.Tags["Service"],
    tag: string,
    resources: ReadonlyArray<Tag.Resource>
  ) => Effect.Effect<void, DigitalOceanError>
  readonly isDone: (hasTag: boolean) => boolean
  readonly done: string
  readonly already: string
}

/**
 * Applies the change, or prints its request.
 *
 * @since 0.1.0
 */
export const apply = Effect.fnUntraced(function* (
  change: Change,
  { images, tag }: { readonly images: ReadonlyArray<Image.Image>; readonly tag: string },
  options: { readonly dryRun: boolean }
) {
  const isDone = (image: Image.Image) => change.isDone(Image.hasTag(tag)(image))
  const needed = images.filter((image) => !isDone(image))
  const resources = needed.map(Tag.image)
  if (options.dryRun) {
    return yield* Plan.print(
      needed.map((image) => ({
        resource: image,
        does: change.does,
        request: RequestDescription.of(change.endpoint, { path: { tag_id: tag }, body: { resources } })
      }))
    )
  }
  if (needed.length > 0) yield* Tags.Tags.use((tags) => change.send(tags, tag, resources))
  const rows = images.map((image) =>
    Rows.own({ id: image.id, name: image.name, tag, result: isDone(image) ? change.already : change.done })
  )
  return yield* Output.rows(rows, fields)
})
