import { Accounts as AccountsService } from "@effect-digitalocean/client/Accounts"
import { catchNotFound, type DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** An image as each of two accounts sees it; undefined where it is not. */
export interface ImageLocation {
  readonly sender: Image.Image | undefined
  readonly recipient: Image.Image | undefined
}

interface Accounts {
  readonly from: Context.Context<Images>
  readonly to: Context.Context<Images>
}

/** Asks both accounts for an image. */
export const look = (image: Image.Id, accounts: Accounts): Effect.Effect<ImageLocation, DigitalOceanError> => {
  const find = Effect.map(catchNotFound(Images.use((images) => images.get(image))), Option.getOrUndefined)
  // first the sender: an image that moves in between is seen at the recipient, and not overlooked at both
  return Effect.flatMap(Effect.provide(find, accounts.from), (sender) =>
    Effect.map(Effect.provide(find, accounts.to), (recipient) => ({ sender, recipient }))
  )
}

/** True when only the recipient has it. */
export const hasMoved = ({ recipient, sender }: ImageLocation): boolean =>
  sender === undefined && recipient !== undefined && !recipient.public

/** The image as the recipient has it, once only the recipient does. */
export const findMoved = (image: Image.Id, accounts: Accounts) =>
  Effect.map(look(image, accounts), (where) => (hasMoved(where) ? Option.some(where.recipient) : Option.none()))

/** The team of an account's token, or the account itself. */
export const teamOf = (account: Context.Context<AccountsService>) =>
  AccountsService.use(({ get }) => get).pipe(
    Effect.map(({ team, uuid }) => team?.uuid ?? uuid),
    Effect.provide(account)
  )
