import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import type * as Image from "@effect-digitalocean/client/Image"
import type * as Region from "@effect-digitalocean/client/Region"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { DropletLeftOff } from "../../Cleanup.ts"
import type * as Cost from "../../Cost.ts"
import type * as Plan from "../../Plan.ts"
import type * as Replicate from "../../Replicate.ts"
import type * as Retention from "../../Retention.ts"
import type * as Rotate from "../../Rotate.ts"
import type { Unfit } from "./errors.ts"
import type * as Steps from "../steps.ts"
import type { UnknownName } from "../unknownName.ts"

/** Documented at `Release`. */
export interface Options {
  readonly droplet: Droplet.Ref
  readonly series: string
  readonly name?: string | undefined
  readonly regions?: ReadonlyArray<Region.Ref> | undefined
  readonly tags?: ReadonlyArray<string> | undefined
  readonly retire?: Retention.Options | undefined
  readonly powerOff?: boolean | undefined
  readonly powerOn?: boolean | undefined
  readonly waitForEvents?: Duration.Input | undefined
  readonly disk?: number | undefined
  readonly resume?: Duration.Input | undefined
  readonly prices?: Cost.Prices | undefined
}

/** Documented at `Release`. */
export interface RunOptions extends Replicate.RunOptions {
  readonly appears?: Duration.Input | undefined
}

/** Documented at `Release`. */
export interface Step
  extends Steps.Step<"power_off" | "snapshot" | "power_on" | "check" | "transfer" | "arrive" | "tag"> {}

/** Documented at `Release`. */
export type Item = Step | Rotate.Item

/** Documented at `Release`. */
export interface ReleasePlan extends Plan.Plan<Item> {
  readonly droplet: Droplet.Id
  readonly dropletName: string
  readonly name: string
  readonly plannedAt: DateTime.Utc
  readonly known: ReadonlyArray<Image.Id>
  readonly image: Image.Id | null
  readonly retire: Rotate.RotatePlan | null
  readonly options: Options
}

/** Documented at `Release`. */
export type RunError =
  | Rotate.PlanError
  | Droplet.EventPending
  | DropletLeftOff
  | Unfit
  | UnknownName
  | Actions.ActionErrored
  | Actions.ActionNotFound

/** Documented at `Release`. */
export type Value = Image.Image | Action.Action | null
