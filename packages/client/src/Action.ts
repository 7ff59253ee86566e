/**
 * Model of an action: an operation of DigitalOcean on an image or another resource.
 *
 * A long-running operation, such as a transfer, returns an action immediately. Its status changes from `in-progress` to
 * `completed` or `errored` minutes or hours later. An action contains neither the reason of an error nor the id of a
 * resource that it created.
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
 * An action's status. Accepts any string; an unknown status is treated as in progress.
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
 * The type of an action: `transfer`, `convert`, `snapshot` and others.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Type = openEnum(["convert", "transfer", "snapshot", "create", "destroy", "rebuild", "restore"])

/**
 * The type of an action.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = typeof Type.Type

/**
 * An action, as returned by the API.
 *
 * **Details**
 *
 * `completed_at` is null while the action is in progress, and can be null when it is done: only `status` says whether
 * it is done. `resource_id` is the id of its resource (an image if `resource_type` is `image`).
 *
 * Source: https://docs.digitalocean.com/reference/api/digitalocean/#tag/Actions
 *
 * @category models
 * @since 0.1.0
 */
export interface Action {
  /** the id of the action */
  readonly id: Id
  /** whether it is in progress, has completed or has errored */
  readonly status: Status
  /** what is done, such as `transfer` */
  readonly type: Type
  /** when it was started, in whole seconds by DigitalOcean's clock */
  readonly started_at: DateTime.Utc
  /**
   * when it completed or errored; null while it is in progress, and sometimes null after it has completed: use `status`
   */
  readonly completed_at: DateTime.Utc | null
  /** the id of the image, Droplet or volume that is changed; null if it has a UUID or was deleted */
  readonly resource_id: number | null
  /** the type of the resource: `image`, `droplet`, `volume` ... */
  readonly resource_type: string
  /** the region of the action; null if the response contains none */
  readonly region: Region.Region | null
  /** the slug of the region; null if the response contains none */
  readonly region_slug: Region.Slug | null
}

/**
 * Schema for {@link Action}. Its id, status and `started_at` are required; any other missing field decodes to null or
 * an empty string.
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
 * Returns the id of an action, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
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
 * Returns `true` if the action completed successfully.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isCompleted = hasStatus("completed")

/**
 * Returns `true` if the action failed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isErrored = hasStatus("errored")

/**
 * Returns `true` if the action is done: it completed or errored.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDone = (action: Action): boolean => isCompleted(action) || isErrored(action)

/**
 * Returns `true` if the action is not done. An unknown status is treated as in progress.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isInProgress = (action: Action): boolean => !isDone(action)

/**
 * Returns `true` if the resource of the action is an image.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isImageAction = (action: Action): boolean =>
  action.resource_type.toLowerCase() === "image" && action.resource_id !== null
