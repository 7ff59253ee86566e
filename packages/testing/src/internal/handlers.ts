import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { type Action, DigitalOceanApi, type ErrorBody } from "../DigitalOceanApi.ts"
import * as Images from "./images.ts"
import { page } from "./pages.ts"
import { Refusal } from "./refusal.ts"
import { accountOf } from "./token.ts"
import * as Transfers from "./transfers.ts"
import { urlOf } from "./url.ts"
import type { Account, World } from "./world.ts"

/** The contract's operations, done by the accounts of a world. */
export const layer = (world: World) => {
  const images = HttpApiBuilder.group(DigitalOceanApi, "images", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer(world, (account, { query, request }) => {
          const { links, meta, rows } = page(Images.list(account, query), query, urlOf(request))
          return { images: rows, links, meta }
        }),
        create: answer(world, (account, { payload }) => ({ image: Images.create(world, account, payload) })),
        get: answer(world, (account, { params }) => ({ image: Images.get(world, account, params.image_id) })),
        update: answer(world, (account, { params, payload }) => ({
          image: Images.update(world, account, params.image_id, payload)
        })),
        delete: answer(world, (account, { params }) => Images.remove(world, account, params.image_id)),
        actions: answer(world, (account, { params, query, request }) =>
          actionsPage(Images.actions(world, account, params.image_id), query, request)
        ),
        act: answer(world, (account, { params, payload }) => ({
          action: Images.act(world, account, params.image_id, payload)
        })),
        action: answer(world, (account, { params }) => ({
          action: Images.action(world, account, params.image_id, params.action_id)
        })),
        transferCreate: answer(world, (account, { params, payload }) => {
          const recipient = "recipient_email" in payload ? payload.recipient_email : payload.recipient_uuid
          return { transfer_id: Transfers.offer(world, account, params.image_id, recipient) }
        }),
        transferAccept: answer(world, (account, { params, payload }) =>
          Transfers.accept(world, account, params.image_id, payload)
        ),
        transferCancel: answer(world, (account, { params, payload }) =>
          Transfers.cancel(world, account, params.image_id, payload.transfer_id)
        ),
        transferDecline: answer(world, (account, { params, payload }) =>
          Transfers.decline(world, account, params.image_id, payload.transfer_id)
        )
      })
    )
  )
  const actions = HttpApiBuilder.group(DigitalOceanApi, "actions", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer(world, (account, { query, request }) =>
          actionsPage([...account.actions.values()], query, request)
        ),
        get: answer(world, (account, { params }) => ({ action: world.action(account, params.action_id) }))
      })
    )
  )
  return Layer.mergeAll(images, actions)
}

/** An operation as a handler: done for the account of the request's token, and a refusal is its answer. */
const answer =
  <Input extends { readonly request: HttpServerRequest.HttpServerRequest }, A>(
    world: World,
    run: (account: Account, input: Input) => A
  ) =>
  (input: Input): Effect.Effect<A, ErrorBody> =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(run(accountOf(world, input.request), input))
      } catch (error) {
        // an operation refuses with one of the errors it declares
        return error instanceof Refusal ? Effect.fail(error.body as ErrorBody) : Effect.die(error)
      }
    })

const actionsPage = (
  oldestFirst: ReadonlyArray<Action>,
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { links, meta, rows } = page(oldestFirst.toReversed(), query, urlOf(request))
  return { actions: rows, links, meta }
}
