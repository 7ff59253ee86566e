import * as Effect from "effect/Effect"
import type * as Action from "../../Action.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Page from "../../Page.ts"
import { ofAccount, ofDroplet, ofImage, searched } from "../endpoints/actions.ts"
import { monotonic } from "../rateLimit/monotonic.ts"
import { asPoll } from "./asPoll.ts"

/** How long, in milliseconds, a source is not used after a 403, which can be transient. */
const disabledFor = 600_000

/** A resource that has an endpoint for its own actions. */
export interface Resource {
  readonly kind: "image" | "droplet"
  readonly id: number
}

/** The endpoints that return the state of actions. */
export interface ActionSources {
  /** a page of the account's actions, without invalid rows */
  readonly ofAccount: (page: number) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /** a page of the actions of a resource, without invalid rows */
  readonly ofResource: (resource: Resource, page: number) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /** the first page of the actions of an image; fails for an invalid row, which may be an action in progress */
  readonly ofImage: (image_id: number) => Effect.Effect<Page.Page<Action.Action>, DigitalOceanError>
  /**
   * one action, from the account's endpoint, or from its resource's if that is preferred or the account's is forbidden
   */
  readonly one: (
    action_id: number,
    resource: Resource | undefined,
    preferResource: boolean
  ) => Effect.Effect<Action.Action, DigitalOceanError>
  readonly isAvailable: (kind: Kind) => Effect.Effect<boolean>
  /** the same, at a monotonic time in milliseconds */
  readonly isOpen: (kind: Kind, now: number) => boolean
  readonly disable: (kind: Kind) => Effect.Effect<void>
}

export type Kind = "account" | Resource["kind"]

/** Returns the resource of an action, if it has an endpoint for its own actions. */
export const resourceOf = (action: Action.Action | undefined): Resource | undefined => {
  const kind = action?.resource_type.toLowerCase()
  const id = action?.resource_id ?? null
  return id !== null && (kind === "image" || kind === "droplet") ? { kind, id } : undefined
}

/** Creates the sources of one client. They remember which endpoints responded with 403. */
export const make = (client: DigitalOceanClient["Service"]): ActionSources => {
  const disabledUntil = new Map<Kind, number>()
  const isOpen = (kind: Kind, now: number) => (disabledUntil.get(kind) ?? now) <= now
  const isAvailable: ActionSources["isAvailable"] = (kind) =>
    Effect.clockWith((clock) => Effect.succeed(isOpen(kind, monotonic(clock))))
  const disable: ActionSources["disable"] = (kind) =>
    Effect.clockWith((clock) => Effect.sync(() => void disabledUntil.set(kind, monotonic(clock) + disabledFor)))

  const get = (action_id: number, { id, kind }: Resource) =>
    asPoll(
      kind === "image"
        ? client.run(ofImage.get, { path: { image_id: id, action_id } })
        : client.run(ofDroplet.get, { path: { droplet_id: id, action_id } })
    )

  return {
    ofAccount: (page) => asPoll(client.run(searched.ofAccount, { query: Page.pageQuery(page) })),
    ofResource: ({ id, kind }, page) => {
      const query = Page.pageQuery(page)
      return asPoll(
        kind === "image"
          ? client.run(searched.ofImage, { path: { image_id: id }, query })
          : client.run(searched.ofDroplet, { path: { droplet_id: id }, query })
      )
    },
    ofImage: (image_id) => asPoll(client.run(ofImage.list, { path: { image_id }, query: Page.pageQuery(1) })),
    one: (action_id, resource, preferResource) => {
      const fromAccount = asPoll(client.run(ofAccount.get, { path: { action_id } }))
      if (resource === undefined) return fromAccount
      const fromResource = get(action_id, resource)
      const withFallback = (kind: Kind, first: typeof fromAccount, second: typeof fromAccount) =>
        Effect.catch(first, (error) =>
          error.reason._tag === "Forbidden" ? Effect.tap(second, () => disable(kind)) : Effect.fail(error)
        )
      return Effect.clockWith((clock) => {
        const now = monotonic(clock)
        return isOpen(resource.kind, now) && (preferResource || !isOpen("account", now))
          ? withFallback(resource.kind, fromResource, fromAccount)
          : withFallback("account", fromAccount, fromResource)
      })
    },
    isAvailable,
    isOpen,
    disable
  }
}
