/**
 * The account's images: listing, reading, making, changing, and what can be done to them.
 *
 * Long work (`transfer`, `convert`) answers with an `Action` at once; wait for it with `Actions.await`. A custom image
 * has no action: wait for it with `awaitAvailable`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as UndefinedOr from "effect/UndefinedOr"
import * as Action from "./Action.ts"
import * as Actions from "./Actions.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { catchNotFound, DigitalOceanError, InvalidInput } from "./DigitalOceanError.ts"
import * as Image from "./Image.ts"
import { echo, quote } from "./internal/response/echo.ts"
import { endpoints } from "./internal/endpoints/images.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import * as ImageWaits from "./internal/polling/imageWaits.ts"
import { ImageTimedOut, ImageUnavailable } from "./internal/polling/imageWaits.ts"
import * as Page from "./Page.ts"
import * as Region from "./Region.ts"
import type * as Tag from "./Tag.ts"

/**
 * An action that did not work on an image.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotAnImageAction extends Schema.TaggedError<NotAnImageAction>(
  "@effect-digitalocean/client/NotAnImageAction"
)("NotAnImageAction", {
  action: Action.Action
}) {
  override get message(): string {
    const { id, resource_id, resource_type } = this.action
    return `action ${id} worked on ${echo(resource_type) || "an unnamed resource"} ${resource_id ?? ""}, not on an image`
  }
}

/**
 * The account's images, and DigitalOcean's public ones.
 *
 * @category services
 * @since 0.1.0
 */
export class Images extends Context.Service<
  Images,
  {
    /**
     * The images that a filter selects, as a lazy stream; without a filter the public ones too.
     *
     * `GET /v2/images`, a page of 200 at a time. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_list
     */
    readonly list: Page.List<Image.Image, Filter>
    /** One page of {@link list}. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Image.Image>, DigitalOceanError>
    /**
     * One image, by id, or by slug if it is public.
     *
     * `GET /v2/images/{image_id}`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_get
     */
    readonly get: (image: Image.Ref | Image.Slug | (string & {})) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Imports a custom image from a URL. The answer is not available yet: see {@link awaitAvailable}.
     *
     * `POST /v2/images`. Sent once: after an unknown outcome look for the name before you send another.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_create_custom
     */
    readonly create: (options: CreateOptions) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Changes the name, and of a custom image the description and distribution. An empty string is sent, an absent key
     * is not.
     *
     * `PUT /v2/images/{image_id}`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_update
     */
    readonly update: (image: Image.Ref, changes: UpdateOptions) => Effect.Effect<Image.Image, DigitalOceanError>
    /**
     * Deletes an image, in all its regions. With `ignoreMissing` an image that is gone already is a success.
     *
     * `DELETE /v2/images/{image_id}`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images/operation/images_delete
     */
    readonly delete: (
      image: Image.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /**
     * Copies an image to one more region. A region cannot be taken back; one where it is already answers 422.
     *
     * `POST /v2/images/{image_id}/actions`. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Image-Actions/operation/imageActions_post
     */
    readonly transfer: (image: Image.Ref, region: Region.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Makes a snapshot of a backup, so that it outlives its Droplet and can be transferred. */
    readonly convert: (image: Image.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Any action by its type with its fields, for what DigitalOcean adds later. */
    readonly performAction: (
      image: Image.Ref,
      type: string,
      fields?: Readonly<Record<string, unknown>>
    ) => Effect.Effect<Action.Action, DigitalOceanError>
    /** The actions taken on an image, newest first, as a lazy stream. `GET /v2/images/{image_id}/actions` */
    readonly actions: Page.ListOf<Image.Ref, Action.Action>
    /** One action of an image. `GET /v2/images/{image_id}/actions/{action_id}` */
    readonly action: (image: Image.Ref, action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** The newest action of an image that has not ended. */
    readonly currentAction: (image: Image.Ref) => Effect.Effect<Option.Option<Action.Action>, DigitalOceanError>
    /** The image an action worked on; none if it is gone. */
    readonly fromAction: (
      action: Action.Ref
    ) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError | NotAnImageAction>
    /**
     * Waits until no action of the image is under way, and answers its state then; none if it is gone. An action that
     * errored has ended too. Shares the requests of all waits for actions.
     */
    readonly awaitIdle: (
      image: Image.Ref,
      options?: Actions.AwaitOptions<unknown>
    ) => Effect.Effect<Option.Option<Image.Image>, DigitalOceanError | Actions.ActionTimedOut | ImageTimedOut>
    /** Waits until a custom image is `available`. Several share one listing, unless their route is `action`. */
    readonly awaitAvailable: (
      image: Image.Ref,
      options?: Actions.AwaitOptions<Image.Image>
    ) => Effect.Effect<Image.Image, DigitalOceanError | ImageUnavailable | ImageTimedOut>
  }
>()("@effect-digitalocean/client/Images") {}

/**
 * Which images: DigitalOcean documents the filters one at a time.
 *
 * **Details**
 *
 * - `type`: only public distribution images, or only public application images
 * - `private`: only the account's own
 * - `tag_name`: only those with this tag
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  readonly type?: "application" | "distribution" | undefined
  readonly private?: boolean | undefined
  readonly tag_name?: Tag.Ref | undefined
}

/**
 * A custom image to import.
 *
 * **Details**
 *
 * - `url`: where DigitalOcean fetches it; raw, qcow2, vhdx, vdi or vmdk, also gzip or bzip2, under 100 GB unpacked
 * - `distribution`: one DigitalOcean does not know becomes `Unknown`
 * - `tags`: need the scope `tag:create`
 *
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions {
  readonly name: string
  readonly url: string | URL
  readonly region: Region.Ref
  readonly distribution?: Image.Distribution | undefined
  readonly description?: string | undefined
  readonly tags?: ReadonlyArray<Tag.Ref> | undefined
}

/**
 * What to change of an image; at least one.
 *
 * @category options
 * @since 0.1.0
 */
export interface UpdateOptions {
  readonly name?: string | undefined
  readonly description?: string | undefined
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
 * Makes the service over a client and its actions.
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
        ? invalid("Images.get", "image_id", `${quote(image)} is no slug: give an id as a number`)
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

    return Images.of({
      list: Page.makeList("Images.list", listPage, (image) => image.id),
      listPage,
      get,
      create: ({ region, tags, url, ...body }) =>
        client.run(endpoints.create, {
          body: { ...body, url: String(url), region: Region.slugOf(region), tags: tags?.map(tagName) }
        }),
      update: (image, body) =>
        [body.name, body.description, body.distribution].every(Predicate.isUndefined)
          ? invalid("Images.update", "changes", "expected at least one of name, description and distribution")
          : client.run(endpoints.update, { path: path(image), body }),
      delete: (image, options) => {
        // the API responds with 404 for a deleted image, and with 422 while it deletes one
        const isDeleted = Effect.map(find(image), (found) => Option.isNone(found) || Image.isDeleted(found.value))
        return client.run(endpoints.delete, { path: path(image) }, { ...options, isDeleted })
      },
      transfer: (image, region) =>
        client.run(endpoints.transfer, {
          path: path(image),
          body: { type: "transfer", region: Region.slugOf(region) }
        }),
      convert: (image) => client.run(endpoints.convert, { path: path(image), body: { type: "convert" } }),
      performAction: (image, type, fields) =>
        client.run(endpoints.performAction, { path: path(image), body: { ...fields, type } }),
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
 * The service as a layer, with an `Actions` of the same client beneath it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Images, never, DigitalOceanClient> = Layer.effect(Images, make).pipe(
  Layer.provide(Actions.layer)
)

/**
 * The service for a test: the given methods, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Images["Service"]>): Layer.Layer<Images> => Layer.mock(Images, methods)

const invalid = (operation: string, field: string, problem: string) =>
  Effect.suspend(() => Effect.fail(new DigitalOceanError({ operation, reason: new InvalidInput({ field, problem }) })))
