/**
 * Hands an image over to another account or team: the image moves, and the sender does not have it any more.
 *
 * Both accounts take part, each with a `Context` of `DigitalOcean.make`: the sender offers the image, the recipient
 * accepts, and both are read until only the recipient has it. If the offer cannot be accepted, or the job is interrupted,
 * the offer is withdrawn.
 *
 * The progress follows from which account has the image, so the job can be run again after any crash. DigitalOcean does
 * not list offers, and only the response to an offer contains its id: a process that is killed between the offer and its
 * acceptance leaves an offer of unknown id. The next run offers again, and accepts that offer. It is not documented
 * whether DigitalOcean accepts a second offer; if it does not, the run ends with `OfferFailed` and nothing is lost: pass
 * the id from the outcome of `offer` to the next run as `transfer_id`, or accept or withdraw the offer in DigitalOcean's
 * control panel, and run again.
 *
 * If the user of the sender's token may accept for the recipient's team, DigitalOcean accepts immediately, and no offer is
 * ever pending.
 *
 * @since 0.1.0
 */
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { ImageTimedOut } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.ts"
import * as JobEvent from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import { accept } from "./internal/handOver/accept.ts"
import { Accounts, asSender } from "./internal/handOver/accounts.ts"
import { AcceptFailed, ConfirmationTimedOut, HandOverRejected, OfferFailed } from "./internal/handOver/errors.ts"
import * as ImageLocation from "./internal/handOver/imageLocation.ts"
import * as Offer from "./internal/handOver/offer.ts"
import { ImageRef } from "./internal/options/refs.ts"
import { DurationInput } from "./internal/options/time.ts"
import { idle, type Sequence, step } from "./internal/steps.ts"
import * as JobItem from "./Item.ts"
import * as Job from "./Job.ts"
import * as JobPlan from "./Plan.ts"
import type * as JobReport from "./Report.ts"

export {
  /**
   * The two accounts, `from` and `to`, each with the services of its own client, as `DigitalOcean.make` returns them.
   *
   * **Details**
   *
   * The sender's token needs `image:read`, `image:update`, `image:delete`; the recipient's `image:read`, `image:create`,
   * and `account:read` unless `recipient_uuid` is given.
   *
   * @category services
   * @since 0.1.0
   */
  Accounts
}

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** the image to hand over */
  image: ImageRef,
  /** the team that gets it, by default the one of the recipient's token */
  recipient_uuid: Schema.optional(Schema.String),
  /** of an offer that an earlier run made, to accept it instead of making another */
  transfer_id: Schema.optional(Schema.Number),
  /** convert a backup to a snapshot first, as only snapshots can be handed over. By default a backup is refused. */
  convertBackups: Schema.optional(Schema.Boolean),
  /** how long both accounts may take to show that the image has moved, by default 10 minutes */
  confirm: Schema.optional(DurationInput),
  /** what images cost, by default `Cost.prices` */
  prices: Schema.optional(Cost.Prices)
})

/**
 * What to hand over, and how.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * How to run.
 *
 * @category options
 * @since 0.1.0
 */
export interface Arguments {
  /** how to wait for the conversion, and for other actions on the image */
  readonly wait?: Actions.AwaitOptions<unknown> | undefined
}

/**
 * Schema for an {@link Item}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Item = JobItem.schema(["convert", "offer", "accept"])

/**
 * A step. `target` is the team that gets the image. The only item of an image that has moved already is a skipped `offer`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Schema.Schema.Type<typeof Item> {}

/**
 * Schema for a {@link Plan}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Plan = Schema.Struct({
  ...JobPlan.fields(Item, Options),
  /** the UUID of the recipient's team */
  recipient_uuid: Schema.String
})

/**
 * A plan to hand over an image, and to which team.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

export {
  /**
   * The image cannot be handed over. Nothing has been changed.
   *
   * @category errors
   * @since 0.1.0
   */
  HandOverRejected,
  /**
   * DigitalOcean rejected the offer, or it is not known whether it was made: an offer of unknown id may be pending.
   *
   * @category errors
   * @since 0.1.0
   */
  OfferFailed,
  /**
   * The recipient could not accept. `isWithdrawn` is true if the offer was withdrawn; otherwise it may be pending.
   *
   * @category errors
   * @since 0.1.0
   */
  AcceptFailed,
  /**
   * The image was accepted, and the accounts did not show it in time. Run again to check again.
   *
   * @category errors
   * @since 0.1.0
   */
  ConfirmationTimedOut
}

/**
 * Schema for why there is no plan. Nothing has been changed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PlanError = Schema.Union([DigitalOceanError, HandOverRejected])

/**
 * Why there is no plan. Nothing has been changed.
 *
 * @category models
 * @since 0.1.0
 */
export type PlanError = typeof PlanError.Type

/**
 * Schema for why a step failed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RunError = Schema.Union([
  DigitalOceanError,
  Ensure.NotABackup,
  Actions.ActionErrored,
  Actions.ActionNotFound,
  Actions.ActionTimedOut,
  ImageTimedOut,
  OfferFailed,
  AcceptFailed,
  ConfirmationTimedOut
])

/**
 * Why a step failed.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = typeof RunError.Type

/**
 * Schema for a {@link Value}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Value = Schema.Union([AccountTransfers.AccountTransfer, Action.Action, Image.Image])

/**
 * What `Done` of a step contains: the action of the conversion, the result of the offer, the image of the recipient.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = typeof Value.Type

/**
 * An event of a run.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = JobEvent.Event<Item, Value, RunError>

/**
 * The outcome of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = JobReport.Report<Item, Value, RunError>

/**
 * The job, with its schemas.
 *
 * @category jobs
 * @since 0.1.0
 */
export const job: Job.Job<Options, Plan, Item, Value, RunError, PlanError, Arguments, Accounts, Accounts> = Job.make({
  name: "handOver",
  options: Options,
  plan: Plan,
  item: Item,
  value: Value,
  error: RunError,
  planError: PlanError,
  makePlan: (options: Options) => makePlan(options),
  work: (plan: Plan, emitter: JobEvent.Emitter<Item, Value, RunError>, args: Arguments) => runPlan(plan, emitter, args)
})

/**
 * Reads the image from both accounts, and plans. The total cost of both accounts does not change.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan: typeof job.plan = job.plan

/**
 * Does what a plan says. An interruption waits for the response to the offer, which contains the id of the transfer, and
 * withdraws the offer.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run: typeof job.run = job.run

/**
 * Plans and runs, and returns the outcome of each step.
 *
 * @category combinators
 * @since 0.1.0
 */
export const execute: typeof job.execute = job.execute

const makePlan = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Plan, PlanError, Accounts> {
  const image = Image.idOf(options.image)
  const where = yield* ImageLocation.inspect(image)
  const recipient_uuid = options.recipient_uuid ?? (yield* ImageLocation.recipientTeam)
  const found = where.recipient ?? where.sender
  if (found === undefined) return yield* new HandOverRejected({ image, problem: "it was not found in either account" })
  const problem = Offer.problemOfId(options.transfer_id) ?? problemOf(found, where, options)
  if (problem !== undefined) return yield* new HandOverRejected({ image, problem })
  const items = itemsOf(found, ImageLocation.hasMoved(where), recipient_uuid, options)
  const lookups = items.reduce((sum, { changes }) => sum + (changes === 0 ? 0 : 2), 0)
  return { ...JobPlan.make("handOver", options, items, lookups), recipient_uuid }
})

const problemOf = (
  image: Image.Image,
  where: ImageLocation.ImageLocation,
  { convertBackups = false }: Options
): string | undefined => {
  if (image.public) return "it is public, and not of this account"
  if (ImageLocation.hasMoved(where)) return undefined
  if (where.recipient !== undefined) return "both accounts have it: they are the same, or it is being moved"
  if (Image.isBackup(image)) {
    return convertBackups ? undefined : "it is a backup; convertBackups makes a snapshot of it first"
  }
  return Image.isSnapshot(image) ? undefined : `it is ${image.type || "of an unknown type"}, and only snapshots can be`
}

const itemsOf = (
  image: Image.Image,
  hasMoved: boolean,
  target: string,
  { prices, transfer_id }: Options
): ReadonlyArray<Item> => {
  if (hasMoved) return [JobItem.make("offer", image, { target, decision: "skip" })]
  const cost = Cost.of([{ ...image, type: "snapshot" }], prices)
  const offer = { target, cost: Cost.negate(cost) }
  return [
    ...(Image.isBackup(image)
      ? [JobItem.make("convert", image, { reason: "only a snapshot can be handed over", cost })]
      : []),
    transfer_id === undefined
      ? JobItem.make("offer", image, offer)
      : JobItem.make("offer", image, {
          ...offer,
          decision: "join",
          reason: `offered already as transfer ${transfer_id}`
        }),
    JobItem.make("accept", image, { target, cost })
  ]
}

const runPlan = (
  { items, options, recipient_uuid }: Plan,
  emitter: JobEvent.Emitter<Item, Value, RunError>,
  { wait }: Arguments
) => {
  const image = Image.idOf(options.image)
  const sequence: Sequence<Item, Value, RunError> = { emitter, stopped: undefined }
  const offer: Offer.Offer = { image, recipient_uuid, mayBePending: false, transfer: undefined }
  const runItem = (item: Item) => {
    if (!JobItem.isWork(item)) return JobEvent.item(emitter, item, idle(item))
    switch (item.verb) {
      case "convert":
        return step(sequence, item, (progressed) =>
          asSender(
            Effect.flatMap(Ensure.inspectImage(image), (state) => Ensure.conversion(state)).pipe(
              Effect.flatMap((result) => followed(result, progressed, wait, JobItem.already(item)))
            )
          )
        )
      case "offer":
        return step(sequence, item, () => Offer.create(offer, options.transfer_id, wait))
      case "accept":
        return step(sequence, item, () => accept(offer, options.confirm ?? "10 minutes"))
    }
  }
  return Effect.onInterrupt(Effect.forEach(items, runItem, { discard: true }), () => Offer.cleanUp(offer))
}
