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

/**
 * One GET per poll. A token may read an image but not the account's actions: what the first route forbids is asked of
 * the image, and that is remembered.
 */
export const make = (client: DigitalOceanClient["Service"]): Polls => {
  let byResource = false
  return {
    action: (action_id, last) => {
      const byAccount = client.run(getAction, { path: { action_id } })
      if (last === undefined || last.resource_id === null || !Action.isImageAction(last)) return byAccount
      const byImage = client.run(getImageAction, { path: { image_id: last.resource_id, action_id } })
      return byResource
        ? byImage
        : Effect.catchReason(byAccount, "DigitalOceanError", "Forbidden", () =>
            Effect.tap(byImage, () => Effect.sync(() => (byResource = true)))
          )
    }
  }
}
