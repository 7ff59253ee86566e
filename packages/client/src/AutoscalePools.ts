/**
 * Service for autoscale pools, which create Droplets from an image.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as AutoscalePool from "./AutoscalePool.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Image from "./Image.ts"
import { idText } from "./internal/model/id.ts"
import { Name as TagName, nameOf as tagName } from "./internal/model/tagName.ts"
import * as Page from "./Page.ts"
import * as Region from "./Region.ts"
import * as Size from "./Size.ts"
import type * as Tag from "./Tag.ts"

/**
 * Service for the account's autoscale pools.
 *
 * @category services
 * @since 0.1.0
 */
export class AutoscalePools extends Context.Service<
  AutoscalePools,
  {
    /**
     * Streams all autoscale pools, or those of one name.
     *
     * `GET /v2/droplets/autoscale`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplet-Autoscale-Pools/operation/autoscalepools_list
     */
    readonly list: Page.List<AutoscalePool.AutoscalePool, Filter>
    /** Returns one page of {@link list}. */
    readonly listPage: (
      filter?: Filter & Page.Query
    ) => Effect.Effect<Page.Page<AutoscalePool.AutoscalePool>, DigitalOceanError>
    /** Returns an autoscale pool. `GET /v2/droplets/autoscale/{autoscale_pool_id}` */
    readonly get: (pool: AutoscalePool.Ref) => Effect.Effect<AutoscalePool.AutoscalePool, DigitalOceanError>
    /**
     * Creates an autoscale pool, which then creates its Droplets.
     *
     * `POST /v2/droplets/autoscale`. Not retried if the outcome is unknown.
     */
    readonly create: (options: Options) => Effect.Effect<AutoscalePool.AutoscalePool, DigitalOceanError>
    /**
     * Replaces the configuration of a pool with the given one as a whole: what is not given is unset. With another
     * template, DigitalOcean replaces the Droplets one after the other.
     *
     * `PUT /v2/droplets/autoscale/{autoscale_pool_id}`
     */
    readonly update: (
      pool: AutoscalePool.Ref,
      options: Options
    ) => Effect.Effect<AutoscalePool.AutoscalePool, DigitalOceanError>
    /**
     * Deletes a pool. With `ignoreMissing`, succeeds if the pool does not exist. Its Droplets stay.
     *
     * `DELETE /v2/droplets/autoscale/{autoscale_pool_id}`
     */
    readonly delete: (
      pool: AutoscalePool.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /** Streams the Droplets of a pool. `GET /v2/droplets/autoscale/{autoscale_pool_id}/members` */
    readonly members: Page.ListOf<AutoscalePool.Ref, AutoscalePool.Member>
    /** Streams what changed in a pool. `GET /v2/droplets/autoscale/{autoscale_pool_id}/history` */
    readonly history: Page.ListOf<AutoscalePool.Ref, AutoscalePool.HistoryEvent>
  }
>()("@effect-digitalocean/client/AutoscalePools") {}

/**
 * Filters autoscale pools by their name.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  /** the exact name */
  readonly name?: string | undefined
}

/**
 * A whole autoscale pool, to create or to replace.
 *
 * **Details**
 *
 * `config` is a fixed number of Droplets, or bounds of a number that follows the utilization (a share of 1).
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** the name, which an update does not change */
  readonly name: string
  /** how many Droplets it keeps: a fixed number, or bounds of a number that follows the utilization */
  readonly config:
    | { readonly target_number_instances: number }
    | {
        readonly min_instances: number
        readonly max_instances: number
        readonly target_cpu_utilization?: number | undefined
        readonly target_memory_utilization?: number | undefined
        readonly cooldown_minutes?: number | undefined
      }
  /** what it creates its Droplets from */
  readonly droplet_template: Template
}

/**
 * What a pool creates its Droplets from. `image` is a model, an id, or the slug of a public image; `ssh_keys` are ids or
 * fingerprints.
 *
 * @category options
 * @since 0.1.0
 */
export interface Template {
  /** the image: a model, an id, or the slug of a public image */
  readonly image: Image.Ref | (string & {})
  /** the size, or its slug */
  readonly size: Size.Ref
  /** the region, or its slug */
  readonly region: Region.Ref
  /** the ids or fingerprints of the SSH keys */
  readonly ssh_keys: ReadonlyArray<string | number>
  /** the name of each Droplet */
  readonly name?: string | undefined
  /** the tags of the Droplets */
  readonly tags?: ReadonlyArray<Tag.Ref> | undefined
  /** the UUID of their VPC */
  readonly vpc_uuid?: string | undefined
  /** whether they have the agent, which utilization needs */
  readonly with_droplet_agent?: boolean | undefined
  /** the UUID of their project */
  readonly project_id?: string | undefined
  /** whether they have an IPv6 address */
  readonly ipv6?: boolean | undefined
  /** the script for cloud-init */
  readonly user_data?: string | undefined
  /** whether they have a public address, by default true */
  readonly public_networking?: boolean | undefined
}

const amount = Schema.optional(Schema.Finite)

const body = Schema.Struct({
  name: Schema.NonEmptyString,
  config: Schema.Union([
    Schema.Struct({ target_number_instances: Schema.Finite }),
    Schema.Struct({
      min_instances: Schema.Finite,
      max_instances: Schema.Finite,
      target_cpu_utilization: amount,
      target_memory_utilization: amount,
      cooldown_minutes: amount
    })
  ]),
  droplet_template: Schema.Struct({
    image: Schema.NonEmptyString,
    size: Schema.NonEmptyString,
    region: Schema.NonEmptyString,
    ssh_keys: Schema.Array(Schema.String),
    name: Schema.optional(Schema.String),
    tags: Schema.optional(Schema.Array(TagName)),
    vpc_uuid: Schema.optional(Schema.String),
    with_droplet_agent: Schema.optional(Schema.Boolean),
    project_id: Schema.optional(Schema.String),
    ipv6: Schema.optional(Schema.Boolean),
    user_data: Schema.optional(Schema.String),
    public_networking: Schema.optional(Schema.Boolean)
  })
})

const one = {
  path: "/v2/droplets/autoscale/{autoscale_pool_id}",
  decode: Endpoint.field("autoscale_pool", AutoscalePool.AutoscalePool)
} as const

const docs = (operation: string) => `Droplet-Autoscale-Pools/operation/autoscalepools_${operation}`

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("AutoscalePools.list", {
    method: "GET",
    path: "/v2/droplets/autoscale",
    scopes: ["droplet:read"],
    docs: docs("list"),
    query: Schema.Struct({ name: Schema.optional(Schema.String), ...Page.query }),
    compressed: true,
    decode: Page.decode("autoscale_pools", AutoscalePool.AutoscalePool)
  }),
  get: Endpoint.make("AutoscalePools.get", {
    ...one,
    method: "GET",
    scopes: ["droplet:read"],
    docs: docs("get"),
    identity: { param: "autoscale_pool_id", field: "id" }
  }),
  create: Endpoint.make("AutoscalePools.create", {
    method: "POST",
    path: "/v2/droplets/autoscale",
    scopes: ["droplet:create"],
    docs: docs("create"),
    body,
    decode: one.decode
  }),
  update: Endpoint.make("AutoscalePools.update", {
    ...one,
    method: "PUT",
    scopes: ["droplet:create"],
    docs: docs("update"),
    identity: { param: "autoscale_pool_id", field: "id" },
    body
  }),
  delete: Endpoint.make("AutoscalePools.delete", {
    method: "DELETE",
    path: one.path,
    scopes: ["droplet:delete"],
    docs: docs("delete")
  }),
  members: Endpoint.make("AutoscalePools.members", {
    method: "GET",
    path: "/v2/droplets/autoscale/{autoscale_pool_id}/members",
    scopes: ["droplet:read"],
    docs: docs("list_members"),
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("droplets", AutoscalePool.Member)
  }),
  history: Endpoint.make("AutoscalePools.history", {
    method: "GET",
    path: "/v2/droplets/autoscale/{autoscale_pool_id}/history",
    scopes: ["droplet:read"],
    docs: docs("list_history"),
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("history", AutoscalePool.HistoryEvent)
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<AutoscalePools["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: AutoscalePools["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    const path = (pool: AutoscalePool.Ref) => ({ autoscale_pool_id: AutoscalePool.idOf(pool) })
    return AutoscalePools.of({
      list: Page.makeList("AutoscalePools.list", listPage, ({ id }) => id),
      listPage,
      get: (pool) => client.run(endpoints.get, { path: path(pool) }),
      create: (options) => client.run(endpoints.create, { body: bodyOf(options) }),
      update: (pool, options) => client.run(endpoints.update, { path: path(pool), body: bodyOf(options) }),
      delete: (pool, options) => client.run(endpoints.delete, { path: path(pool) }, options),
      members: (pool, filter, options) =>
        Page.stream(
          "AutoscalePools.members",
          (page) => client.run(endpoints.members, { path: path(pool), query: Page.pageQuery(page, filter) }),
          ({ droplet_id }) => droplet_id,
          options
        ),
      history: (pool, filter, options) =>
        Page.stream(
          "AutoscalePools.history",
          (page) => client.run(endpoints.history, { path: path(pool), query: Page.pageQuery(page, filter) }),
          ({ history_event_id }) => history_event_id,
          options
        )
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<AutoscalePools, never, DigitalOceanClient> = Layer.effect(AutoscalePools, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<AutoscalePools["Service"]>): Layer.Layer<AutoscalePools> =>
  Layer.mock(AutoscalePools, methods)

const bodyOf = ({ config, droplet_template: { image, region, size, ssh_keys, tags, ...template }, name }: Options) => ({
  name,
  config,
  droplet_template: {
    ...template,
    image: typeof image === "string" ? image : idText(Image.idOf(image)),
    size: Size.slugOf(size),
    region: Region.slugOf(region),
    ssh_keys: ssh_keys.map(String),
    tags: tags?.map(tagName)
  }
})
