/**
 * Service for images: list, get, create, update, delete, transfer and convert.
 *
 * The long-running operations `transfer` and `convert` return an `Action` immediately: wait for it with
 * `Actions.await`. The import of a custom image has no action: wait for it with `awaitAvailable`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import * as UndefinedOr from "effect/UndefinedOr"
import * as Action from "./Action.ts"
import * as Actions from "./Actions.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { catchNotFound, DigitalOceanError, InvalidInput } from "./DigitalOceanError.ts"
import * as Image from "./Image.ts"
import { echo, quote } from "./internal/response/echo.ts"
import { anyAction } from "./internal/endpoints/actions.ts"
import { endpoints } from "./internal/endpoints/images.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import { makeActionPoller } from "./internal/polling/actionPoller.ts"
import * as ImageWaits from "./internal/polling/imageWaits.ts"
import { ImageTimedOut, ImageUnavailable } from "./internal/polling/imageWaits.ts"
import * as Page from "./Page.ts"
import * as Region from "./Region.ts"
import type * as Tag from "./Tag.ts"
import { taggedError } from "./internal/model/taggedError.ts"

/**
 * The action is not for an image.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAnImageAction extends taggedError<NotAnImageAction>()("NotAnImageAction", {
  /** the action, of another resource */
  action: Action.Action
}) {
  override get message(): string {
    const { id, resource_id, resource_type } = this.action
    return `action ${id} is for ${echo(resource_type) || "an unnamed resource"} ${resource_id ?? ""}, not on an image`
  }
}

/**
 * Service for the account's images and DigitalOcean's public images.
 *
 * @category services
 * @since 0.1.0
 */
export class Images extends Context.Service<
  Images,
  {
    /**
     * Streams the images that match a filter. Without a filter, public images are included.
     *
     * `GET /v2/images`, 200 images per page.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_list
     */
    readonly list: Page.List<Image.Image, Filter>
    /** Returns one page of {@link list}. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Image.Image>, DigitalOceanError>
    /**
     * Returns an image by its id, or a public image by its slug.
     *
     * `GET /v2/images/{image_id}`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_get
     */
    readonly get: (image: Image.Ref | Image.Slug | (string & {})) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Imports a custom image from a URL. The returned image is not available yet: see {@link awaitAvailable}.
     *
     * `POST /v2/images`. Not retried if the outcome is unknown: look for an image of that name before you send another
     * request.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_create_custom
     */
    readonly create: (options: CreateOptions) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Updates the name, and for a custom image the description and the distribution. An empty string is sent, an absent
     * field is not.
     *
     * `PUT /v2/images/{image_id}`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_update
     */
    readonly update: (image: Image.Ref, changes: UpdateOptions) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Deletes an image in all its regions. With `ignoreMissing`, succeeds if the image is already deleted.
     *
     * `DELETE /v2/images/{image_id}`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_delete
     */
    readonly delete: (
      image: Image.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /**
     * Copies an image to another region. This cannot be undone. Fails with a 422 if the region already has the image.
     *
     * `POST /v2/images/{image_id}/actions`.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Image-Actions/operation/imageActions_post
     */
    readonly transfer: (image: Image.Ref, region: Region.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Converts a backup to a snapshot, which can be transferred and is not deleted with its Droplet. */
    readonly convert: (image: Image.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Performs an action of any type, for types that have no method of their own. */
    readonly performAction: (
      image: Image.Ref,
      type: string,
      fields?: Readonly<Record<string, unknown>>
    ) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Streams the actions of an image, newest first. `GET /v2/images/{image_id}/actions` */
    readonly actions: Page.ListOf<Image.Ref, Action.Action>
    /** Returns an action of an image. `GET /v2/images/{image_id}/actions/{action_id}` */
    readonly action: (image: Image.Ref, action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Returns the newest action of an image that is in progress. */
    readonly currentAction: (image: Image.Ref) => Effect.Effect<Option.Option<Action.Action>, DigitalOceanError>
    /** Returns the image of an action, or `None` if the image was deleted. */
    readonly fromAction: (
      action: Action.Ref
    ) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError | NotAnImageAction>
    /**
     * Waits until no action of the image is in progress, and returns the image, or `None` if it was deleted. An action
     * that errored is no longer in progress. The polls are batched with those of all waits for actions.
     */
    readonly awaitIdle: (
      image: Image.Ref,
      options?: Actions.AwaitOptions<unknown>
    ) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError | Actions.ActionTimedOut | ImageTimedOut>
    /** Waits until a custom image is `available`. Several waits share one listing, unless `pollVia` is `action`. */
    readonly awaitAvailable: (
      image: Image.Ref,
      options?: Actions.AwaitOptions<Image.Image>
    ) => Effect.Effect<Image.Image, DigitalOceanError | ImageUnavailable | ImageTimedOut>
  }
>()("@effect-digitalocean/client/Images") {}

/**
 * Filters images. DigitalOcean does not document combinations of filters.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  /** only public distribution images, or only public application images */
  readonly type?: "application" | "distribution" | undefined
  /** only images of the account */
  readonly private?: boolean | undefined
  /** only images with this tag */
  readonly tag_name?: Tag.Ref | undefined
}

/**
 * Options to import a custom image.
 *
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions {
  /** the name of the image */
  readonly name: string
  /**
   * where DigitalOcean downloads the image: raw, qcow2, vhdx, vdi or vmdk, also compressed with gzip or bzip2, less
   * than 100 GB uncompressed
   */
  readonly url: string | URL
  /** the region into which it is imported */
  readonly region: Region.Ref
  /** DigitalOcean replaces an unknown one with `Unknown` */
  readonly distribution?: Image.Distribution | undefined
  /** a description of the image */
  readonly description?: string | undefined
  /** require the scope `tag:create` */
  readonly tags?: ReadonlyArray<Tag.Ref> | undefined
}

/**
 * The fields of an image to update. At least one is required.
 *
 * @category options
 * @since 0.1.0
 */
export interface UpdateOptions {
  /** the new name */
  readonly name?: string | undefined
  /** the new description */
  readonly description?: string | undefined
  /** the new distribution; only of a custom image */
  readonly distribution?: Image.Distribution | undefined
}

export { ImageTimedOut, ImageUnavailable }

export {
  /**
   * The operations as data: method, path, scopes, documentation.
   *
   * @category endpoints
   * @since 0.1.0
   */
  endpoints
}

/**
 * Creates the service from a client and its `Actions`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Images["Service"], never, DigitalOceanClient | Actions.Actions> = Effect.gen(
  function* () {
    const client = yield* DigitalOceanClient
    const actions = yield* Actions.Actions
    const path = (image: Image.Ref) => ({ image_id: Image.idOf(image) })

    const listPage: Images["Service"]["listPage"] = (query) =>
      client.run(endpoints.list, { query: { ...query, tag_name: UndefinedOr.map(query?.tag_name, tagName) } })
    const get: Images["Service"]["get"] = (image) =>
      typeof image === "string" && /^\d+$/.test(image)
        ? invalid("Images.get", "image_id", `${quote(image)} is not a slug: pass an id as a number`)
        : client.run(endpoints.get, { path: { image_id: typeof image === "string" ? image : Image.idOf(image) } })
    const find = (image: Image.Ref) => catchNotFound(get(image))
    const listActions: Images["Service"]["actions"] = (image, filter, options) =>
      Page.stream(
        "Images.actions",
        (page) => client.run(endpoints.actions, { path: path(image), query: Page.pageQuery(page, filter) }),
        (action) => action.id,
        options
      )
    const currentAction: Images["Service"]["currentAction"] = (image) =>
      Stream.runHead(Stream.filter(listActions(image), Action.isInProgress))

    const { durations } = makeActionPoller(client)
    /** Learns how large the image of an action is, if it is known: the size determines how long the action takes. */
    const withSize = (image: Image.Ref, action: Effect.Effect<Action.Action, DigitalOceanError>) =>
      Predicate.isNumber(image)
        ? action
        : Effect.tap(action, (started) => Effect.sync(() => durations.learnSize(started, image.size_gigabytes ?? 0)))

    return Images.of({
      list: Page.makeList("Images.list", listPage, (image) => image.id),
      listPage,
      get,
      create: ({ region, tags, url, ...body }) =>
        client.run(endpoints.create, {
          body: { ...body, url: String(url), region: Region.slugOf(region), tags: tags?.map(tagName) }
        }),
      update: (image, body) =>
        [body.name, body.description, body.distribution].every((field) => field === undefined)
          ? invalid("Images.update", "changes", "expected at least one of name, description and distribution")
          : client.run(endpoints.update, { path: path(image), body }),
      delete: (image, options) => {
        // the API responds with 404 for a deleted image, and with 422 while it deletes one
        const isDeleted = Effect.map(find(image), (found) => Option.isNone(found) || Image.isDeleted(found.value))
        return client.run(endpoints.delete, { path: path(image) }, { ...options, isDeleted })
      },
      transfer: (image, region) => {
        const body = { type: "transfer", region: Region.slugOf(region) } as const
        return withSize(image, client.run(endpoints.transfer, { path: path(image), body }))
      },
      convert: (image) =>
        withSize(image, client.run(endpoints.convert, { path: path(image), body: { type: "convert" } })),
      performAction: (image, type, fields) =>
        withSize(image, client.run(endpoints.performAction, { path: path(image), body: anyAction(type, fields) })),
      actions: listActions,
      action: (image, action) =>
        client.run(endpoints.action, { path: { ...path(image), action_id: Action.idOf(action) } }),
      currentAction,
      fromAction: Effect.fn("Images.fromAction")(function* (ref) {
        const action = Predicate.isNumber(ref) ? yield* actions.get(ref) : ref
        if (!Action.isImageAction(action)) return yield* new NotAnImageAction({ action })
        return yield* find(action.resource_id ?? 0)
      }),
      ...ImageWaits.make(client, { find, currentAction })
    })
  }
)

/**
 * Layer that provides the service, with an `Actions` of the same client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Images, never, DigitalOceanClient> = Layer.effect(Images, make).pipe(
  Layer.provide(Actions.layer)
)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Images["Service"]>): Layer.Layer<Images> => Layer.mock(Images, methods)

const invalid = (operation: string, field: string, problem: string) =>
  Effect.suspend(() => Effect.fail(new DigitalOceanError({ operation, reason: new InvalidInput({ field, problem }) })))
