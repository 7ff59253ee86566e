/**
 * Service for the SSH keys of the account. A Droplet that is created from a custom image needs one.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Page from "./Page.ts"
import * as SshKey from "./SshKey.ts"

/**
 * Service for the account's SSH keys. The API allows 10 requests for them in 60 seconds.
 *
 * @category services
 * @since 0.1.0
 */
export class SshKeys extends Context.Service<
  SshKeys,
  {
    /**
     * Streams all SSH keys.
     *
     * `GET /v2/account/keys`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/SSH-Keys/operation/sshKeys_list
     */
    readonly list: Page.List<SshKey.SshKey>
    /** Returns one page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<SshKey.SshKey>, DigitalOceanError>
    /** Returns an SSH key, by its id or its fingerprint. `GET /v2/account/keys/{ssh_key_identifier}` */
    readonly get: (key: SshKey.Ref) => Effect.Effect<SshKey.SshKey, DigitalOceanError>
    /** Adds an SSH key. `POST /v2/account/keys`. Not retried if the outcome is unknown. */
    readonly create: (options: {
      readonly name: string
      readonly public_key: string
    }) => Effect.Effect<SshKey.SshKey, DigitalOceanError>
    /** Renames an SSH key. `PUT /v2/account/keys/{ssh_key_identifier}` */
    readonly update: (
      key: SshKey.Ref,
      options: { readonly name: string }
    ) => Effect.Effect<SshKey.SshKey, DigitalOceanError>
    /**
     * Deletes an SSH key; Droplets that have it keep it. With `ignoreMissing`, succeeds if the key does not exist.
     * `DELETE /v2/account/keys/{ssh_key_identifier}`
     */
    readonly delete: (
      key: SshKey.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
  }
>()("@effect-digitalocean/client/SshKeys") {}

const one = {
  path: "/v2/account/keys/{ssh_key_identifier}",
  decode: Endpoint.field("ssh_key", SshKey.SshKey)
} as const

const docs = (operation: string) => `SSH-Keys/operation/sshKeys_${operation}`

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("SshKeys.list", {
    method: "GET",
    path: "/v2/account/keys",
    scopes: ["ssh_key:read"],
    docs: docs("list"),
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("ssh_keys", SshKey.SshKey)
  }),
  get: Endpoint.make("SshKeys.get", { ...one, method: "GET", scopes: ["ssh_key:read"], docs: docs("get") }),
  create: Endpoint.make("SshKeys.create", {
    method: "POST",
    path: "/v2/account/keys",
    scopes: ["ssh_key:create"],
    docs: docs("create"),
    body: Schema.Struct({ name: Schema.NonEmptyString, public_key: Schema.NonEmptyString }),
    decode: one.decode
  }),
  update: Endpoint.make("SshKeys.update", {
    ...one,
    method: "PUT",
    scopes: ["ssh_key:update"],
    docs: docs("update"),
    body: Schema.Struct({ name: Schema.NonEmptyString })
  }),
  delete: Endpoint.make("SshKeys.delete", {
    method: "DELETE",
    path: one.path,
    scopes: ["ssh_key:delete"],
    docs: docs("delete")
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<SshKeys["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: SshKeys["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    const path = (key: SshKey.Ref) => ({ ssh_key_identifier: SshKey.idOf(key) })
    return SshKeys.of({
      list: Page.makeList("SshKeys.list", listPage, ({ id }) => id),
      listPage,
      get: (key) => client.run(endpoints.get, { path: path(key) }),
      create: (body) => client.run(endpoints.create, { body }),
      update: (key, body) => client.run(endpoints.update, { path: path(key), body }),
      delete: (key, options) => client.run(endpoints.delete, { path: path(key) }, options)
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<SshKeys, never, DigitalOceanClient> = Layer.effect(SshKeys, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<SshKeys["Service"]>): Layer.Layer<SshKeys> => Layer.mock(SshKeys, methods)
