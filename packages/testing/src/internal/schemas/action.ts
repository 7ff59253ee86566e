import * as Schema from "effect/Schema"
import { nullable, text } from "./fields.ts"
import { page } from "./page.ts"
import { Region } from "./region.ts"

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export const Action = Schema.Struct({
  id: Schema.Int,
  status: Schema.String,
  type: Schema.String,
  started_at: text("date-time"),
  completed_at: Schema.NullOr(text("date-time")),
  resource_id: Schema.NullOr(Schema.Int),
  resource_type: Schema.String,
  region: Schema.optionalKey(Schema.NullOr(Region)),
  region_slug: nullable(Schema.String)
}).annotate({ identifier: "action" })

/**
 * An action as DigitalOcean writes it.
 *
 * @since 0.1.0
 */
export interface Action extends Schema.Schema.Type<typeof Action> {}

export const ActionBody = Schema.Struct({ action: Action })
export const Actions = Schema.Struct({ actions: Schema.Array(Action), ...page })
