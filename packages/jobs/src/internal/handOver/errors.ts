import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as Image from "@effect-digitalocean/client/Image"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** Documented at `HandOver`. */
export class HandOverRejected extends Schema.TaggedError<HandOverRejected>(
  "@effect-digitalocean/jobs/HandOverRejected"
)("HandOverRejected", {
  image: Image.Id,
  problem: Schema.String
}) {
  override get message(): string {
    return `image ${this.image} cannot be handed over: ${this.problem}`
  }
}

/** Documented at `HandOver`. */
export class OfferFailed extends Schema.TaggedError<OfferFailed>("@effect-digitalocean/jobs/OfferFailed")(
  "OfferFailed",
  {
    image: Image.Id,
    recipient_uuid: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    const { image, problem, recipient_uuid } = this
    return `image ${image} was not offered to team ${recipient_uuid}: ${problem.replace(/\.?$/, ".")} If an offer of it is pending, accept or withdraw that one in DigitalOcean's control panel, or pass its transfer_id, and run again`
  }
}

/** Documented at `HandOver`. */
export class AcceptFailed extends Schema.TaggedError<AcceptFailed>("@effect-digitalocean/jobs/AcceptFailed")(
  "AcceptFailed",
  {
    image: Image.Id,
    transfer_id: AccountTransfers.Id,
    isWithdrawn: Schema.Boolean,
    problem: Schema.String
  }
) {
  override get message(): string {
    const { image, isWithdrawn, problem, transfer_id } = this
    const offer = isWithdrawn
      ? "the offer was withdrawn"
      : `offer ${transfer_id} may still be pending (run again with that transfer_id, or without if it is not)`
    return `image ${image} was not accepted, ${offer}: ${problem}`
  }
}

/** Documented at `HandOver`. */
export class ConfirmationTimedOut extends Schema.TaggedError<ConfirmationTimedOut>(
  "@effect-digitalocean/jobs/ConfirmationTimedOut"
)("ConfirmationTimedOut", {
  image: Image.Id,
  isAtSender: Schema.Boolean,
  isAtRecipient: Schema.Boolean,
  waited: Schema.DurationFromMillis
}) {
  override get message(): string {
    const has = (is: boolean) => (is ? "has it" : "does not have it")
    return `image ${this.image} was accepted, and after ${Duration.format(this.waited)} the sender ${has(this.isAtSender)} and the recipient ${has(this.isAtRecipient)}; run again to check again`
  }
  get isUnfinished(): true {
    return true
  }
}
