/**
 * The items of a job as rows: of its plan, and of what became of them.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Item from "@effect-digitalocean/jobs/Item"
import * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as Schema from "effect/Schema"
import * as ErrorReport from "../errors/ErrorReport.ts"
import * as Rows from "../output/Rows.ts"
import type * as JobFields from "./JobFields.ts"

/**
 * The row of an item of a plan.
 *
 * @since 0.1.0
 */
export const planned = (item: Item.Item) => {
  const row: typeof JobFields.Planned.Type = {
    do: Item.words(item).what,
    ...aboutOf(item),
    action_id: item.action,
    reason: reasonOf(item),
    requests: item.changes,
    usd_month: Number(item.cost.usd.toFixed(4))
  }
  return Rows.own(row)
}

/**
 * The row of what became of an item. `action` is the action that it waited for.
 *
 * @since 0.1.0
 */
export const result = (
  item: Item.Item,
  outcome: Outcome.Outcome<unknown, Outcome.TaggedError>,
  action: Action.Id | undefined
) => {
  const error = Outcome.isSuccess(outcome) ? undefined : outcome.error
  const value = outcome._tag === "Done" ? outcome.value : undefined
  const created = { ...(isImage(value) ? { image_id: value.id } : isDroplet(value) ? { droplet_id: value.id } : {}) }
  const row: typeof JobFields.Result.Type = {
    did: item.verb,
    ...aboutOf(item),
    ...created,
    action_id: action ?? (isAction(value) ? value.id : item.action),
    status: statuses[outcome._tag],
    error_code: error === undefined ? null : ErrorReport.codeOf(error),
    message: outcome._tag === "Skipped" ? outcome.reason : (error?.message ?? null)
  }
  return Rows.own(row)
}

const statuses = { Done: "done", Skipped: "skipped", Failed: "failed", TimedOut: "timed_out" } as const

/** The region of an item that is worked on has a field of its own. */
const reasonOf = (item: Item.Item): string | null =>
  (Item.isWork(item) ? Item.words(item).note : Item.details(item)) || null

const aboutOf = (item: Item.Item) => {
  const { droplet_id, image_id, name, new_name, region, tag } = Item.facts(item)
  return { image_id, droplet_id, name, new_name, region, tag }
}

const isImage = Schema.is(Image.Image)
const isDroplet = Schema.is(Droplet.Droplet)
const isAction = Schema.is(Action.Action)
