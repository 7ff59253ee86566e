import * as Effect from "effect/Effect"
import * as Action from "../Action.ts"
import type { DigitalOceanClient } from "../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../DigitalOceanError.ts"
import * as Endpoint from "../Endpoint.ts"

/** Where the present state of actions comes from. Waits that are due together will share requests here. */
export interface Polls {
  readonly action: (id: number, last: Action.Action | undefined) => Effect.Effect<Action.Action, DigitalOceanError>
}

/** One action, from the account's list of actions. */
export const getAction = Endpoint.make("Actions.get", {
  method: "GET",
  path: "/v2/actions/{action_id}",
  scopes: ["actions:read"],
  docs: "Actions/operation/actions_get",
  decode: Endpoint.envelope("action", Action.Action)
})

/** One action, from its image. */
export const getImageAction = Endpoint.make("Images.action", {
  method: "GET",
  path: "/v2/images/{image_id}/actions/{action_id}",
  scopes: ["image:read"],
  docs: "Image-Actions/operation/imageActions_get",
  decode: Endpoint.envelope("action", Action.Action)
})

/** One action, from its Droplet. */
export const getDropletAction = Endpoint.make("Droplets.action", {
  method: "GET",
  path: "/v2/droplets/{droplet_id}/actions/{action_id}",
  scopes: ["droplet:read"],
  docs: "Droplet-Actions/operation/dropletActions_get",
  decode: Endpoint.envelope("action", Action.Action)
})

/**
 * One GET per poll. A token may read a resource but not the account's actions: what the first route forbids is asked of
 * the resource, and that is remembered.
 */
export const make = (client: DigitalOceanClient["Service"]): Polls => {
  let byResource = false
  const resourceOf = (action: Action.Action | undefined) => {
    const id = action?.resource_id ?? null
    if (action === undefined || id === null) return undefined
    switch (action.resource_type.toLowerCase()) {
      case "image":
        return client.run(getImageAction, { path: { image_id: id, action_id: action.id } })
      case "droplet":
        return client.run(getDropletAction, { path: { droplet_id: id, action_id: action.id } })
      default:
        return undefined
    }
  }
  return {
    action: (action_id, last) => {
      const account = client.run(getAction, { path: { action_id } })
      const resource = resourceOf(last)
      if (resource === undefined) return account
      return byResource
        ? resource
        : Effect.catchReason(account, "DigitalOceanError", "Forbidden", () =>
            Effect.tap(resource, () =>
              Effect.sync(() => {
                byResource = true
              })
            )
          )
    }
  }
}
