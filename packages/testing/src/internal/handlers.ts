import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { type Action, DigitalOceanApi, type ErrorBody, type Snapshot } from "../DigitalOceanApi.ts"
import * as Seed from "../Seed.ts"
import * as BackupPolicies from "./backupPolicies.ts"
import * as Droplets from "./droplets.ts"
import * as Images from "./images.ts"
import { page } from "./pages.ts"
import { notFound, Refusal } from "./refusal.ts"
import * as Snapshots from "./snapshots.ts"
import * as Tags from "./tags.ts"
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
        list: answer(world, (account, { query, request }) => actionsPage(world.actions(account), query, request)),
        get: answer(world, (account, { params }) => ({ action: world.action(account, params.action_id) }))
      })
    )
  )
  return Layer.mergeAll(images, actions, droplets(world), around(world))
}

const droplets = (world: World) =>
  HttpApiBuilder.group(DigitalOceanApi, "droplets", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer(world, (account, { query, request }) => {
          const { rows, ...rest } = page(Droplets.list(world, account, query), query, urlOf(request))
          return { droplets: rows, ...rest }
        }),
        create: answer(world, (account, { payload, request }) => {
          const names = "names" in payload ? payload.names : [payload.name]
          const made = Droplets.create(world, account, names, payload)
          const links = {
            actions: made.map(({ action: { id } }) => ({
              id,
              rel: "create",
              href: linkTo(request, `/v2/actions/${id}`)
            }))
          }
          const written = made.map(({ machine }) => Droplets.write(world, account, machine))
          return "names" in payload ? { droplets: written, links } : { droplet: written[0]!, links }
        }),
        get: answer(world, (account, { params }) => ({
          droplet: Droplets.write(world, account, Droplets.get(account, params.droplet_id))
        })),
        delete: answer(world, (account, { params }) => Droplets.remove(world, account, params.droplet_id)),
        snapshots: answer(world, (account, { params, query, request }) => {
          const { rows, ...rest } = page(Droplets.listed(account, params.droplet_id, "snapshot"), query, urlOf(request))
          return { snapshots: rows, ...rest }
        }),
        backups: answer(world, (account, { params, query, request }) => {
          const { rows, ...rest } = page(Droplets.listed(account, params.droplet_id, "backup"), query, urlOf(request))
          return { backups: rows, ...rest }
        }),
        actions: answer(world, (account, { params, query, request }) =>
          actionsPage(Droplets.actions(world, account, params.droplet_id), query, request)
        ),
        action: answer(world, (account, { params }) => {
          const action = Droplets.actions(world, account, params.droplet_id).find(({ id }) => id === params.action_id)
          if (action === undefined) throw notFound()
          return { action }
        }),
        act: answer(world, (account, { params, payload }) => ({
          action: Droplets.act(world, account, params.droplet_id, payload)
        })),
        actByTag: answer(world, (account, { payload, query }) => ({
          actions: Droplets.list(world, account, query).map(({ id }) => Droplets.act(world, account, id, payload))
        })),
        backupPolicy: answer(world, (account, { params }) => ({
          policy: BackupPolicies.of(Droplets.get(account, params.droplet_id))
        })),
        backupPolicies: answer(world, (account, { query, request }) => {
          const { rows, ...rest } = page([...account.droplets.values()], query, urlOf(request))
          return { policies: Object.fromEntries(rows.map((one) => [one.id, BackupPolicies.of(one)])), ...rest }
        }),
        supportedPolicies: answer(world, () => ({ supported_policies: BackupPolicies.supported }))
      })
    )
  )

const around = (world: World) =>
  Layer.mergeAll(
    HttpApiBuilder.group(DigitalOceanApi, "snapshots", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer(world, (account, { query, request }) =>
            snapshotsPage(Snapshots.list(account, query.resource_type), query, request)
          ),
          get: answer(world, (account, { params }) => ({ snapshot: Snapshots.get(account, params.snapshot_id) })),
          delete: answer(world, (account, { params }) => Snapshots.remove(world, account, params.snapshot_id)),
          volumes: answer(world, (account, { query, request }) => {
            const { rows, ...rest } = page(Snapshots.volumes(account, query), query, urlOf(request))
            return { volumes: rows, ...rest }
          }),
          ofVolume: answer(world, (account, { params, query, request }) =>
            snapshotsPage(Snapshots.ofVolume(account, params.volume_id), query, request)
          ),
          create: answer(world, (account, { params, payload }) => ({
            snapshot: Snapshots.create(world, account, params.volume_id, payload)
          }))
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "tags", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer(world, (account, { query, request }) => {
            const { rows, ...rest } = page(Tags.list(account), query, urlOf(request))
            return { tags: rows, ...rest }
          }),
          create: answer(world, (account, { payload }) => ({ tag: Tags.create(account, payload.name) })),
          get: answer(world, (account, { params }) => ({ tag: Tags.get(account, params.tag_id) })),
          delete: answer(world, (account, { params }) => Tags.remove(world, account, params.tag_id)),
          tag: answer(world, (account, { params, payload }) =>
            Tags.change(world, account, params.tag_id, payload.resources, true)
          ),
          untag: answer(world, (account, { params, payload }) =>
            Tags.change(world, account, params.tag_id, payload.resources, false)
          )
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "account", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          regions: answer(world, (_, { query, request }) => {
            const { rows, ...rest } = page([...Seed.regions.keys()].map(Seed.region), query, urlOf(request))
            return { regions: rows, ...rest }
          }),
          sizes: answer(world, (_, { query, request }) => {
            const { rows, ...rest } = page(Seed.sizes, query, urlOf(request))
            return { sizes: rows, ...rest }
          }),
          get: answer(world, ({ email, name, uuid }) => ({
            account: {
              droplet_limit: 25,
              floating_ip_limit: 3,
              email,
              name,
              uuid,
              email_verified: true,
              status: "active",
              status_message: "",
              team: { uuid, name }
            }
          }))
        })
      )
    )
  )

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

const snapshotsPage = (
  all: ReadonlyArray<Snapshot>,
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { rows, ...rest } = page(all, query, urlOf(request))
  return { snapshots: rows, ...rest }
}

const linkTo = (request: HttpServerRequest.HttpServerRequest, path: string) => new URL(path, urlOf(request)).toString()
