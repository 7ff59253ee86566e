import * as AccountsService from "@effect-digitalocean/client/Accounts"
import { catchNotFound, type DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Accounts, asRecipient, asSender } from "./accounts.ts"

/** An image in each of the two accounts; undefined where it is not found. */
export interface ImageLocation {
  readonly sender: Image.Image | undefined
  readonly recipient: Image.Image | undefined
}

/** Reads an image from both accounts. */
export const inspect = (image: Image.Id): Effect.Effect<ImageLocation, DigitalOceanError, Accounts> => {
  const find = Effect.map(catchNotFound(Images.use((images) => images.get(image))), Option.getOrUndefined)
  // first from the sender, so that an image that moves in between is still found
  return Effect.flatMap(asSender(find), (sender) =>
    Effect.map(asRecipient(find), (recipient) => ({ sender, recipient }))
  )
}

/** Whether only the recipient has it. */
export const hasMoved = ({ recipient, sender }: ImageLocation): boolean =>
  sender === undefined && recipient !== undefined && !recipient.public

/** The image as the recipient has it, once only the recipient has it. */
export const findMoved = (image: Image.Id) =>
  Effect.map(inspect(image), (where) => (hasMoved(where) ? Option.fromUndefinedOr(where.recipient) : Option.none()))

/** The team of the recipient's token, or the account itself. */
export const recipientTeam: Effect.Effect<string, DigitalOceanError, Accounts> = asRecipient(
  AccountsService.Accounts.use(({ get }) => Effect.map(get, ({ team, uuid }) => team?.uuid ?? uuid))
)
