import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as Image from "@effect-digitalocean/client/Image"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** Documented at `HandOver`. */
export class HandOverRejected extends Schema.TaggedError<HandOverRejected>(
  "@effect-digitalocean/jobs/HandOverRejected"
)("HandOverRejected", {
  /** the image */
  image: Image.Id,
  /** why it cannot be handed over */
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
    /** the id of the image */
    image: Image.Id,
    /** the UUID of the recipient's team */
    recipient_uuid: Schema.String,
    /** what is wrong, in words */
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
    /** the id of the image */
    image: Image.Id,
    /** the id of the offer */
    transfer_id: AccountTransfers.Id,
    /** whether the offer was withdrawn; if not, it is still pending */
    isWithdrawn: Schema.Boolean,
    /** what is wrong, in words */
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
  /** the id of the image */
  image: Image.Id,
  /** whether the sender's account still lists the image */
  isAtSender: Schema.Boolean,
  /** whether the recipient's account lists the image */
  isAtRecipient: Schema.Boolean,
  /** how long was waited */
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
