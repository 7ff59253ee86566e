/**
 * What a command would do, before it does it: the requests that `--dry-run` prints.
 *
 * @since 0.1.0
 */
import type * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"
import * as Output from "./Output.ts"
import * as Rows from "./Rows.ts"

/**
 * One request that would change something.
 *
 * @since 0.1.0
 */
export interface Step {
  readonly image: Pick<Image.Image, "id" | "name">
  /** what it does, such as `transfer to sfo3` */
  readonly does: string
  readonly method: "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Schema of a printed request. `id` and `name` are of the image or the Droplet that it changes.
 *
 * @since 0.1.0
 */
export const Request = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  does: Schema.String,
  method: Schema.String,
  path: Schema.String,
  body: Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))
})

/** The fields of a printed plan. */
export const fields = Object.keys(Request.fields)

/**
 * Prints the plan on stdout, and sends nothing.
 *
 * @since 0.1.0
 */
export const print = (steps: ReadonlyArray<Step>) =>
  Output.rows(
    steps.map(({ body, does, image, method, path }) =>
      Rows.own({ id: image.id, name: image.name, does, method, path, body: body ?? null })
    ),
    fields,
    "nothing to do"
  )
