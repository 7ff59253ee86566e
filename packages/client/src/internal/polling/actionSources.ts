import * as Effect from "effect/Effect"
import type * as Action from "../../Action.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Page from "../../Page.ts"
import { ofAccount, ofDroplet, ofImage, searched } from "../endpoints/actions.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { asPoll } from "./asPoll.ts"

/** For how long, in milliseconds, a way that was forbidden is not tried again: a 403 can pass. */
const closedFor = 600_000

/** A resource whose own actions can be asked for. */
export interface Resource {
  readonly kind: "image" | "droplet"
  readonly id: number
}

/** The ways to an action's state. */
export interface Routes {
  /** a page of the account's actions */
  readonly ofAccount: (page: number) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /** the first page of a resource's; as for the account, without rows that cannot be decoded */
  readonly ofResource: (resource: Resource) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /** the first page of an image's, all of whose rows must be there: it shows whether the image has an action in progress */
  readonly ofImage: (image_id: number) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /** one action: of the account, or of its resource where that is forbidden or preferred */
  readonly one: (
    action_id: number,
    resource: Resource | undefined,
    preferResource: boolean
  ) => Effect.Effect<Action.Action, DigitalOceanError>
  readonly isOpen: (kind: Kind) => Effect.Effect<boolean>
  readonly close: (kind: Kind) => Effect.Effect<void>
}

export type Kind = "account" | Resource["kind"]

/** The resource an action works on, if it has a way of its own. */
export const resourceOf = (action: Action.Action | undefined): Resource | undefined => {
  const kind = action?.resource_type.toLowerCase()
  const id = action?.resource_id ?? null
  return id !== null && (kind === "image" || kind === "droplet") ? { kind, id } : undefined
}

/** The ways of one client. What was forbidden is remembered. */
export const make = (client: DigitalOceanClient["Service"]): Routes => {
  const closed = new Map<Kind, number>()
  const isOpen: Routes["isOpen"] = (kind) =>
    Effect.clockWith((clock) => Effect.succeed((closed.get(kind) ?? Number.NEGATIVE_INFINITY) <= monotonic(clock)))
  const close: Routes["close"] = (kind) =>
    Effect.clockWith((clock) => Effect.sync(() => void closed.set(kind, monotonic(clock) + closedFor)))

  const get = (action_id: number, { id, kind }: Resource) =>
    asPoll(
      kind === "image"
        ? client.run(ofImage.get, { path: { image_id: id, action_id } })
        : client.run(ofDroplet.get, { path: { droplet_id: id, action_id } })
    )

  return {
    ofAccount: (page) => asPoll(client.run(searched.ofAccount, { query: Page.pageQuery(page) })),
    ofResource: ({ id, kind }) => {
      const query = Page.pageQuery(1)
      return asPoll(
        kind === "image"
          ? client.run(searched.ofImage, { path: { image_id: id }, query })
          : client.run(searched.ofDroplet, { path: { droplet_id: id }, query })
      )
    },
    ofImage: (image_id) => asPoll(client.run(ofImage.list, { path: { image_id }, query: Page.pageQuery(1) })),
    one: (action_id, resource, preferResource) => {
      const account = asPoll(client.run(ofAccount.get, { path: { action_id } }))
      if (resource === undefined) return account
      const own = get(action_id, resource)
      const either = (kind: Kind, first: typeof account, second: typeof account) =>
        Effect.catchReason(first, "DigitalOceanError", "Forbidden", () => Effect.tap(second, () => close(kind)))
      return Effect.flatMap(Effect.all([isOpen("account"), isOpen(resource.kind)]), ([accountIsOpen, ownIsOpen]) =>
        ownIsOpen && (preferResource || !accountIsOpen)
          ? either(resource.kind, own, account)
          : either("account", account, own)
      )
    },
    isOpen,
    close
  }
}
