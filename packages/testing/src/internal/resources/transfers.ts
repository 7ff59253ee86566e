import type { Image } from "../../DigitalOceanApi.ts"
import { get, own } from "./images.ts"
import { badRequest, notFound } from "../account/apiError.ts"
import type { Account } from "../account/account.ts"
import type { World } from "../account/world.ts"

/** Offers a snapshot to another account; returns 0 if it was accepted at once. */
export const offer = (world: World, account: Account, id: number, recipient: string): number => {
  const image = own(account, id)
  if (image.type !== "snapshot") throw badRequest("Only snapshot images may be transferred")
  const to = world.accounts.find((other) => other.email === recipient || other.uuid === recipient)
  if (to === account) throw badRequest("The recipient is the image's account")
  const pending = [...world.offers.values()].find((offer) => offer.image_id === id)
  if (pending !== undefined && account.offeredAgain !== "another") {
    if (account.offeredAgain === "same" && pending.recipient === recipient) return pending.id
    throw badRequest("The image has a pending transfer")
  }
  if (to?.autoAccept === true) {
    move(world, account, to, image)
    return 0
  }
  const transfer_id = world.nextOfferId()
  world.offers.set(transfer_id, { id: transfer_id, image_id: id, from: account, recipient })
  return transfer_id
}

/** Accepts an offer: the image moves. */
export const accept = (
  world: World,
  account: Account,
  id: number,
  body: { readonly transfer_id: number; readonly recipient_uuid: string }
): void => {
  const { from } = offered(world, account, id, body.transfer_id)
  if (body.recipient_uuid !== account.uuid) throw badRequest("recipient_uuid is not a team of this account")
  move(world, from, account, get(from, id))
}

/** Cancels an offer of the sender. */
export const cancel = (world: World, account: Account, id: number, transfer_id: number): void => {
  const offer = world.offers.get(transfer_id)
  if (offer?.image_id !== id || offer.from !== account) throw notFound()
  world.offers.delete(transfer_id)
}

/** Declines an offer to the recipient. */
export const decline = (world: World, account: Account, id: number, transfer_id: number): void => {
  world.offers.delete(offered(world, account, id, transfer_id).id)
}

const offered = (world: World, account: Account, image_id: number, transfer_id: number) => {
  const offer = world.offers.get(transfer_id)
  const isRecipient = offer?.recipient === account.email || offer?.recipient === account.uuid
  if (offer === undefined || offer.image_id !== image_id || !isRecipient) throw notFound()
  return offer
}

const move = (world: World, from: Account, to: Account, image: Image): void => {
  const source = from.sources.get(image.id)
  // Droplets of two accounts have different ids, unless their seeds contain the same ones
  if (source !== undefined && !to.droplets.has(source)) to.sources.set(image.id, source)
  world.remove(from, image.id)
  to.images.set(image.id, image)
}
