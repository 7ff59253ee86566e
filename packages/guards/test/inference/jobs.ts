// Type tests, checked by the compiler (npm run check:types). Nothing here is executed.
import type {
  Action,
  Actions,
  DigitalOceanError,
  Ensure,
  Image,
  Images,
  Region,
  Snapshots
} from "@effect-digitalocean/client"
import {
  type Event,
  type Outcome,
  type Plan,
  Replicate,
  Report,
  type Retention,
  Rotate,
  type Series
} from "@effect-digitalocean/jobs"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Failure = DigitalOceanError.DigitalOceanError
type Services = Images.Images | Actions.Actions

/** The time-outs are an outcome of their own (`TimedOut`), so they are no error of an item. */
type ReplicateFailure =
  | Failure
  | Replicate.NotTransferable
  | Ensure.NotABackup
  | Actions.ActionErrored
  | Actions.ActionNotFound

/** `plan` only reads, `run` never fails, and the whole job returns a report. */
export const replicate = (options: Replicate.Options): void => {
  type Item = Replicate.Item
  expectTypeOf(Replicate.plan(options)).toEqualTypeOf<Effect.Effect<Plan.Plan<Item>, Failure, Images.Images>>()
  expectTypeOf<ReturnType<typeof Replicate.run>>().toEqualTypeOf<
    Stream.Stream<Event.Event<Item, Action.Action, ReplicateFailure>, never, Services>
  >()
  expectTypeOf(Replicate.replicate(options)).toEqualTypeOf<
    Effect.Effect<Report.Report<Item, Action.Action, ReplicateFailure>, Failure, Services>
  >()
  expectTypeOf<Item["image"]>().toEqualTypeOf<Image.Id>()
  expectTypeOf<Item["region"]>().toEqualTypeOf<Region.Slug | null>()
}

/** A job that runs another program first has its errors and requirements too. */
export const rotate = (options: Rotate.Options, first: Effect.Effect<1, "error", "service">): void => {
  type PlanFailure = Failure | Series.InvalidSeries | Retention.InvalidRetention | Retention.TagsNotVisible
  type Rotated = Report.Report<Rotate.Item, null, PlanFailure>
  expectTypeOf(Rotate.rotate(options)).toEqualTypeOf<
    Effect.Effect<Rotated, PlanFailure, Images.Images | Snapshots.Snapshots>
  >()
  expectTypeOf(Rotate.rotate(options, { first })).toEqualTypeOf<
    Effect.Effect<Rotated, "error" | PlanFailure, "service" | Images.Images | Snapshots.Snapshots>
  >()
}

/** A report is collected from the events of a run, and can fail with what is left to do. */
export const report = (plan: Plan.Plan<Replicate.Item>): void => {
  type Replicated = Report.Report<Replicate.Item, Action.Action, ReplicateFailure>
  const report = Report.of(Replicate.run(plan))
  expectTypeOf(report).toEqualTypeOf<Effect.Effect<Replicated, never, Services>>()
  expectTypeOf(Effect.flatMap(report, Report.orFail)).toEqualTypeOf<
    Effect.Effect<Replicated, Report.Incomplete, Services>
  >()
}

/** The outcomes of an item are told apart by their tags. */
export const outcome = (outcome: Outcome.Outcome<"value", "error">): void => {
  if (outcome._tag === "Done") expectTypeOf(outcome.value).toEqualTypeOf<"value">()
  if (outcome._tag === "Failed") expectTypeOf(outcome.error).toEqualTypeOf<"error">()
  expectTypeOf(outcome._tag).toEqualTypeOf<"Done" | "Skipped" | "Failed" | "TimedOut">()
}
