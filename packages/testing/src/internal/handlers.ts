import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { DigitalOceanApi, type ErrorBody } from "../DigitalOceanApi.ts"
import * as Images from "./images.ts"
import { page } from "./pages.ts"
import { notFound, Refusal, unauthorized } from "./refusal.ts"
import { urlOf } from "./url.ts"
import type { Account, World } from "./world.ts"

/** The account that a request's token belongs to. */
export const accountOf = (world: World, request: HttpServerRequest.HttpServerRequest): Account => {
  const token = /^Bearer\s+(\S+)\s*$/i.exec(request.headers["authorization"] ?? "")?.[1]
  const account =
    token && (world.accounts.find((one) => one.token === token) ?? world.accounts.find((one) => one.token === null))
  if (!account) throw unauthorized()
  return account
}

/** The contract's operations, done by the accounts of a world. */
export const layer = (world: World) =>
  Layer.mergeAll(
    HttpApiBuilder.group(DigitalOceanApi, "images", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: ({ query, request }) =>
            attempt(() => {
              const { links, meta, rows } = page(Images.list(accountOf(world, request), query), query, urlOf(request))
              return { images: rows, links, meta }
            }),
          create: ({ payload, request }) =>
            attempt(() => ({ image: Images.create(world, accountOf(world, request), payload) })),
          get: ({ params, request }) =>
            attempt(() => ({ image: Images.get(world, accountOf(world, request), params.image_id) })),
          update: ({ params, payload, request }) =>
            attempt(() => ({ image: Images.update(world, accountOf(world, request), params.image_id, payload) })),
          delete: ({ params, request }) =>
            attempt(() => Images.remove(world, accountOf(world, request), params.image_id)),
          actions: ({ params, query, request }) =>
            attempt(() => {
              const account = accountOf(world, request)
              world.image(account, params.image_id)
              return actionsPage(ofImage(account, params.image_id), query, request)
            }),
          act: ({ params, payload, request }) =>
            attempt(() => ({ action: Images.act(world, accountOf(world, request), params.image_id, payload) })),
          action: ({ params, request }) =>
            attempt(() => {
              const account = accountOf(world, request)
              world.image(account, params.image_id)
              const action = world.action(account, params.action_id)
              if (action.resource_id !== params.image_id) throw notFound()
              return { action }
            }),
          transferCreate: ({ params, payload, request }) =>
            attempt(() => {
              const recipient = "recipient_email" in payload ? payload.recipient_email : payload.recipient_uuid
              return { transfer_id: Images.offer(world, accountOf(world, request), params.image_id, recipient) }
            }),
          transferAccept: ({ params, payload, request }) =>
            attempt(() => Images.accept(world, accountOf(world, request), params.image_id, payload)),
          transferCancel: ({ params, payload, request }) =>
            attempt(() => Images.cancel(world, accountOf(world, request), params.image_id, payload.transfer_id)),
          transferDecline: ({ params, payload, request }) =>
            attempt(() => Images.decline(world, accountOf(world, request), params.image_id, payload.transfer_id))
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "actions", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: ({ query, request }) => attempt(() => actionsPage(accountOf(world, request).actions, query, request)),
          get: ({ params, request }) =>
            attempt(() => ({ action: world.action(accountOf(world, request), params.action_id) }))
        })
      )
    )
  )

const attempt = <A>(run: () => A): Effect.Effect<A, ErrorBody> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (error) {
      return error instanceof Refusal ? Effect.fail(error.body) : Effect.die(error)
    }
  })

const ofImage = (account: Account, id: number) =>
  account.actions.filter((action) => action.resource_type === "image" && action.resource_id === id)

const actionsPage = (
  actions: Account["actions"],
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { links, meta, rows } = page(actions.toReversed(), query, urlOf(request))
  return { actions: rows, links, meta }
}
