import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type { CreateOptions, Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type * as Region from "@effect-digitalocean/client/Region"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Event from "../../Event.ts"
import * as Item from "../../Item.ts"
import * as Outcome from "../../Outcome.ts"
import type * as Plan from "../../Plan.ts"
import { idle, type Sequence, step, transferAll } from "../steps.ts"
import { checked } from "./check.ts"
import * as VerifyDroplet from "./droplet.ts"
import { type BootFailed, type CheckFailed, CleanupFailed } from "./errors.ts"
import * as Own from "./own.ts"

/** Documented at `Verify`. */
export interface Arguments<out A, out E = unknown, out R = never> {
  /** gets the active Droplet with its addresses; its error becomes `CheckFailed` */
  readonly check: (droplet: Droplet.Droplet) => Effect.Effect<A, E, R>
  /** how to wait for a transfer, and for the Droplet to become active; for the latter by default up to 30 minutes */
  readonly wait?: Actions.AwaitOptions | undefined
}

/** Documented at `Verify`. */
export interface Checked<out A> {
  readonly _tag: "Checked"
  /** what the check returned */
  readonly result: A
}

/** Documented at `Verify`. */
export type Value<A> = Action.Action | Droplet.Droplet | Checked<A> | null

type RunError =
  | DigitalOceanError
  | Actions.ActionErrored
  | Actions.ActionNotFound
  | Actions.ActionTimedOut
  | BootFailed
  | CheckFailed
  | CleanupFailed

type VerifyItem = Item.Item<"destroy" | "transfer" | "create" | "check">

interface VerifyPlan<out I extends VerifyItem> extends Plan.Plan<I, Options> {
  readonly image: Image.Image
  readonly region: Region.Slug
  readonly size: string
  readonly series: string
}

interface Options {
  readonly droplet?: Omit<CreateOptions, "image" | "region" | "size"> | undefined
  readonly checkTimeout?: Duration.Input | undefined
  readonly timeout?: Duration.Input | undefined
}

/** Works on the items of a plan one after the other. An interruption destroys the Droplet. */
export const runPlan = Effect.fnUntraced(function* <I extends VerifyItem, A, E, R>(
  plan: VerifyPlan<I>,
  emitter: Event.Emitter<I, Value<A>, RunError>,
  args: Arguments<A, E, R>
) {
  const own = Own.make(yield* VerifyDroplet.nameFor(plan.series, durationOf(plan.options, args.wait)))
  const sequence: Sequence<I, Value<A>, RunError> = { emitter, stopped: undefined }
  const steps = Effect.forEach(plan.items, (item) => runItem(item, plan, args, own, sequence), { discard: true })
  yield* Effect.onInterrupt(steps, () => Own.cleanUp(own))
})

const runItem = <I extends VerifyItem, A, E, R>(
  item: I,
  { image, options, region, series, size }: VerifyPlan<I>,
  { check, wait }: Arguments<A, E, R>,
  own: Own.Own,
  sequence: Sequence<I, Value<A>, RunError>
): Effect.Effect<unknown, never, Images | Droplets | Actions.Actions | R> => {
  const { emitter } = sequence
  if (!Item.isWork(item)) return Event.item(emitter, item, idle(item))
  switch (item.verb) {
    case "transfer":
      return transferAll(sequence, Ensure.inspectImage(image), [item], { wait })
    case "create":
      return step(sequence, item, (progressed) =>
        Effect.map(
          Own.boot(own, { ...options.droplet, image, region, size }, progressed, { timeout: bootTimeout, ...wait }),
          Outcome.done
        )
      )
    case "check":
      return step(sequence, item, () =>
        own.droplet === undefined
          ? Effect.succeed(Outcome.skipped(noDroplet))
          : Effect.map(checked(own.droplet, check, options.checkTimeout ?? checkTimeout), (result) =>
              Outcome.done<Value<A>>({ _tag: "Checked", result })
            )
      )
    case "destroy": {
      const { id } = item.subject
      return Event.item(emitter, item, () =>
        id === null ? destroyed(own) : VerifyDroplet.destroyLeftover(Droplet.idOf(id), series)
      )
    }
  }
}

const bootTimeout: Duration.Input = "30 minutes"
const checkTimeout: Duration.Input = "15 minutes"
const destroyTimeout: Duration.Input = "15 minutes"
const noDroplet = "no Droplet was created"

/** For how long the Droplet of a run may exist. */
const durationOf = (options: Options, wait: Actions.AwaitOptions | undefined): Duration.Duration =>
  options.timeout === undefined
    ? [wait?.timeout ?? bootTimeout, options.checkTimeout ?? checkTimeout, destroyTimeout]
        .map(Duration.fromInputUnsafe)
        .reduce(Duration.sum)
    : Duration.fromInputUnsafe(options.timeout)

/** Also destroys a Droplet of which only the name is known, because the response to its creation was lost. */
const destroyed = (own: Own.Own) =>
  Effect.map(Own.destroy(own), (existed) => (existed ? Outcome.done(null) : Outcome.skipped(noDroplet))).pipe(
    Effect.mapError(
      ({ message }) => new CleanupFailed({ droplet_name: own.name, droplet: own.droplet?.id ?? null, problem: message })
    )
  )
