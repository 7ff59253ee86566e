/**
 * What a command would do, before it does it: the requests that `--dry-run` prints.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Output from "./Output.ts"
import * as Rows from "./Rows.ts"

/**
 * One request that would change something.
 *
 * @since 0.1.0
 */
export interface Step {
  /** the image or the Droplet that it changes */
  readonly resource: { readonly id: number; readonly name: string }
  /** what it does, such as `transfer to sfo3` */
  readonly does: string
  readonly request: Effect.Effect<RequestDescription.RequestDescription, DigitalOceanError>
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
export const print = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>) {
  const rows = yield* Effect.forEach(steps, ({ does, request, resource: { id, name } }) =>
    Effect.map(request, ({ body, method, path }) => Rows.own({ id, name, does, method, path, body }))
  )
  return yield* Output.rows(rows, fields, "nothing to do")
})
