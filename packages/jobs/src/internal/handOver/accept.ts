import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import type * as Image from "@effect-digitalocean/client/Image"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Outcome from "../../Outcome.ts"
import { asRecipient } from "./accounts.ts"
import { AcceptFailed, ConfirmationTimedOut } from "./errors.ts"
import * as ImageLocation from "./imageLocation.ts"
import { cancel, type Offer, onceVisible } from "./offer.ts"

/** Accepts an offer, unless that was done with it, and waits until the image has moved; else withdraws the offer. */
export const accept = Effect.fnUntraced(function* (offer: Offer, timeout: Duration.Input) {
  const { image, recipient_uuid, transfer } = offer
  if (transfer === undefined) return Outcome.skipped("the recipient has it already")
  if (transfer._tag === "Pending") {
    const { transfer_id } = transfer
    const moved = Effect.map(ImageLocation.findMoved(image), Option.asVoid)
    const request = asRecipient(
      AccountTransfers.AccountTransfers.use((transfers) => transfers.accept(image, transfer_id, { recipient_uuid }))
    )
    const accepted = yield* Effect.result(Reconcile.createOrFindAfterRefusal(onceVisible(request, image), moved))
    if (Result.isFailure(accepted)) {
      const withdrawn = yield* Effect.result(cancel(image, transfer_id))
      // an offer that is not pending any more may have been accepted, by this request or by another
      if (Option.isNone(yield* Effect.orElseSucceed(moved, () => Option.none()))) {
        offer.mayBePending = false
        const { message: problem } = accepted.failure
        return yield* new AcceptFailed({ image, transfer_id, isWithdrawn: Result.isSuccess(withdrawn), problem })
      }
    }
    offer.mayBePending = false
  }
  return Outcome.done(yield* confirmed(image, Duration.fromInputUnsafe(timeout)))
})

/** Waits until only the recipient has the image, and returns it. */
const confirmed = Effect.fnUntraced(function* (image: Image.Id, waited: Duration.Duration) {
  const unknown: ImageLocation.ImageLocation = { sender: undefined, recipient: undefined }
  const inspect = Effect.catch(ImageLocation.inspect(image), (error) =>
    error.isRetryable ? Effect.succeed(unknown) : Effect.fail(error)
  )
  const { recipient, sender } = yield* Effect.repeat(inspect, {
    until: ImageLocation.hasMoved,
    schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: waited })
  })
  if (recipient !== undefined && sender === undefined) return recipient
  const isAt = { isAtSender: sender !== undefined, isAtRecipient: recipient !== undefined }
  return yield* new ConfirmationTimedOut({ image, ...isAt, waited })
})
