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
  /** the id of the action */
  id: Schema.Int,
  /** whether it is in progress, has completed or has errored */
  status: Schema.String,
  /** what is done, such as `transfer` */
  type: Schema.String,
  /** when it was started, in whole seconds by DigitalOcean's clock */
  started_at: text("date-time"),
  /**
   * when it completed or errored; null while it is in progress, and sometimes null after it has completed: use `status`
   */
  completed_at: Schema.NullOr(text("date-time")),
  /** the id of the image, Droplet or volume that is changed; null if it has a UUID or was deleted */
  resource_id: Schema.NullOr(Schema.Int),
  /** the type of the resource: `image`, `droplet`, `volume` ... */
  resource_type: Schema.String,
  /** the region of the action; null if the response contains none */
  region: Schema.optionalKey(Schema.NullOr(Region)),
  /** the slug of the region */
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
