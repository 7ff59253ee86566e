/**
 * The account's Droplets, as far as images are made of them and they of images.
 *
 * DigitalOcean never says which image a snapshot made. `takeSnapshot` does: it names the snapshot, waits for its action,
 * and looks for the name among the Droplet's snapshots.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as UndefinedOr from "effect/UndefinedOr"
import * as Action from "./Action.ts"
import * as Actions from "./Actions.ts"
import type * as BackupPolicy from "./BackupPolicy.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { catchNotFound, type DigitalOceanError } from "./DigitalOceanError.ts"
import * as Droplet from "./Droplet.ts"
import * as Image from "./Image.ts"
import { endpoints } from "./internal/endpoints/droplets.ts"
import { echo } from "./internal/response/echo.ts"
import * as SnapshotSearch from "./internal/polling/snapshotLookup.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import * as Page from "./Page.ts"
import * as Refusal from "./Refusal.ts"
import * as Region from "./Region.ts"
import * as Size from "./Size.ts"
import type * as Tag from "./Tag.ts"
import * as Volume from "./Volume.ts"

/**
 * An action that did not work on a Droplet.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotADropletAction extends Schema.TaggedError<NotADropletAction>(
  "@effect-digitalocean/client/NotADropletAction"
)("NotADropletAction", {
  action: Action.Action
}) {
  override get message(): string {
    const { id, resource_id, resource_type } = this.action
    return `action ${id} worked on ${echo(resource_type) || "an unnamed resource"} ${resource_id ?? ""}, not on a Droplet`
  }
}

type Act = Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>

/**
 * The account's Droplets.
 *
 * @category services
 * @since 0.1.0
 */
export class Droplets extends Context.Service<
  Droplets,
  {
    /**
     * The Droplets that a filter selects, as a lazy stream: GPU Droplets too, after the others.
     *
     * The API lists GPU Droplets only with `type=gpus` or with a tag. Without a `type` and a `tag_name` this is therefore
     * two listings.
     *
     * `GET /v2/droplets`, a page of 200 at a time. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets/operation/droplets_list
     */
    readonly list: Page.List<Droplet.Droplet, Filter>
    /** One page of one listing of the API: without a `type` and a `tag_name`, no GPU Droplets. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Droplet.Droplet>, DigitalOceanError>
    /** One Droplet. `GET /v2/droplets/{droplet_id}` */
    readonly get: (droplet: Droplet.Ref) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
    /**
     * Makes a Droplet from an image, given with its id or a slug. The answer is `new`, and becomes `active`.
     *
     * `POST /v2/droplets`. Sent once. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets/operation/droplets_create
     */
    readonly create: (
      options: { readonly name: string } & CreateOptions
    ) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
    /** Makes one Droplet for each name, alike but for that. `POST /v2/droplets` */
    readonly createMany: (
      options: { readonly names: ReadonlyArray<string> } & CreateOptions
    ) => Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError>
    /**
     * Destroys a Droplet; its backups are deleted with it, its snapshots stay. With `ignoreMissing` a Droplet that does
     * not exist is a success. `DELETE /v2/droplets/{droplet_id}`
     */
    readonly delete: (
      droplet: Droplet.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /** The actions taken on a Droplet, newest first, as a lazy stream. `GET /v2/droplets/{droplet_id}/actions` */
    readonly actions: Page.ListOf<Droplet.Ref, Action.Action>
    /** One action of a Droplet. `GET /v2/droplets/{droplet_id}/actions/{action_id}` */
    readonly action: (droplet: Droplet.Ref, action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** The images that are snapshots of a Droplet; some fields of an image are not returned here. */
    readonly snapshots: Page.ListOf<Droplet.Ref, Image.Image>
    /** The images that are backups of a Droplet; some fields of an image are not returned here. */
    readonly backups: Page.ListOf<Droplet.Ref, Image.Image>
    /** The Droplet an action worked on; none if it is gone. */
    readonly fromAction: (
      action: Action.Ref
    ) => Effect.Effect<Option.Option<Droplet.Droplet>, DigitalOceanError | NotADropletAction>
    /**
     * Takes a snapshot, and answers the image it made.
     *
     * Names it (by default after the Droplet and the time), waits for the action, and looks for the name among the
     * Droplet's snapshots until the image can be read. Never asks for a second snapshot: when it is not known whether
     * the first was begun, it looks for its action.
     */
    readonly takeSnapshot: (
      droplet: Droplet.Ref,
      options?: SnapshotSearch.SnapshotOptions
    ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.EventPending | Droplet.SnapshotNotFound>
    /** Goes on where `takeSnapshot` was stopped: waits for the action, and finds the image. */
    readonly awaitSnapshot: (
      snapshot: { readonly droplet_id: Droplet.Ref; readonly name: string; readonly action: Action.Ref },
      options?: SnapshotSearch.SnapshotOptions
    ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.SnapshotNotFound>
    /** Begins a snapshot. Its action will not say which image it makes: see {@link takeSnapshot}. */
    readonly snapshot: (droplet: Droplet.Ref, name?: string) => Act
    /** Puts a backup of this very Droplet back onto it. */
    readonly restore: (droplet: Droplet.Ref, backup: Image.Ref) => Act
    /** Makes the Droplet anew from an image, given with its id or a slug. */
    readonly rebuild: (droplet: Droplet.Ref, image: Image.Ref | (string & {})) => Act
    /** Begins backups, daily unless a policy says otherwise. */
    readonly enableBackups: (droplet: Droplet.Ref, policy?: BackupPolicy.Input) => Act
    readonly disableBackups: (droplet: Droplet.Ref) => Act
    readonly changeBackupPolicy: (droplet: Droplet.Ref, policy: BackupPolicy.Input) => Act
    /** Powers off as pulling the plug does. */
    readonly powerOff: (droplet: Droplet.Ref) => Act
    readonly powerOn: (droplet: Droplet.Ref) => Act
    /** Asks the operating system to shut down, which it may not do. */
    readonly shutdown: (droplet: Droplet.Ref) => Act
    /** Any action by its type with its fields. `POST /v2/droplets/{droplet_id}/actions` */
    readonly performAction: (droplet: Droplet.Ref, type: string, fields?: Readonly<Record<string, unknown>>) => Act
    /** One action on every Droplet that carries a tag. `POST /v2/droplets/actions` */
    readonly performActionByTag: (
      tag: Tag.Ref,
      type: string,
      fields?: Readonly<Record<string, unknown>>
    ) => Effect.Effect<ReadonlyArray<Action.Action>, DigitalOceanError>
    /** When a Droplet is backed up. `GET /v2/droplets/{droplet_id}/backups/policy` */
    readonly backupPolicy: (droplet: Droplet.Ref) => Effect.Effect<BackupPolicy.DropletPolicy, DigitalOceanError>
    /** When each Droplet is backed up. `GET /v2/droplets/backups/policies` */
    readonly backupPolicies: Page.List<BackupPolicy.DropletPolicy>
    /** Which policies there are. `GET /v2/droplets/backups/supported_policies` */
    readonly supportedBackupPolicies: Effect.Effect<ReadonlyArray<BackupPolicy.SupportedPlan>, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Droplets") {}

/**
 * Which Droplets: those with a tag, with a name, or of a type (`gpus` or `droplets`, which are all others; by default
 * both).
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  readonly tag_name?: Tag.Ref | undefined
  readonly name?: string | undefined
  readonly type?: "droplets" | "gpus" | undefined
}

/**
 * A Droplet to make.
 *
 * **Details**
 *
 * - `image`: its id, or the slug of a public one
 * - `region`: by default DigitalOcean chooses one
 * - `ssh_keys`: ids or fingerprints; `user_data`: up to 64 KiB for cloud-init
 *
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions {
  readonly image: Image.Ref | (string & {})
  readonly size: Size.Ref
  readonly region?: Region.Ref | undefined
  readonly ssh_keys?: ReadonlyArray<string | number> | undefined
  readonly backups?: boolean | undefined
  readonly backup_policy?: BackupPolicy.Input | undefined
  readonly ipv6?: boolean | undefined
  readonly monitoring?: boolean | undefined
  readonly tags?: ReadonlyArray<Tag.Ref> | undefined
  readonly user_data?: string | undefined
  readonly private_networking?: boolean | undefined
  readonly volumes?: ReadonlyArray<Volume.Ref> | undefined
  readonly vpc_uuid?: string | undefined
  readonly with_droplet_agent?: boolean | undefined
  readonly public_networking?: boolean | undefined
}

export type {
  /**
   * How to take a snapshot.
   *
   * **Details**
   *
   * - `name`: unique, or the image may be mistaken; by default `NAME-of-the-droplet` and the time
   * - `imageVisibilityTimeout`: how long its image may take to be listed after the action has completed, by default 5 minutes
   * - the rest says how to wait for the action
   *
   * @category options
   * @since 0.1.0
   */
  SnapshotOptions
} from "./internal/polling/snapshotLookup.ts"

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
export const make: Effect.Effect<Droplets["Service"], never, DigitalOceanClient | Actions.Actions> = Effect.gen(
  function* () {
    const client = yield* DigitalOceanClient
    const waits = yield* Actions.Actions
    const path = (droplet: Droplet.Ref) => ({ droplet_id: Droplet.idOf(droplet) })

    const listPage: Droplets["Service"]["listPage"] = (query) =>
      client.run(endpoints.list, { query: { ...query, tag_name: UndefinedOr.map(query?.tag_name, tagName) } })
    const get: Droplets["Service"]["get"] = (droplet) => client.run(endpoints.get, { path: path(droplet) })
    const actions: Droplets["Service"]["actions"] = (droplet, filter, options) =>
      Page.stream(
        "Droplets.actions",
        (page) => client.run(endpoints.actions, { path: path(droplet), query: Page.pageQuery(page, filter) }),
        ({ id }) => id,
        options
      )
    const images =
      (endpoint: typeof endpoints.snapshots | typeof endpoints.backups): Page.ListOf<Droplet.Ref, Image.Image> =>
      (droplet, filter, options) =>
        Page.stream(
          endpoint.operation,
          (page) => client.run(endpoint, { path: path(droplet), query: Page.pageQuery(page, filter) }),
          ({ id }) => id,
          options
        )
    const snapshots = images(endpoints.snapshots)
    const performAction: Droplets["Service"]["performAction"] = (droplet, type, fields) =>
      orPending(droplet, client.run(endpoints.performAction, { path: path(droplet), body: { ...fields, type } }))
    const snapshot: Droplets["Service"]["snapshot"] = (droplet, name) =>
      orPending(droplet, client.run(endpoints.snapshot, { path: path(droplet), body: { type: "snapshot", name } }))
    const search = SnapshotSearch.make(client, waits, { get, actions, snapshots, snapshot })

    return Droplets.of({
      list: ofBothTypes(Page.makeList("Droplets.list", listPage, ({ id }) => id)),
      listPage,
      get,
      create: ({ name, ...options }) => client.run(endpoints.create, { body: { ...bodyOf(options), name } }),
      createMany: ({ names, ...options }) => client.run(endpoints.createMany, { body: { ...bodyOf(options), names } }),
      delete: (droplet, options) => client.run(endpoints.delete, { path: path(droplet) }, options),
      actions,
      action: (droplet, action) =>
        client.run(endpoints.action, { path: { ...path(droplet), action_id: Action.idOf(action) } }),
      snapshots,
      backups: images(endpoints.backups),
      fromAction: Effect.fn("Droplets.fromAction")(function* (ref) {
        const action = Predicate.isNumber(ref) ? yield* waits.get(ref) : ref
        if (action.resource_type.toLowerCase() !== "droplet" || action.resource_id === null) {
          return yield* new NotADropletAction({ action })
        }
        return yield* catchNotFound(get(action.resource_id))
      }),
      takeSnapshot: search.take,
      awaitSnapshot: search.find,
      snapshot,
      restore: (droplet, backup) =>
        orPending(
          droplet,
          client.run(endpoints.restore, {
            path: path(droplet),
            body: { type: "restore", image: Image.idOf(backup) }
          })
        ),
      rebuild: (droplet, image) =>
        orPending(
          droplet,
          client.run(endpoints.rebuild, { path: path(droplet), body: { type: "rebuild", image: imageOf(image) } })
        ),
      enableBackups: (droplet, backup_policy) =>
        orPending(
          droplet,
          client.run(endpoints.enableBackups, { path: path(droplet), body: { type: "enable_backups", backup_policy } })
        ),
      changeBackupPolicy: (droplet, backup_policy) =>
        orPending(
          droplet,
          client.run(endpoints.changeBackupPolicy, {
            path: path(droplet),
            body: { type: "change_backup_policy", backup_policy }
          })
        ),
      disableBackups: (droplet) => performAction(droplet, "disable_backups"),
      powerOff: (droplet) => performAction(droplet, "power_off"),
      powerOn: (droplet) => performAction(droplet, "power_on"),
      shutdown: (droplet) => performAction(droplet, "shutdown"),
      performAction: performAction,
      performActionByTag: (tag, type, fields) =>
        client.run(endpoints.performActionByTag, { query: { tag_name: tagName(tag) }, body: { ...fields, type } }),
      backupPolicy: (droplet) => client.run(endpoints.backupPolicy, { path: path(droplet) }),
      backupPolicies: (filter, options) =>
        Page.stream(
          "Droplets.backupPolicies",
          (page) => client.run(endpoints.backupPolicies, { query: Page.pageQuery(page, filter) }),
          ({ droplet_id }) => droplet_id,
          options
        ),
      supportedBackupPolicies: client.run(endpoints.supportedBackupPolicies)
    })
  }
)

/**
 * The service as a layer, with an `Actions` of the same client beneath it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Droplets, never, DigitalOceanClient> = Layer.effect(Droplets, make).pipe(
  Layer.provide(Actions.layer)
)

/**
 * The service for a test: the given members, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<Droplets["Service"]>): Layer.Layer<Droplets> => Layer.mock(Droplets, methods)

const imageOf = (image: Image.Ref | (string & {})): Image.Id | string =>
  typeof image === "string" ? image : Image.idOf(image)

const bodyOf = ({ image, region, size, tags, volumes, ...options }: CreateOptions) => ({
  ...options,
  image: imageOf(image),
  size: Size.slugOf(size),
  region: UndefinedOr.map(region, Region.slugOf),
  tags: tags?.map(tagName),
  volumes: volumes?.map(Volume.idOf)
})

/** The API leaves GPU Droplets out of a listing without a tag, unless `type=gpus` asks for them alone. */
const ofBothTypes =
  (list: Page.List<Droplet.Droplet, Filter>): Page.List<Droplet.Droplet, Filter> =>
  (filter, options) =>
    filter?.type === undefined && filter?.tag_name === undefined
      ? Stream.concat(list(filter, options), list({ ...filter, type: "gpus" }, options))
      : list(filter, options)

const orPending = (droplet: Droplet.Ref, self: Effect.Effect<Action.Action, DigitalOceanError>): Act =>
  Effect.mapError(self, (error) => {
    if (Refusal.kindOf(error) !== "busy" || !("detail" in error.reason)) return error
    const { detail, requestId } = error.reason
    const droplet_id = Droplet.idOf(droplet)
    return new Droplet.EventPending({ droplet_id, detail, ...(requestId === undefined ? undefined : { requestId }) })
  })
