import * as Schema from "effect/Schema"
import * as Action from "../../Action.ts"
import { DurationFromMillis } from "../model/durationFromMillis.ts"
import { echo } from "../response/echo.ts"
import { formatDuration } from "../model/formatDuration.ts"
import { taggedError } from "../model/taggedError.ts"

/**
 * The action has the status `errored`. The API does not return a reason: inspect the resource.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionErrored extends taggedError<ActionErrored>()("ActionErrored", {
  /** the last state of the action */
  action: Action.Action
}) {
  override get message(): string {
    return `${nameOf(this.action)} errored; DigitalOcean does not say why`
  }
}

/**
 * The timeout of a wait elapsed, or its schedule ended, before the action was done. The action continues at
 * DigitalOcean.
 *
 * **Details**
 *
 * `action` is the last known state, or null if no poll succeeded. To continue the wait, also in another process, await
 * `id`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionTimedOut extends taggedError<ActionTimedOut>()("ActionTimedOut", {
  /** the id of the action */
  id: Action.Id,
  /** the last known state; null if no poll returned any */
  action: Schema.NullOr(Action.Action),
  /** how long was waited */
  elapsed: DurationFromMillis,
  /** how many polls were sent */
  polls: Schema.Int
}) {
  /** Only the wait ended: DigitalOcean continues the work. */
  get isUnfinished(): true {
    return true
  }

  override get message(): string {
    const name = this.action === null ? `action ${this.id}` : nameOf(this.action)
    const status = this.action === null ? "has an unknown status" : `is ${echo(this.action.status)}`
    return `${name} ${status} after ${formatDuration(this.elapsed)} and ${this.polls} polls; await ${this.id} to continue`
  }
}

/**
 * The action was not found for `notFoundGracePeriod`. Before that, it may not be visible yet.
 *
 * @category errors
 * @since 0.1.0
 */
export class ActionNotFound extends taggedError<ActionNotFound>()("ActionNotFound", {
  /** the id of the action */
  id: Action.Id,
  /** the last known state; null if no poll returned any */
  action: Schema.NullOr(Action.Action)
}) {
  override get message(): string {
    return `action ${this.id} does not exist${this.action === null ? "" : " any more"}, or is not visible to this token`
  }
}

const nameOf = (action: Action.Action): string => {
  const { id, region_slug, resource_id, resource_type, type } = action
  const resource = resource_id === null ? "" : ` of ${echo(resource_type)} ${resource_id}`
  const region = region_slug === null ? "" : ` ${type === "transfer" ? "to" : "in"} ${echo(region_slug)}`
  return type === "" ? `action ${id}` : `action ${id} (${echo(type)}${resource}${region})`
}
