/**
 * Models of the client in DigitalOcean's own form, as rows to print, and the columns a table shows of each.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"
import type * as Columns from "./Columns.ts"
import type { Row } from "./Output.ts"
import * as Secrets from "../text/Secrets.ts"

/**
 * A row of doimg's own words: a plan, an outcome. Without secrets, which the row of a model keeps.
 */
export const own = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [field, Secrets.removeAll(value)]))

const encodeImage = Schema.encodeSync(Image.Image)
const encodeAction = Schema.encodeSync(Action.Action)

export const image = (image: Image.Image): Row => ({ ...encodeImage(image) })

/** The names of a model's fields, in the order of its rows. */
export const fieldsOf = (model: { readonly from: { readonly fields: object } }): ReadonlyArray<string> =>
  Object.keys(model.from.fields)

export const imageFields = fieldsOf(Image.Image)

/** DigitalOcean's own images are known by their slugs. */
export const publicColumns: ReadonlyArray<Columns.Choice> = [
  "id",
  "slug",
  { field: "name", leaveOut: 70 },
  ...["distribution", "type", "regions", "size_gigabytes", "created_at"]
]

/** The account's images have no slug, and their tags matter. */
export const imageColumns: ReadonlyArray<Columns.Choice> = [
  ...["id", "name", "type", "distribution"],
  { field: "status", leaveOut: 35 },
  ...["regions", "size_gigabytes", "tags", "created_at"]
]

export const action = (action: Action.Action): Row => ({ ...encodeAction(action) })

export const actionFields = fieldsOf(Action.Action)

export const actionColumns = [
  "id",
  "status",
  "type",
  "resource_type",
  "resource_id",
  "region_slug",
  "started_at",
  "completed_at"
]
