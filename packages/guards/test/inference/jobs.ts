// Type tests, checked by the compiler (npm run check:types). Nothing here is executed.
import type {
  Action,
  Actions,
  AutoscalePools,
  DigitalOceanError,
  Droplets,
  Images,
  Snapshots
} from "@effect-digitalocean/client"
import { type Event, type Outcome, Replicate, Report, Rotate, Verify } from "@effect-digitalocean/jobs"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Failure = DigitalOceanError.DigitalOceanError
type Services = Images.Images | Actions.Actions

type ReplicateFailure = Replicate.RunError

/** `plan` only reads, `run` never fails, and `execute` returns a report. */
export const replicate = (options: Replicate.Options): void => {
  type Item = Replicate.Item
  expectTypeOf(Replicate.plan(options)).toEqualTypeOf<Effect.Effect<Replicate.Plan, Failure, Services>>()
  expectTypeOf<ReturnType<typeof Replicate.run>>().toEqualTypeOf<
    Stream.Stream<Event.Event<Item, Action.Action, ReplicateFailure>, never, Services>
  >()
  expectTypeOf(Replicate.execute(options)).toEqualTypeOf<
    Effect.Effect<Report.Report<Item, Action.Action, ReplicateFailure>, Failure, Services>
  >()
  expectTypeOf<Item["verb"]>().toEqualTypeOf<"transfer" | "convert">()
}

/** A job with an argument that cannot be stored requires it; one without can be run by its plan alone. */
export const verify = (plan: Verify.Plan, rotation: Rotate.Plan): void => {
  expectTypeOf(Rotate.run(rotation)).toEqualTypeOf<
    Stream.Stream<
      Rotate.Event,
      never,
      Images.Images | Snapshots.Snapshots | Actions.Actions | Droplets.Droplets | AutoscalePools.AutoscalePools
    >
  >()
  // @ts-expect-error the check is missing
  void Verify.run(plan)
}

/** A report is collected from the events of a run, and can fail with what is left to do. */
export const report = (plan: Replicate.Plan): void => {
  type Replicated = Report.Report<Replicate.Item, Action.Action, ReplicateFailure>
  const report = Report.of(Replicate.run(plan))
  expectTypeOf(report).toEqualTypeOf<Effect.Effect<Replicated, never, Services>>()
  expectTypeOf(Effect.flatMap(report, Report.orFail)).toEqualTypeOf<
    Effect.Effect<Replicated, Report.Incomplete, Services>
  >()
}

/** The outcomes of an item are distinguished by their tags. */
export const outcome = (outcome: Outcome.Outcome<"value", "error">): void => {
  if (outcome._tag === "Done") expectTypeOf(outcome.value).toEqualTypeOf<"value">()
  if (outcome._tag === "Failed") expectTypeOf(outcome.error).toEqualTypeOf<"error">()
  expectTypeOf(outcome._tag).toEqualTypeOf<"Done" | "Skipped" | "Failed" | "TimedOut">()
}
