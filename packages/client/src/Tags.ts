/**
 * Service for tags: list, get, create, delete, and tag and untag images and other resources.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { DigitalOceanError, InvalidInput } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import { isName } from "./internal/model/tagName.ts"
import { quote } from "./internal/response/echo.ts"
import * as Page from "./Page.ts"
import * as Tag from "./Tag.ts"

/**
 * Service for the account's tags.
 *
 * @category services
 * @since 0.1.0
 */
export class Tags extends Context.Service<
  Tags,
  {
    /**
     * Streams all tags.
     *
     * `GET /v2/tags`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags/operation/tags_list
     */
    readonly list: Page.List<Tag.Tag>
    /** Returns one page of {@link list}. */
    readonly listPage: (query?: Page.Query) => Effect.Effect<Page.Page<Tag.Tag>, DigitalOceanError>
    /** Returns a tag. `GET /v2/tags/{tag_id}` */
    readonly get: (tag: Tag.Ref) => Effect.Effect<Tag.Tag, DigitalOceanError>
    /** Creates a tag, or returns the existing one. `POST /v2/tags` */
    readonly create: (name: string) => Effect.Effect<Tag.Tag, DigitalOceanError>
    /**
     * Deletes a tag, and removes it from all resources. With `ignoreMissing`, succeeds if the tag does not exist.
     * `DELETE /v2/tags/{tag_id}`
     */
    readonly delete: (
      tag: Tag.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /**
     * Tags resources: `tags.tag("web", [Tag.image(image)])`. A missing tag is created first, unless `create` is
     * `false`.
     *
     * `POST /v2/tags/{tag_id}/resources`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags/operation/tags_assign_resources
     */
    readonly tag: (
      tag: Tag.Ref,
      resources: ReadonlyArray<Tag.Resource>,
      options?: { readonly create?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /** Removes a tag from resources. `DELETE /v2/tags/{tag_id}/resources`, with a body. */
    readonly untag: (tag: Tag.Ref, resources: ReadonlyArray<Tag.Resource>) => Effect.Effect<void, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Tags") {}

/** The specification's example of an existing tag is wrapped in two `tag` fields. */
const decodeTag: Endpoint.Decode<Tag.Tag> = (json) => {
  const inner = Predicate.hasProperty(json, "tag") && Predicate.hasProperty(json.tag, "tag") ? json.tag : json
  return decodeField(inner)
}

const decodeField = Endpoint.field("tag", Tag.Tag)

const Resources = Schema.Struct({
  resources: Schema.Array(Tag.Resource).check(
    Schema.makeFilter((all: ReadonlyArray<unknown>) => all.length > 0 || "Expected at least one resource")
  )
})

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  list: Endpoint.make("Tags.list", {
    method: "GET",
    path: "/v2/tags",
    scopes: ["tag:read"],
    docs: "Tags/operation/tags_list",
    query: Schema.Struct(Page.query),
    compressed: true,
    decode: Page.decode("tags", Tag.Tag)
  }),
  get: Endpoint.make("Tags.get", {
    method: "GET",
    path: "/v2/tags/{tag_id}",
    scopes: ["tag:read"],
    docs: "Tags/operation/tags_get",
    decode: decodeTag
  }),
  create: Endpoint.make("Tags.create", {
    method: "POST",
    path: "/v2/tags",
    scopes: ["tag:create"],
    docs: "Tags/operation/tags_create",
    body: Schema.Struct({ name: Tag.Name }),
    decode: decodeTag
  }),
  delete: Endpoint.make("Tags.delete", {
    method: "DELETE",
    path: "/v2/tags/{tag_id}",
    scopes: ["tag:delete"],
    docs: "Tags/operation/tags_delete"
  }),
  tag: Endpoint.make("Tags.tag", {
    method: "POST",
    path: "/v2/tags/{tag_id}/resources",
    scopes: ["tag:create"],
    docs: "Tags/operation/tags_assign_resources",
    body: Resources
  }),
  untag: Endpoint.make("Tags.untag", {
    method: "DELETE",
    path: "/v2/tags/{tag_id}/resources",
    scopes: ["tag:delete"],
    docs: "Tags/operation/tags_unassign_resources",
    body: Resources
  })
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Tags["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const listPage: Tags["Service"]["listPage"] = (query) => client.run(endpoints.list, { query })
    const create: Tags["Service"]["create"] = (name) => client.run(endpoints.create, { body: { name } })
    const withName = <A>(
      operation: string,
      tag: Tag.Ref,
      run: (name: string) => Effect.Effect<A, DigitalOceanError>
    ) => {
      const name = Tag.nameOf(tag)
      return isName(name) ? run(name) : invalidName(operation, name)
    }
    return Tags.of({
      list: Page.makeList("Tags.list", listPage, ({ name }) => name),
      listPage,
      get: (tag) => withName("Tags.get", tag, (tag_id) => client.run(endpoints.get, { path: { tag_id } })),
      create,
      delete: (tag, options) =>
        withName("Tags.delete", tag, (tag_id) => client.run(endpoints.delete, { path: { tag_id } }, options)),
      tag: (tag, resources, options) =>
        withName("Tags.tag", tag, (name) => {
          const request = client.run(endpoints.tag, { path: { tag_id: name }, body: { resources } })
          return options?.create === false
            ? request
            : Effect.catch(request, (error) =>
                error.reason._tag === "NotFound" ? createAndRetry(create(name), request) : Effect.fail(error)
              )
        }),
      untag: (tag, resources) =>
        withName("Tags.untag", tag, (tag_id) => client.run(endpoints.untag, { path: { tag_id }, body: { resources } }))
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Tags, never, DigitalOceanClient> = Layer.effect(Tags, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Tags["Service"]>): Layer.Layer<Tags> => Layer.mock(Tags, methods)

const invalidName = (operation: string, name: string) =>
  Effect.suspend(() =>
    Effect.fail(
      new DigitalOceanError({
        operation,
        reason: new InvalidInput({
          field: "tag_id",
          problem: `Expected 1 to 255 letters, digits, colons, dashes and underscores, got ${quote(name)}`
        })
      })
    )
  )

/** A creation of unknown outcome may have been executed: whether the tag exists is seen by the request. */
const createAndRetry = <A>(
  create: Effect.Effect<unknown, DigitalOceanError>,
  request: Effect.Effect<A, DigitalOceanError>
): Effect.Effect<A, DigitalOceanError> =>
  Effect.matchEffect(create, {
    onSuccess: () => request,
    onFailure: (lost) =>
      lost.outcome === "not-executed"
        ? Effect.fail(lost)
        : Effect.catchReason(request, "DigitalOceanError", "NotFound", () => Effect.fail(lost))
  })
