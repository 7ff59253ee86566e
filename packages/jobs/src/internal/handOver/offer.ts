import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Cleanup from "../../Cleanup.ts"
import * as ImageLocation from "./imageLocation.ts"

/** What is needed of the two accounts. */
interface Accounts {
  readonly from: Context.Context<Images | AccountTransfers.AccountTransfers>
  readonly to: Context.Context<Images>
}

/** The offer of a run, until it is accepted. */
export interface PendingOffer {
  /** whether it may be pending */
  mayExist: boolean
  /** undefined while it is not known */
  transfer: typeof AccountTransfers.Pending.Type | undefined
}

/** Withdraws the offer of a run that is interrupted. */
export const withdrawn = (image: Image.Id, options: Accounts, { mayExist, transfer }: PendingOffer) => {
  if (!mayExist) return Effect.void
  const transfer_id = transfer?.transfer_id ?? null
  const left = (problem: string) => new Cleanup.OfferLeftPending({ image, transfer_id, problem })
  const undo = transfer === undefined ? new IdUnknown() : cancel(image, transfer.transfer_id, options)
  // an offer that is not pending any more was accepted
  return Cleanup.run(
    Effect.catchIf(undo, isOver, () => Effect.void),
    left
  )
}

/** The response to an offer is lost, and with it the id to withdraw the offer by. */
class IdUnknown extends Schema.TaggedError<IdUnknown>()("IdUnknown", {}) {
  override get message(): string {
    return "the response to the offer was lost, and with it the id of the transfer"
  }
}

const isOver = (error: DigitalOceanError | IdUnknown): error is DigitalOceanError =>
  error._tag === "DigitalOceanError" && ["NotFound", "BadRequest", "UnprocessableEntity"].includes(error.reason._tag)

/** Withdraws an offer. */
export const cancel = (image: Image.Id, transfer_id: AccountTransfers.Id, options: Accounts) =>
  onceVisible(
    Effect.provide(
      AccountTransfers.AccountTransfers.use((transfers) => transfers.cancel(image, transfer_id)),
      options.from
    ),
    image,
    options
  )

/**
 * Sends a request about an offer again while it is 404 and the image has not moved: an offer that was made a moment ago
 * may not be visible yet, which does not mean that it is over.
 */
export const onceVisible = <A>(
  request: Effect.Effect<A, DigitalOceanError>,
  image: Image.Id,
  options: Accounts
): Effect.Effect<A, DigitalOceanError> =>
  Effect.retry(request, {
    while: ({ reason }) =>
      reason._tag === "NotFound"
        ? Effect.orElseSucceed(Effect.map(ImageLocation.findMoved(image, options), Option.isNone), () => true)
        : Effect.succeed(false),
    // shorter than the deadline of a cleanup
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: "25 seconds" })
  })
