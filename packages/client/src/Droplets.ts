/**
 * Service for Droplets, limited to operations that are related to images.
 *
 * The API does not return the id of the image that a snapshot creates. `takeSnapshot` does: it gives the snapshot a
 * name, waits for its action, and finds the name in the Droplet's snapshots.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as UndefinedOr from "effect/UndefinedOr"
import * as Action from "./Action.ts"
import * as Actions from "./Actions.ts"
import type * as BackupPolicy from "./BackupPolicy.ts"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { catchNotFound, type DigitalOceanError } from "./DigitalOceanError.ts"
import * as Droplet from "./Droplet.ts"
import * as Image from "./Image.ts"
import { anyAction } from "./internal/endpoints/actions.ts"
import { endpoints } from "./internal/endpoints/droplets.ts"
import { echo } from "./internal/response/echo.ts"
import * as SnapshotLookup from "./internal/ensure/snapshotLookup.ts"
import { nameOf as tagName } from "./internal/model/tagName.ts"
import { concat } from "./internal/paging/concat.ts"
import * as Page from "./Page.ts"
import * as Refusal from "./Refusal.ts"
import * as Region from "./Region.ts"
import * as Size from "./Size.ts"
import type * as Tag from "./Tag.ts"
import * as Volume from "./Volume.ts"

/**
 * The action is not for a Droplet.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotADropletAction extends taggedError<NotADropletAction>()("NotADropletAction", {
  /** the action, of another resource */
  action: Action.Action
}) {
  override get message(): string {
    const { id, resource_id, resource_type } = this.action
    return `action ${id} is for ${echo(resource_type) || "an unnamed resource"} ${resource_id ?? ""}, not on a Droplet`
  }
}

type Act = Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>

/**
 * Service for the account's Droplets.
 *
 * @category services
 * @since 0.1.0
 */
export class Droplets extends Context.Service<
  Droplets,
  {
    /**
     * Streams the Droplets that match a filter, GPU Droplets last.
     *
     * The API lists GPU Droplets only with `type=gpus` or with a tag. Without a `type` and a `tag_name`, this therefore
     * reads two listings.
     *
     * `GET /v2/droplets`, 200 Droplets per page.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets/operation/droplets_list
     */
    readonly list: Page.List<Droplet.Droplet, Filter>
    /** Returns one page of a listing of the API. Without a `type` and a `tag_name` it has no GPU Droplets. */
    readonly listPage: (filter?: Filter & Page.Query) => Effect.Effect<Page.Page<Droplet.Droplet>, DigitalOceanError>
    /** Returns a Droplet. `GET /v2/droplets/{droplet_id}` */
    readonly get: (droplet: Droplet.Ref) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
    /**
     * Creates a Droplet from an image, given as a model, an id or a slug. Its status is `new` at first, then `active`.
     *
     * `POST /v2/droplets`. Not retried if the outcome is unknown.
     * https://docs.digitalocean.com/reference/api/digitalocean/#tag/Droplets/operation/droplets_create
     */
    readonly create: (
      options: { readonly name: string } & CreateOptions
    ) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
    /** Creates a Droplet for each name, with the same options. `POST /v2/droplets` */
    readonly createMany: (
      options: { readonly names: ReadonlyArray<string> } & CreateOptions
    ) => Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError>
    /**
     * Destroys a Droplet. Its backups are deleted too, its snapshots are not. With `ignoreMissing`, succeeds if the
     * Droplet does not exist. `DELETE /v2/droplets/{droplet_id}`
     */
    readonly delete: (
      droplet: Droplet.Ref,
      options?: { readonly ignoreMissing?: boolean | undefined }
    ) => Effect.Effect<void, DigitalOceanError>
    /** Streams the actions of a Droplet, newest first. `GET /v2/droplets/{droplet_id}/actions` */
    readonly actions: Page.ListOf<Droplet.Ref, Action.Action>
    /** Returns an action of a Droplet. `GET /v2/droplets/{droplet_id}/actions/{action_id}` */
    readonly action: (droplet: Droplet.Ref, action: Action.Ref) => Effect.Effect<Action.Action, DigitalOceanError>
    /** Streams the images that are snapshots of a Droplet. This endpoint omits some fields of an image. */
    readonly snapshots: Page.ListOf<Droplet.Ref, Image.Image>
    /** Streams the images that are backups of a Droplet. This endpoint omits some fields of an image. */
    readonly backups: Page.ListOf<Droplet.Ref, Image.Image>
    /** Returns the Droplet of an action, or `None` if the Droplet was destroyed. */
    readonly fromAction: (
      action: Action.Ref
    ) => Effect.Effect<Option.Option<Droplet.Droplet>, DigitalOceanError | NotADropletAction>
    /**
     * Takes a snapshot, and returns the image that it creates.
     *
     * Gives the snapshot a name (by default the Droplet's name and the time), waits for the action, and finds the name
     * in the Droplet's snapshots, until the image can be read. Never requests a second snapshot: if the outcome of the
     * request is unknown, it looks for the action.
     */
    readonly takeSnapshot: (
      droplet: Droplet.Ref,
      options?: SnapshotLookup.SnapshotOptions
    ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.EventPending | Droplet.SnapshotNotFound>
    /** Continues an interrupted `takeSnapshot`: waits for the action, and finds the image. */
    readonly awaitSnapshot: (
      snapshot: { readonly droplet_id: Droplet.Ref; readonly image_name: string; readonly action: Action.Ref },
      options?: SnapshotLookup.SnapshotOptions
    ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.SnapshotNotFound>
    /** Starts a snapshot. The action does not contain the id of the created image: see {@link takeSnapshot}. */
    readonly snapshot: (droplet: Droplet.Ref, name?: string) => Act
    /** Restores a Droplet from one of its own backups. */
    readonly restore: (droplet: Droplet.Ref, backup: Image.Ref) => Act
    /** Rebuilds a Droplet from an image, given as a model, an id or a slug. */
    readonly rebuild: (droplet: Droplet.Ref, image: Image.Ref | (string & {})) => Act
    /** Enables backups, daily by default. */
    readonly enableBackups: (droplet: Droplet.Ref, policy?: BackupPolicy.Input) => Act
    /** Stops backups. The existing ones are kept. */
    readonly disableBackups: (droplet: Droplet.Ref) => Act
    /** Changes when backups are made. */
    readonly changeBackupPolicy: (droplet: Droplet.Ref, policy: BackupPolicy.Input) => Act
    /** Powers off without a shutdown of the operating system. */
    readonly powerOff: (droplet: Droplet.Ref) => Act
    /** Powers a Droplet on. */
    readonly powerOn: (droplet: Droplet.Ref) => Act
    /** Requests a shutdown of the operating system, which may ignore it. */
    readonly shutdown: (droplet: Droplet.Ref) => Act
    /** Performs an action of any type. `POST /v2/droplets/{droplet_id}/actions` */
    readonly performAction: (droplet: Droplet.Ref, type: string, fields?: Readonly<Record<string, unknown>>) => Act
    /** Performs an action on every Droplet with a tag. `POST /v2/droplets/actions` */
    readonly performActionByTag: (
      tag: Tag.Ref,
      type: string,
      fields?: Readonly<Record<string, unknown>>
    ) => Effect.Effect<ReadonlyArray<Action.Action>, DigitalOceanError>
    /** Returns the backup policy of a Droplet. `GET /v2/droplets/{droplet_id}/backups/policy` */
    readonly backupPolicy: (droplet: Droplet.Ref) => Effect.Effect<BackupPolicy.DropletPolicy, DigitalOceanError>
    /** Streams the backup policies of all Droplets. `GET /v2/droplets/backups/policies` */
    readonly backupPolicies: Page.List<BackupPolicy.DropletPolicy>
    /** Returns the supported backup policies. `GET /v2/droplets/backups/supported_policies` */
    readonly supportedBackupPolicies: Effect.Effect<ReadonlyArray<BackupPolicy.SupportedPlan>, DigitalOceanError>
  }
>()("@effect-digitalocean/client/Droplets") {}

/**
 * Filters Droplets by tag, by name, or by type: `gpus`, or `droplets` for all others. By default both types are
 * included.
 *
 * @category options
 * @since 0.1.0
 */
export interface Filter {
  /** only Droplets with this tag; cannot be combined with `name` */
  readonly tag_name?: Tag.Ref | undefined
  /** only Droplets of this name, upper and lower case alike */
  readonly name?: string | undefined
  /** `droplets` or `gpus`; by default DigitalOcean returns Droplets without GPUs */
  readonly type?: "droplets" | "gpus" | undefined
}

/**
 * Options to create a Droplet.
 *
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions {
  /** the image: a model or an id, or the slug of a public image */
  readonly image: Image.Ref | (string & {})
  /** the slug of the size, which must be available in the region */
  readonly size: Size.Ref
  /** the region; by default DigitalOcean chooses one */
  readonly region?: Region.Ref | undefined
  /** the ids or fingerprints of the SSH keys that may log in as root */
  readonly ssh_keys?: ReadonlyArray<string | number> | undefined
  /** whether backups are made, by default not */
  readonly backups?: boolean | undefined
  /** when backups are made; needs `backups` */
  readonly backup_policy?: BackupPolicy.Input | undefined
  /** whether it gets an IPv6 address, by default not */
  readonly ipv6?: boolean | undefined
  /** whether DigitalOcean's agent for metrics is installed, by default not */
  readonly monitoring?: boolean | undefined
  /** its tags; those that do not exist are created */
  readonly tags?: ReadonlyArray<Tag.Ref> | undefined
  /** what cloud-init runs at the first boot, at most 64 KiB */
  readonly user_data?: string | undefined
  /** whether it gets a private network, if it is in no VPC */
  readonly private_networking?: boolean | undefined
  /** the volumes to attach */
  readonly volumes?: ReadonlyArray<Volume.Ref> | undefined
  /** its VPC, by default the region's default one */
  readonly vpc_uuid?: string | undefined
  /** whether the agent for the web console is installed, by default where the image supports it */
  readonly with_droplet_agent?: boolean | undefined
  /** whether it gets a public address, by default yes */
  readonly public_networking?: boolean | undefined
}

export type {
  /**
   * Options to take a snapshot.
   *
   * **Details**
   *
   * - the other fields are the options of the wait for the action
   *
   * @category options
   * @since 0.1.0
   */
  SnapshotOptions
} from "./internal/ensure/snapshotLookup.ts"
import { defined } from "./internal/model/defined.ts"
import { taggedError } from "./internal/model/taggedError.ts"

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
      mapEventPending(
        droplet,
        client.run(endpoints.performAction, { path: path(droplet), body: anyAction(type, fields) })
      )
    const snapshot: Droplets["Service"]["snapshot"] = (droplet, name) =>
      mapEventPending(
        droplet,
        client.run(endpoints.snapshot, { path: path(droplet), body: { type: "snapshot", name } })
      )
    const lookup = SnapshotLookup.make(client, waits, { get, snapshots, snapshot })

    return Droplets.of({
      list: withGpuDroplets(Page.makeList("Droplets.list", listPage, ({ id }) => id)),
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
      takeSnapshot: lookup.takeSnapshot,
      awaitSnapshot: lookup.awaitSnapshot,
      snapshot,
      restore: (droplet, backup) =>
        mapEventPending(
          droplet,
          client.run(endpoints.restore, {
            path: path(droplet),
            body: { type: "restore", image: Image.idOf(backup) }
          })
        ),
      rebuild: (droplet, image) =>
        mapEventPending(
          droplet,
          client.run(endpoints.rebuild, { path: path(droplet), body: { type: "rebuild", image: imageOf(image) } })
        ),
      enableBackups: (droplet, backup_policy) =>
        mapEventPending(
          droplet,
          client.run(endpoints.enableBackups, { path: path(droplet), body: { type: "enable_backups", backup_policy } })
        ),
      changeBackupPolicy: (droplet, backup_policy) =>
        mapEventPending(
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
      performAction,
      performActionByTag: (tag, type, fields) =>
        client.run(endpoints.performActionByTag, { query: { tag_name: tagName(tag) }, body: anyAction(type, fields) }),
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
 * Layer that provides the service, with an `Actions` of the same client.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Droplets, never, DigitalOceanClient> = Layer.effect(Droplets, make).pipe(
  Layer.provide(Actions.layer)
)

/**
 * Layer for tests that provides the given members. Any other member dies with `UnimplementedError`.
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

/** Without a tag, the API lists GPU Droplets only with `type=gpus`, and then no others. */
const withGpuDroplets =
  (list: Page.List<Droplet.Droplet, Filter>): Page.List<Droplet.Droplet, Filter> =>
  (filter, options) =>
    filter?.type === undefined && filter?.tag_name === undefined
      ? concat(list(filter, options), list({ ...filter, type: "gpus" }, options))
      : list(filter, options)

const mapEventPending = (droplet: Droplet.Ref, self: Effect.Effect<Action.Action, DigitalOceanError>): Act =>
  Effect.mapError(self, (error) => {
    if (Refusal.kindOf(error) !== "busy" || !("detail" in error.reason)) return error
    const { detail, requestId } = error.reason
    const droplet_id = Droplet.idOf(droplet)
    return new Droplet.EventPending({ droplet_id, detail, ...defined({ requestId }) })
  })
