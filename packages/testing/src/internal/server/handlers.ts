import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { type Action, DigitalOceanApi, type ErrorBody, type Image, type Snapshot } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import * as AutoscalePools from "../resources/autoscalePools.ts"
import * as Backups from "../resources/backups.ts"
import * as Droplets from "../resources/droplets.ts"
import * as Images from "../resources/images.ts"
import * as Keys from "../resources/keys.ts"
import { mask } from "./mask.ts"
import { page } from "./pages.ts"
import { notFound, ApiError } from "../account/apiError.ts"
import * as Snapshots from "../resources/snapshots.ts"
import * as Tags from "../resources/tags.ts"
import { accountOf } from "../account/token.ts"
import * as Transfers from "../resources/transfers.ts"
import { urlOf } from "../http/url.ts"
import type { Account } from "../account/account.ts"
import type { World } from "../account/world.ts"

/** The operations of the contract, executed by the accounts of the current world. */
export const layer = Layer.suspend(() => {
  const images = HttpApiBuilder.group(DigitalOceanApi, "images", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer((account, { query, request }, world) => {
          const { links, meta, rows } = page(world.order(Images.list(account, query)), query, urlOf(request))
          return { images: rows, links, meta }
        }),
        create: answer((account, { payload }, world) => ({ image: Images.create(world, account, payload) })),
        get: answer((account, { params }) => ({ image: Images.get(account, params.image_id) })),
        update: answer((account, { params, payload }, world) => ({
          image: Images.update(world, account, params.image_id, payload)
        })),
        delete: answer((account, { params }, world) => Images.remove(world, account, params.image_id)),
        actions: answer((account, { params, query, request }, world) =>
          actionsPage(world.order(Images.actions(world, account, params.image_id)), query, request)
        ),
        act: answer((account, { params, payload }, world) => ({
          action: Images.act(world, account, params.image_id, payload)
        })),
        action: answer((account, { params }, world) => ({
          action: Images.action(world, account, params.image_id, params.action_id)
        })),
        transferCreate: answer((account, { params, payload }, world) => {
          const recipient = "recipient_email" in payload ? payload.recipient_email : payload.recipient_uuid
          return { transfer_id: Transfers.offer(world, account, params.image_id, recipient) }
        }),
        transferAccept: answer((account, { params, payload }, world) =>
          Transfers.accept(world, account, params.image_id, payload)
        ),
        transferCancel: answer((account, { params, payload }, world) =>
          Transfers.cancel(world, account, params.image_id, payload.transfer_id)
        ),
        transferDecline: answer((account, { params, payload }, world) =>
          Transfers.decline(world, account, params.image_id, payload.transfer_id)
        )
      })
    )
  )
  const actions = HttpApiBuilder.group(DigitalOceanApi, "actions", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer((account, { query, request }, world) =>
          actionsPage(world.order(world.readable(account.actions.values())), query, request)
        ),
        get: answer((account, { params }, world) => ({ action: world.action(account, params.action_id) }))
      })
    )
  )
  return Layer.mergeAll(images, actions, droplets(), around())
})

/** The world of a request: the handlers are the same for every world, and are created once. */
export const CurrentWorld = Context.Reference<World | undefined>("@effect-digitalocean/testing/World", {
  defaultValue: () => undefined
})

const droplets = () =>
  HttpApiBuilder.group(DigitalOceanApi, "droplets", (handlers) =>
    Effect.succeed(
      handlers.handleAll({
        list: answer((account, { query, request }, world) => {
          const { rows, ...rest } = page(world.order(Droplets.list(account, query)), query, urlOf(request))
          return { droplets: rows.map((machine) => Droplets.write(account, machine)), ...rest }
        }),
        create: answer((account, { payload, request }, world) => {
          const names = "names" in payload ? payload.names : [payload.name]
          const made = Droplets.create(world, account, names, payload)
          const links = {
            actions: made.map(({ action: { id } }) => ({
              id,
              rel: "create",
              href: linkTo(request, `/v2/actions/${id}`)
            }))
          }
          const written = made.map(({ machine }) => Droplets.write(account, machine))
          return "names" in payload ? { droplets: written, links } : { droplet: written[0]!, links }
        }),
        get: answer((account, { params }) => ({
          droplet: Droplets.write(account, Droplets.get(account, params.droplet_id))
        })),
        delete: answer((account, { params }, world) => Droplets.remove(world, account, params.droplet_id)),
        deleteByTag: answer((account, { query }, world) => Droplets.removeByTag(world, account, query.tag_name)),
        snapshots: answer((account, { params, query, request }, world) => {
          const listed = world.order(Droplets.listed(account, params.droplet_id, "snapshot"))
          const { rows, ...rest } = page(listed, query, urlOf(request))
          return { snapshots: rows, ...rest }
        }),
        backups: answer((account, { params, query, request }, world) => {
          const listed = world.order(Droplets.listed(account, params.droplet_id, "backup"))
          const { rows, ...rest } = page(listed, query, urlOf(request))
          return { backups: rows, ...rest }
        }),
        actions: answer((account, { params, query, request }, world) =>
          actionsPage(world.order(Droplets.actions(world, account, params.droplet_id)), query, request)
        ),
        action: answer((account, { params }, world) => {
          const action = Droplets.actions(world, account, params.droplet_id).find(({ id }) => id === params.action_id)
          if (action === undefined) throw notFound()
          return { action }
        }),
        act: answer((account, { params, payload }, world) => ({
          action: Droplets.act(world, account, params.droplet_id, payload)
        })),
        performActionByTag: answer((account, { payload, query }, world) => ({
          actions: Droplets.tagged(account, query.tag_name).map(({ id }) => Droplets.act(world, account, id, payload))
        })),
        backupPolicy: answer((account, { params }) => ({
          policy: Backups.policy(account, Droplets.get(account, params.droplet_id))
        })),
        backupPolicies: answer((account, { query, request }) => {
          const { rows, ...rest } = page([...account.droplets.values()], query, urlOf(request))
          return { policies: Object.fromEntries(rows.map((one) => [one.id, Backups.policy(account, one)])), ...rest }
        }),
        supportedPolicies: answer(() => ({ supported_policies: Backups.supported }))
      })
    )
  )

const around = () =>
  Layer.mergeAll(
    HttpApiBuilder.group(DigitalOceanApi, "autoscalePools", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer((account, { query, request }, world) => {
            const { rows, ...rest } = page(world.order(AutoscalePools.list(account, query)), query, urlOf(request))
            return { autoscale_pools: rows.map((pool) => AutoscalePools.write(account, pool)), ...rest }
          }),
          create: answer((account, { payload }, world) => ({
            autoscale_pool: AutoscalePools.write(account, AutoscalePools.create(world, account, payload))
          })),
          get: answer((account, { params }) => ({
            autoscale_pool: AutoscalePools.write(account, AutoscalePools.get(account, params.autoscale_pool_id))
          })),
          update: answer((account, { params, payload }, world) => ({
            autoscale_pool: AutoscalePools.write(
              account,
              AutoscalePools.update(world, account, params.autoscale_pool_id, payload)
            )
          })),
          delete: answer((account, { params }) => AutoscalePools.remove(account, params.autoscale_pool_id)),
          members: answer((account, { params, query, request }, world) => {
            const listed = world.order(AutoscalePools.members(account, params.autoscale_pool_id))
            const { rows, ...rest } = page(listed, query, urlOf(request))
            return { droplets: rows.map(AutoscalePools.writeMember), ...rest }
          }),
          history: answer((account, { params, query, request }) => {
            const { rows, ...rest } = page(
              AutoscalePools.history(account, params.autoscale_pool_id),
              query,
              urlOf(request)
            )
            return { history: rows, ...rest }
          })
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "snapshots", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer((account, { query, request }, world) =>
            snapshotsPage(account, world.order(Snapshots.list(account, query.resource_type)), query, request)
          ),
          get: answer((account, { params }) => ({ snapshot: Snapshots.get(account, params.snapshot_id) })),
          delete: answer((account, { params }, world) => Snapshots.remove(world, account, params.snapshot_id)),
          volumes: answer((account, { query, request }) => {
            const { rows, ...rest } = page(Snapshots.volumes(account, query), query, urlOf(request))
            return { volumes: rows, ...rest }
          }),
          volume: answer((account, { params }) => ({ volume: Snapshots.volume(account, params.volume_id) })),
          getOfVolume: answer((account, { params }) => ({
            snapshot: Snapshots.getOfVolume(account, params.snapshot_id)
          })),
          deleteOfVolume: answer((account, { params }) => Snapshots.removeOfVolume(account, params.snapshot_id)),
          ofVolume: answer((account, { params, query, request }, world) =>
            snapshotsPage(account, world.order(Snapshots.ofVolume(account, params.volume_id)), query, request)
          ),
          create: answer((account, { params, payload }, world) => ({
            snapshot: Snapshots.create(world, account, params.volume_id, payload)
          }))
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "tags", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer((account, { query, request }) => {
            const { rows, ...rest } = page(Tags.list(account), query, urlOf(request))
            return { tags: Tags.write(account, rows, urlOf(request).origin), ...rest }
          }),
          // invalid tag names were rejected earlier
          create: (input) =>
            Effect.orDie(
              answer((account, { payload, request }: typeof input) => ({
                tag: Tags.create(account, payload.name, urlOf(request).origin)
              }))(input)
            ),
          get: answer((account, { params, request }) => ({
            tag: Tags.get(account, params.tag_id, urlOf(request).origin)
          })),
          delete: answer((account, { params }) => Tags.remove(account, params.tag_id)),
          tag: answer((account, { params, payload }) => Tags.change(account, params.tag_id, payload.resources, true)),
          untag: answer((account, { params, payload }) => Tags.change(account, params.tag_id, payload.resources, false))
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "account", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          regions: answer((_, { query, request }) => {
            const { rows, ...rest } = page([...Seed.regions.keys()].map(Seed.region), query, urlOf(request))
            return { regions: rows, ...rest }
          }),
          sizes: answer((_, { query, request }) => {
            const { rows, ...rest } = page(Seed.sizes, query, urlOf(request))
            return { sizes: rows, ...rest }
          }),
          get: answer(({ email, name, uuid }) => ({
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
    ),
    HttpApiBuilder.group(DigitalOceanApi, "keys", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer((account, { query, request }, world) => {
            const { rows, ...rest } = page(world.order(Keys.list(account)), query, urlOf(request))
            return { ssh_keys: rows, ...rest }
          }),
          create: answer((account, { payload }, world) => ({ ssh_key: Keys.create(world, account, payload) })),
          get: answer((account, { params }) => ({ ssh_key: Keys.get(account, params.ssh_key_identifier) })),
          update: answer((account, { params, payload }) => ({
            ssh_key: Keys.update(account, params.ssh_key_identifier, payload)
          })),
          delete: answer((account, { params }) => Keys.remove(account, params.ssh_key_identifier))
        })
      )
    ),
    HttpApiBuilder.group(DigitalOceanApi, "firewalls", (handlers) =>
      Effect.succeed(
        handlers.handleAll({
          list: answer((_, { query, request }) => noFirewalls(query, request)),
          ofDroplet: answer((account, { params, query, request }) => {
            Droplets.get(account, params.droplet_id)
            return noFirewalls(query, request)
          })
        })
      )
    )
  )

/** An operation as a handler: executed for the account of the request's token; an API error is its response. */
const answer =
  <Input extends { readonly request: HttpServerRequest.HttpServerRequest }, A>(
    run: (account: Account, input: Input, world: World) => A
  ) =>
  (input: Input): Effect.Effect<A, ErrorBody> =>
    Effect.flatMap(CurrentWorld, (world) => {
      if (world === undefined) return Effect.die(new Error("the operations have no world"))
      try {
        const account = accountOf(world, input.request)
        const isRead = input.request.method === "GET"
        return Effect.succeed(mask(run(isRead ? account.read : account, input, world), account.scopes))
      } catch (error) {
        // an operation fails with one of its declared errors
        return error instanceof ApiError ? Effect.fail(error.body as ErrorBody) : Effect.die(error)
      }
    })

const actionsPage = (
  all: ReadonlyArray<Action>,
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { links, meta, rows } = page(all, query, urlOf(request))
  return { actions: rows, links, meta }
}

const snapshotsPage = (
  account: Account,
  all: ReadonlyArray<Image | Snapshot>,
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { rows, ...rest } = page(all, query, urlOf(request))
  return { snapshots: rows.map((row) => Snapshots.write(account, row)), ...rest }
}

const noFirewalls = (
  query: { readonly page?: number; readonly per_page?: number },
  request: HttpServerRequest.HttpServerRequest
) => {
  const { links, meta } = page([], query, urlOf(request))
  return { firewalls: [] as const, links, meta }
}

const linkTo = (request: HttpServerRequest.HttpServerRequest, path: string) => new URL(path, urlOf(request)).toString()
