import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as Image from "@effect-digitalocean/client/Image"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** Documented at `HandOver`. */
export class CannotHandOver extends Schema.TaggedError<CannotHandOver>()("CannotHandOver", {
  image: Image.Id,
  problem: Schema.String
}) {
  override get message(): string {
    return `image ${this.image} cannot be handed over: ${this.problem}`
  }
}

/** Documented at `HandOver`. */
export class NotOffered extends Schema.TaggedError<NotOffered>()("NotOffered", {
  image: Image.Id,
  recipient_uuid: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    const { image, problem, recipient_uuid } = this
    return `image ${image} was not offered to team ${recipient_uuid}: ${problem.replace(/\.?$/, ".")} If an offer of it is pending, accept or withdraw that one in DigitalOcean's control panel, or give its transfer_id, and run again`
  }
}

/** Documented at `HandOver`. */
export class NotAccepted extends Schema.TaggedError<NotAccepted>()("NotAccepted", {
  image: Image.Id,
  transfer_id: AccountTransfers.Id,
  isWithdrawn: Schema.Boolean,
  problem: Schema.String
}) {
  override get message(): string {
    const { image, isWithdrawn, problem, transfer_id } = this
    const offer = isWithdrawn
      ? "the offer was withdrawn"
      : `offer ${transfer_id} may be pending still (run again with that transfer_id, or without if it is over)`
    return `image ${image} was not accepted, ${offer}: ${problem}`
  }
}

/** Documented at `HandOver`. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  image: Image.Id,
  isAtSender: Schema.Boolean,
  isAtRecipient: Schema.Boolean,
  waited: Schema.DurationFromMillis
}) {
  override get message(): string {
    const sees = (is: boolean) => (is ? "sees it" : "does not see it")
    return `image ${this.image} was accepted, and after ${Duration.format(this.waited)} the sender ${sees(this.isAtSender)} and the recipient ${sees(this.isAtRecipient)}; run again to look again`
  }
}
