import * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Schema from "effect/Schema"
import { DropletLeftOff } from "../../Cleanup.ts"
import * as Cost from "../../Cost.ts"
import * as JobItem from "../../Item.ts"
import * as JobPlan from "../../Plan.ts"
import * as Retention from "../../Retention.ts"
import * as Rotate from "../../Rotate.ts"
import { DropletRef, RegionRef } from "../options/refs.ts"
import { DurationInput } from "../options/time.ts"
import { UnknownName } from "../unknownName.ts"
import { waitErrors } from "../waitErrors.ts"
import { InvalidRelease, Unfit } from "./errors.ts"

/** Documented at `Release`. */
export const Options = Schema.Struct({
  droplet: DropletRef,
  series: Schema.String,
  name: Schema.optional(Schema.String),
  regions: Schema.optional(Schema.Array(RegionRef)),
  tags: Schema.optional(Schema.Array(Schema.String)),
  retire: Schema.optional(Retention.Options),
  evenIfInUse: Schema.optional(Schema.Boolean),
  powerOff: Schema.optional(Schema.Boolean),
  powerOn: Schema.optional(Schema.Boolean),
  waitForEvents: Schema.optional(DurationInput),
  disk: Schema.optional(Schema.Number),
  resume: Schema.optional(DurationInput),
  imageVisibilityTimeout: Schema.optional(DurationInput),
  concurrency: Schema.optional(Schema.Number),
  prices: Schema.optional(Cost.Prices)
})

/** Documented at `Release`. */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/** Documented at `Release`. */
export interface Arguments {
  /** how to wait for the snapshot, for power actions and for each transfer */
  readonly wait?: Actions.AwaitOptions | undefined
}

/** Documented at `Release`. */
export const Step = JobItem.schema(["power_off", "snapshot", "power_on", "check", "transfer", "arrive", "tag"])

/** Documented at `Release`. */
export interface Step extends Schema.Schema.Type<typeof Step> {}

/** Documented at `Release`. */
export const Item = Schema.Union([Rotate.Item, Step])

/** Documented at `Release`. */
export type Item = Step | Rotate.Item

/** Whether an item is a step, and not an older release. */
export const isStep = (item: Item): item is Step => item.verb !== "delete"

/** Documented at `Release`. */
export const Plan = Schema.Struct({
  ...JobPlan.fields(Item, Options),
  droplet: Droplet.Id,
  dropletName: Schema.String,
  name: Schema.String,
  plannedAt: Schema.DateTimeUtcFromString,
  known: Schema.Array(Image.Id),
  image: Schema.NullOr(Image.Id),
  retire: Schema.NullOr(Rotate.Plan)
})

/** Documented at `Release`. */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

/** Documented at `Release`. */
export const PlanError = Schema.Union([...Rotate.PlanError.members, InvalidRelease, UnknownName])

/** Documented at `Release`. */
export type PlanError = typeof PlanError.Type

/** Documented at `Release`. */
export const RunError = Schema.Union([
  ...waitErrors,
  ...Rotate.PlanError.members,
  Droplet.EventPending,
  Droplet.SnapshotNotFound,
  DropletLeftOff,
  Unfit,
  UnknownName
])

/** Documented at `Release`. */
export type RunError = typeof RunError.Type

/** Documented at `Release`. */
export const Value = Schema.Union([Image.Image, Action.Action, Schema.Null])

/** Documented at `Release`. */
export type Value = typeof Value.Type
