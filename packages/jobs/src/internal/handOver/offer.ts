import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Cleanup from "../../Cleanup.ts"
import * as Outcome from "../../Outcome.ts"
import { type Accounts, asSender } from "./accounts.ts"
import { OfferFailed } from "./errors.ts"
import * as ImageLocation from "./imageLocation.ts"
import { visibleWithin } from "../actions/onceVisible.ts"

/** The offer of a run. */
export interface Offer {
  readonly image: Image.Id
  readonly recipient_uuid: string
  /** whether it may be pending */
  mayBePending: boolean
  /** undefined while it is not known */
  transfer: AccountTransfers.AccountTransfer | undefined
}

/** Returns what is wrong with the id of an offer. */
export const problemOfId = (transfer_id: number | undefined): string | undefined =>
  transfer_id === undefined || Schema.is(AccountTransfers.Id)(transfer_id)
    ? undefined
    : `expected a transfer_id from 1 to 2^53-1, got ${transfer_id}; without one the image is offered`

/**
 * Offers the image once no action is in progress on it, unless there is an offer already. An offer whose response is lost
 * may have been accepted at once, and one that is refused may have been made by a concurrent process: then both accounts
 * are inspected for a while.
 */
export const create = Effect.fnUntraced(function* (
  offer: Offer,
  transfer_id: number | undefined,
  wait: Actions.AwaitOptions<unknown> | undefined
) {
  const { image, recipient_uuid } = offer
  const problem = problemOfId(transfer_id)
  if (problem !== undefined) return yield* new OfferFailed({ image, recipient_uuid, problem })
  if (transfer_id !== undefined) {
    const transfer = AccountTransfers.Pending.make({ transfer_id: AccountTransfers.idOf(transfer_id) })
    return Outcome.done(remember(offer, transfer))
  }
  yield* asSender(Images.use((images) => images.awaitIdle(image, wait)))
  const moved = ImageLocation.findMoved(image)
  if (Option.isSome(yield* moved)) return Outcome.skipped("the recipient has it already")
  const request = Effect.suspend(() => {
    offer.mayBePending = true
    return asSender(AccountTransfers.AccountTransfers.use((transfers) => transfers.create(image, { recipient_uuid })))
  })
  const accepted = Effect.map(moved, Option.as<AccountTransfers.AccountTransfer>(AccountTransfers.Accepted.make({})))
  // an interruption waits for the response, which contains the id to withdraw the offer by
  const created = Cleanup.finish(
    Effect.map(Reconcile.createOrFindAfterRefusal(request, accepted, { visibilityTimeout: "30 seconds" }), (transfer) =>
      remember(offer, transfer)
    ).pipe(
      Effect.tapError((error) =>
        Effect.sync(() => {
          offer.mayBePending = error.outcome !== "not-executed"
        })
      ),
      Effect.mapError(({ message }) => new OfferFailed({ image, recipient_uuid, problem: message }))
    )
  )
  return Outcome.done(yield* created)
})

const remember = (offer: Offer, transfer: AccountTransfers.AccountTransfer) => {
  offer.transfer = transfer
  offer.mayBePending = transfer._tag === "Pending"
  return transfer
}

/** Withdraws the offer of a run that is interrupted. */
export const cleanUp = ({ image, mayBePending, transfer }: Offer): Effect.Effect<void, never, Accounts> => {
  if (!mayBePending) return Effect.void
  const transfer_id = transfer?._tag === "Pending" ? transfer.transfer_id : null
  const undo = transfer_id === null ? new IdUnknown() : cancel(image, transfer_id)
  return Cleanup.run(
    Effect.catchIf(undo, isNotPending, () => Effect.void),
    (problem) => new Cleanup.OfferLeftPending({ image, transfer_id, problem })
  )
}

/** The response to an offer was lost, and with it the id to withdraw the offer by. */
class IdUnknown extends Schema.TaggedError<IdUnknown>("@effect-digitalocean/jobs/IdUnknown")("IdUnknown", {}) {
  override get message(): string {
    return "the response to the offer was lost, and with it the id of the transfer"
  }
}

/** An offer that is not pending any more was accepted. */
const isNotPending = (error: DigitalOceanError | IdUnknown): error is DigitalOceanError =>
  error._tag === "DigitalOceanError" && ["NotFound", "BadRequest", "UnprocessableEntity"].includes(error.reason._tag)

/** Withdraws an offer. */
export const cancel = (image: Image.Id, transfer_id: AccountTransfers.Id) =>
  onceVisible(
    asSender(AccountTransfers.AccountTransfers.use((transfers) => transfers.cancel(image, transfer_id))),
    image
  )

/**
 * Retries a request about an offer while the response is 404 and the image has not moved: an offer that was made a moment
 * ago may not be visible yet.
 */
export const onceVisible = <A>(
  request: Effect.Effect<A, DigitalOceanError, Accounts>,
  image: Image.Id
): Effect.Effect<A, DigitalOceanError, Accounts> =>
  Effect.retry(request, {
    while: ({ reason }) =>
      reason._tag === "NotFound"
        ? Effect.orElseSucceed(Effect.map(ImageLocation.findMoved(image), Option.isNone), () => true)
        : Effect.succeed(false),
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })
