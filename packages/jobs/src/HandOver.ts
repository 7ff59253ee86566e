/**
 * An image handed over to another account or team: it moves, and the sender has it no more.
 *
 * Both accounts take part, each by a `Context` of `DigitalOcean.make`: the sender offers the image, the recipient
 * accepts, and both are asked until the one has lost it and the other has it. When the offer cannot be accepted, or the
 * hand-over is interrupted, the offer is withdrawn.
 *
 * Where the image is tells how far a hand-over came, so it can be run again after any crash. DigitalOcean lists no
 * offers, and the id of one is only in the answer to it: a process that is killed between the offer and its acceptance
 * leaves an offer whose id nobody knows. The next run offers again, and accepts what it gets. Whether DigitalOcean takes
 * a second offer is documented nowhere; if it does not, the run ends in `NotOffered` and nothing is lost: give the id
 * that the outcome of `offer` held to the next run as `transfer_id`, or accept or withdraw the offer in DigitalOcean's
 * control panel, and run again.
 *
 * Nothing is ever pending where the sender's token is of a user who may accept in the recipient's team: then
 * DigitalOcean accepts at once.
 *
 * @since 0.1.0
 */
import type { Accounts as AccountsService } from "@effect-digitalocean/client/Accounts"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Cleanup from "./Cleanup.ts"
import * as Cost from "./Cost.ts"
import * as Event from "./Event.ts"
import { followed } from "./internal/actions/follow.ts"
import { cancel, onceVisible, type PendingOffer, withdrawn } from "./internal/handOver/offer.ts"
import { CannotHandOver, NotAccepted, NotConfirmed, NotOffered } from "./internal/handOver/errors.ts"
import { type Sequence, step } from "./internal/steps.ts"
import * as ImageLocation from "./internal/handOver/imageLocation.ts"
import * as Outcome from "./Outcome.ts"
import * as Plan from "./Plan.ts"
import * as Report from "./Report.ts"

/**
 * The two accounts, each with the services of its own client, as `DigitalOcean.make` answers them.
 *
 * **Details**
 *
 * The sender's token needs `image:read`, `image:update`, `image:delete`; the recipient's `image:read`, `image:create`,
 * and `account:read` unless `recipient_uuid` is given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Accounts {
  readonly from: Context.Context<Images | Actions.Actions | AccountTransfers.AccountTransfers>
  readonly to: Context.Context<Images | AccountTransfers.AccountTransfers | AccountsService>
}

/**
 * What to hand over, and how.
 *
 * **Details**
 *
 * - `recipient_uuid`: the team that gets it, by default the one of the recipient's token
 * - `transfer_id`: of an offer that an earlier run made, to accept that one instead of making another
 * - `convertBackups`: make a snapshot of a backup first, for only those can be handed over. By default a backup is
 *   refused.
 * - `wait`: how to wait for the conversion
 * - `confirm`: how long both accounts may take to show that the image has moved, by default 10 minutes
 * - `prices`: what images cost, by default `Cost.prices`
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Accounts {
  readonly recipient_uuid?: string | undefined
  readonly transfer_id?: number | undefined
  readonly convertBackups?: boolean | undefined
  readonly wait?: Actions.AwaitOptions<unknown> | undefined
  readonly confirm?: Duration.Input | undefined
  readonly prices?: Cost.Prices | undefined
}

/**
 * A step of a hand-over: `convert`, `offer`, `accept`, or `skip` when the recipient has the image already.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item extends Plan.Item {
  readonly verb: "convert" | "offer" | "accept" | "skip"
}

/**
 * What is going to be handed over, to which team.
 *
 * @category models
 * @since 0.1.0
 */
export interface HandOverPlan extends Plan.Plan<Item> {
  readonly image: Image.Id
  readonly recipient_uuid: string
}

export {
  /**
   * The image cannot be handed over as it is. Nothing has been done.
   *
   * @category errors
   * @since 0.1.0
   */
  CannotHandOver,
  /**
   * DigitalOcean refused the offer, or it is not known whether it took it: perhaps one is pending whose id is lost.
   *
   * @category errors
   * @since 0.1.0
   */
  NotOffered,
  /**
   * The recipient could not accept. `isWithdrawn` tells whether the offer was withdrawn; else it may be pending still.
   *
   * @category errors
   * @since 0.1.0
   */
  NotAccepted,
  /**
   * The image was accepted, and the accounts did not show so in time. Run again to look again.
   *
   * @category errors
   * @since 0.1.0
   */
  NotConfirmed
}

/**
 * Why a step failed.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError =
  | DigitalOceanError
  | Ensure.NotABackup
  | Actions.ActionErrored
  | Actions.ActionNotFound
  | NotOffered
  | NotAccepted

/**
 * What `Done` of a step holds: the action of the conversion, what became of the offer, the image as the recipient has it.
 *
 * @category models
 * @since 0.1.0
 */
export type Value = Action.Action | AccountTransfers.AccountTransfer | Image.Image

/**
 * What a run tells.
 *
 * @category models
 * @since 0.1.0
 */
export type HandOverEvent = Event.Event<Item, Value, RunError>

/**
 * What became of each step.
 *
 * @category models
 * @since 0.1.0
 */
export type HandOverReport = Report.Report<Item, Value, RunError>

/**
 * Looks for the image in both accounts, and plans. What both pay together does not change.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plan = Effect.fn("HandOver.plan")(function* (
  image: Image.Ref,
  options: Options
): Effect.fn.Return<HandOverPlan, DigitalOceanError | CannotHandOver> {
  const id = Image.idOf(image)
  const where = yield* ImageLocation.look(id, options)
  const recipient_uuid = options.recipient_uuid ?? (yield* ImageLocation.teamOf(options.to))
  const found = where.recipient ?? where.sender
  const wrong = wrongId(options.transfer_id)
  const problem = found === undefined ? "neither account sees it" : (wrong ?? problemOf(found, where, options))
  if (found === undefined || problem !== undefined) return yield* new CannotHandOver({ image: id, problem: problem! })
  const items = itemsOf(found, ImageLocation.hasMoved(where), recipient_uuid, options)
  const lookups = items.reduce((sum, { changes }) => sum + (changes === 0 ? 0 : 2), 0)
  return { ...Plan.make("hand over", items, lookups), image: id, recipient_uuid }
})

const problemOf = (image: Image.Image, where: ImageLocation.ImageLocation, options: Options): string | undefined => {
  if (image.public) return "it is public, and not of this account"
  if (ImageLocation.hasMoved(where)) return undefined
  if (where.recipient !== undefined) return "both accounts see it: they are the same, or it is moving this moment"
  if (Image.isBackup(image)) {
    return options.convertBackups === true ? undefined : "it is a backup; convertBackups makes a snapshot of it first"
  }
  return Image.isSnapshot(image) ? undefined : `it is ${image.type || "of an unknown type"}, and only snapshots can be`
}

const wrongId = (transfer_id: number | undefined) =>
  transfer_id === undefined || Schema.is(AccountTransfers.Id)(transfer_id)
    ? undefined
    : `expected a transfer_id from 1 to 2^53-1, got ${transfer_id}; without one it is offered`

const itemsOf = (
  image: Image.Image,
  hasMoved: boolean,
  recipient_uuid: string,
  { prices, transfer_id }: Options
): ReadonlyArray<Item> => {
  const cost = Cost.of([{ ...image, type: "snapshot" }], prices)
  const make = (verb: Item["verb"], detail: string, cost: Cost.Cost, changes = 1): Item => ({
    verb,
    subject: Plan.nameOf(image),
    detail,
    changes,
    cost
  })
  if (hasMoved) return [make("skip", "the recipient has it already", Cost.zero, 0)]
  return [
    ...(Image.isBackup(image) ? [make("convert", "only a snapshot can be handed over", cost)] : []),
    transfer_id === undefined
      ? make("offer", `to team ${recipient_uuid}`, Cost.negate(cost))
      : make("offer", `made already as transfer ${transfer_id}`, Cost.negate(cost), 0),
    make("accept", `as team ${recipient_uuid}`, cost)
  ]
}

/**
 * Hands over as a plan says. An interruption waits until the response to the offer has arrived, for it contains the id of
 * the transfer, and then withdraws the offer.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (plan: HandOverPlan, options: Options): Stream.Stream<HandOverEvent> =>
  Event.stream((tell: Event.Tell<Item, Value, RunError>) =>
    Effect.gen(function* () {
      const sequence: Sequence<Item, Value, RunError> = { tell, stopped: undefined }
      const of = (verb: Item["verb"]) => plan.items.find((item) => item.verb === verb)
      const [moved, conversion, offering, accepting] = [of("skip"), of("convert"), of("offer"), of("accept")]
      if (moved !== undefined) yield* step(sequence, moved, () => Effect.succeed(Outcome.skipped(moved.detail)))
      if (conversion !== undefined) {
        yield* step(sequence, conversion, (changed) => converted(plan.image, changed, options))
      }
      if (offering === undefined || accepting === undefined) return
      const pending: PendingOffer = { mayExist: false, transfer: undefined }
      const steps = Effect.gen(function* () {
        const offered = yield* step(sequence, offering, () => offer(plan, options, pending))
        const transfer = offered._tag === "Done" ? (offered.value as AccountTransfers.AccountTransfer) : undefined
        yield* step(sequence, accepting, () =>
          transfer === undefined
            ? Effect.succeed(Outcome.skipped("the recipient has it already"))
            : accept(plan, transfer, options, pending)
        )
      })
      yield* Effect.onInterrupt(steps, () => withdrawn(plan.image, options, pending))
    })
  )

/**
 * Plans and runs, and answers what became of each step.
 *
 * @category combinators
 * @since 0.1.0
 */
export const handOver = Effect.fn("HandOver.handOver")(function* (
  image: Image.Ref,
  options: Options
): Effect.fn.Return<HandOverReport, DigitalOceanError | CannotHandOver> {
  return yield* Report.of(run(yield* plan(image, options), options))
})

const converted = (image: Image.Id, changed: (action: Action.Action) => Effect.Effect<void>, { from, wait }: Options) =>
  Effect.provide(
    followed(
      Effect.flatMap(Ensure.inspectImage(image), (state) => Ensure.conversion(state)),
      changed,
      wait,
      "it is a snapshot already"
    ),
    from
  )

/**
 * Offers the image once no action is in progress on it. An offer whose response is lost may have been accepted at once,
 * and one that is refused may have been made by another process that was quicker: then it is looked for a while whether
 * the image moves.
 */
const offer = ({ image, recipient_uuid }: HandOverPlan, options: Options, pending: PendingOffer) =>
  Effect.gen(function* () {
    const { from, transfer_id, wait } = options
    const wrong = wrongId(transfer_id)
    if (wrong !== undefined) return yield* new NotOffered({ image, recipient_uuid, problem: wrong })
    if (transfer_id !== undefined) {
      const transfer = AccountTransfers.Pending.make({ transfer_id: AccountTransfers.idOf(transfer_id) })
      pending.mayExist = true
      pending.transfer = transfer
      return Outcome.done(transfer)
    }
    yield* Effect.provide(
      Images.use((images) => images.awaitIdle(image, wait)),
      from
    )
    const moved = ImageLocation.findMoved(image, options)
    if (Option.isSome(yield* moved)) return Outcome.skipped("the recipient has it already")
    const create = AccountTransfers.AccountTransfers.use((transfers) => transfers.create(image, { recipient_uuid }))
    const accepted = Effect.map(moved, Option.as(AccountTransfers.Accepted.make({})))
    const request = Effect.suspend(() => {
      pending.mayExist = true
      return Effect.provide(create, from)
    })
    const transfer: AccountTransfers.AccountTransfer = yield* Cleanup.finish(
      Effect.tap(
        Reconcile.createOrFindAfterRefusal(request, accepted, { visibilityTimeout: "30 seconds" }),
        (transfer) =>
          Effect.sync(() => {
            pending.transfer = transfer._tag === "Pending" ? transfer : undefined
            pending.mayExist = transfer._tag === "Pending"
          })
      ).pipe(
        Effect.tapError((error) =>
          Effect.sync(() => {
            pending.mayExist = error.outcome !== "not-executed"
          })
        ),
        Effect.mapError(({ message: problem }) => new NotOffered({ image, recipient_uuid, problem }))
      )
    )
    return Outcome.done(transfer)
  })

/** Accepts, unless that was done with the offer, and waits until the image has moved; else withdraws the offer. */
const accept = (
  { image, recipient_uuid }: HandOverPlan,
  transfer: AccountTransfers.AccountTransfer,
  options: Options,
  pending: PendingOffer
) => {
  if (transfer._tag === "Accepted") return confirmed(image, options)
  const { transfer_id } = transfer
  const moved = Effect.map(ImageLocation.findMoved(image, options), Option.asVoid)
  const request = Effect.provide(
    AccountTransfers.AccountTransfers.use((transfers) => transfers.accept(image, transfer_id, { recipient_uuid })),
    options.to
  )
  const accepted = Effect.catch(
    Reconcile.createOrFindAfterRefusal(onceVisible(request, image, options), moved),
    ({ message: problem }) =>
      Effect.gen(function* () {
        const withdrawn = yield* Effect.result(cancel(image, transfer_id, options))
        // an offer that is not pending any more may have been accepted, by this request or by somebody
        if (Option.isSome(yield* Effect.orElseSucceed(moved, () => Option.none()))) return
        pending.mayExist = false
        return yield* new NotAccepted({ image, transfer_id, isWithdrawn: Result.isSuccess(withdrawn), problem })
      })
  )
  const over = Effect.sync(() => {
    pending.mayExist = false
  })
  return accepted.pipe(Effect.andThen(over), Effect.andThen(confirmed(image, options)))
}

/** Waits until the recipient has the image and the sender has it no more. */
const confirmed = Effect.fnUntraced(function* (image: Image.Id, options: Options) {
  const waited = Duration.fromInputUnsafe(options.confirm ?? "10 minutes")
  const nowhere: ImageLocation.ImageLocation = { sender: undefined, recipient: undefined }
  const look = Effect.catch(ImageLocation.look(image, options), (error) =>
    error.isRetryable ? Effect.succeed(nowhere) : Effect.fail(error)
  )
  const where = yield* Effect.repeat(look, {
    until: ImageLocation.hasMoved,
    schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: waited })
  })
  if (where.recipient !== undefined && where.sender === undefined) return Outcome.done(where.recipient)
  const isAt = { isAtSender: where.sender !== undefined, isAtRecipient: where.recipient !== undefined }
  return yield* new NotConfirmed({ image, ...isAt, waited })
})
