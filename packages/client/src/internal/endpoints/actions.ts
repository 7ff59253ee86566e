import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Action from "../../Action.ts"
import * as Endpoint from "../../Endpoint.ts"
import * as Page from "../../Page.ts"
import * as Rows from "../paging/rows.ts"

/** Decodes the action that a response contains. */
export const action = Endpoint.envelope("action", Action.Action)
const actions = Page.decode("actions", Action.Action)
const query = Schema.Struct(Page.query)

/** Schema for the body of an action of any type. A struct with a rest for it adds 0.3 KB to a bundle. */
export const AnyAction = Schema.declare((u): u is { readonly type: string; readonly [field: string]: unknown } =>
  Predicate.isObject(u)
).check(
  Schema.makeFilter(({ type }) => {
    const isValid = Predicate.isString(type) && type !== ""
    return isValid || { path: ["type"], issue: "Expected the type of an action" }
  })
)

/** The body of an action of any type. A `type` among the fields is ignored. */
export const anyAction = (type: string, fields: Readonly<Record<string, unknown>> | undefined) =>
  Object.assign({ type }, fields, { type })

/** The endpoints of the account's actions. */
export const ofAccount = {
  list: Endpoint.make("Actions.list", {
    method: "GET",
    path: "/v2/actions",
    scopes: ["actions:read"],
    docs: "Actions/operation/actions_list",
    query,
    compressed: true,
    decode: actions
  }),
  get: Endpoint.make("Actions.get", {
    method: "GET",
    path: "/v2/actions/{action_id}",
    scopes: ["actions:read"],
    docs: "Actions/operation/actions_get",
    identity: { param: "action_id", field: "id" },
    decode: action
  })
} as const

/** The endpoints of an image's actions. */
export const ofImage = {
  list: Endpoint.make("Images.actions", {
    method: "GET",
    path: "/v2/images/{image_id}/actions",
    scopes: ["image:read"],
    docs: "Image-Actions/operation/imageActions_list",
    query,
    compressed: true,
    decode: actions
  }),
  get: Endpoint.make("Images.action", {
    method: "GET",
    path: "/v2/images/{image_id}/actions/{action_id}",
    scopes: ["image:read"],
    docs: "Image-Actions/operation/imageActions_get",
    identity: { param: "action_id", field: "id" },
    decode: action
  })
} as const

/** The endpoints of a Droplet's actions. */
export const ofDroplet = {
  list: Endpoint.make("Droplets.actions", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}/actions",
    scopes: ["droplet:read"],
    docs: "Droplet-Actions/operation/dropletActions_list",
    query,
    compressed: true,
    decode: actions
  }),
  get: Endpoint.make("Droplets.action", {
    method: "GET",
    path: "/v2/droplets/{droplet_id}/actions/{action_id}",
    scopes: ["droplet:read"],
    docs: "Droplet-Actions/operation/dropletActions_get",
    identity: { param: "action_id", field: "id" },
    decode: action
  })
} as const

const validActions = Rows.valid("actions", Action.Action)

/** The lists in which polls search for actions by id. Invalid rows are dropped. */
export const searched = {
  ofAccount: { ...ofAccount.list, decode: validActions },
  ofImage: { ...ofImage.list, decode: validActions },
  ofDroplet: { ...ofDroplet.list, decode: validActions }
} as const
