/**
 * Actions: what DigitalOcean is doing, or has done, to an image or another resource.
 *
 * An action is the only handle on long work: a transfer answers with one at once, and it changes its status from
 * `in-progress` to `completed` or `errored` minutes or hours later. An action never says why it errored, and never
 * names what it made.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { id, idOrNone, refId } from "./internal/model/id.ts"
import { lenient, model, Timestamp, timestamp, timestampOrNull } from "./internal/model/model.ts"
import { openEnum } from "./internal/model/openEnum.ts"
import * as Region from "./Region.ts"

/**
 * An action's id.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = id.pipe(Schema.brand("ActionId"))

/**
 * An action's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * An action's status. Any string decodes; one that is not known counts as unfinished.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Status = openEnum(["in-progress", "completed", "errored"])

/**
 * An action's status.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type

/**
 * What an action does: `transfer`, `convert`, `snapshot` and others.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type = openEnum(["convert", "transfer", "snapshot", "create", "destroy", "rebuild", "restore"])

/**
 * What an action does.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = typeof Type.Type

/**
 * An action as DigitalOcean describes it.
 *
 * **Details**
 *
 * `completed_at` is null while it runs, and may be null after it: `status` says whether it ended. `resource_id` is the id of what it works on (an image when `resource_type` is
 * `image`).
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions
 *
 * @category models
 * @since 0.1.0
 */
export interface Action {
  readonly id: Id
  readonly status: Status
  readonly type: Type
  readonly started_at: DateTime.Utc
  readonly completed_at: DateTime.Utc | null
  readonly resource_id: number | null
  readonly resource_type: string
  readonly region: Region.Region | null
  readonly region_slug: Region.Slug | null
}

/**
 * The schema of an {@link Action}. Its id, status and `started_at` must be there; what else is absent reads as null or
 * empty.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Action = model(
  "Action",
  {
    id: Id,
    status: Status,
    type: lenient(Type),
    started_at: Schema.String,
    completed_at: lenient(Timestamp),
    resource_id: lenient(idOrNone),
    resource_type: lenient(Schema.String),
    region: lenient(Region.Region),
    region_slug: lenient(Region.Slug)
  },
  {
    is: (u): u is Action =>
      Predicate.hasProperty(u, "started_at") && DateTime.isDateTime(u.started_at) && Predicate.hasProperty(u, "status"),
    decode: (wire) => ({
      id: wire.id,
      status: wire.status,
      type: wire.type ?? "",
      started_at: timestamp("started_at", wire.started_at),
      completed_at: timestampOrNull("completed_at", wire.completed_at),
      resource_id: wire.resource_id || null,
      resource_type: wire.resource_type ?? "",
      region: wire.region ?? null,
      region_slug: wire.region_slug ?? null
    }),
    encode: (action) => ({
      ...action,
      started_at: DateTime.formatIso(action.started_at),
      completed_at: action.completed_at === null ? null : DateTime.formatIso(action.completed_at)
    })
  }
)

/**
 * An action, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = Action | Id | number

/**
 * Returns the id of an action that is given as a model or as an id. The id is not checked here: an operation refuses an invalid
 * one with `InvalidInput` before it sends anything.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf: (action: Ref) => Id = refId

const hasStatus =
  (status: string) =>
  (action: Action): boolean =>
    action.status.toLowerCase() === status

/**
 * True when the action ended well.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isCompleted = hasStatus("completed")

/**
 * True when the action ended badly.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isErrored = hasStatus("errored")

/**
 * True when the action has ended, well or badly.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDone = (action: Action): boolean => isCompleted(action) || isErrored(action)

/**
 * True while the action has not ended. A status nobody knows counts as unfinished.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isInProgress = (action: Action): boolean => !isDone(action)

/**
 * True when the action works on an image.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isImageAction = (action: Action): boolean =>
  action.resource_type.toLowerCase() === "image" && action.resource_id !== null
