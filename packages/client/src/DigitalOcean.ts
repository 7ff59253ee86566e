/**
 * Creates all services of one account from a shared `DigitalOceanClient`.
 *
 * **Example** (Providing all services to an application)
 *
 * ```ts no-run
 * import { DigitalOcean, Image, Images } from "@effect-digitalocean/client"
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const images = yield* Images.Images
 *   return yield* images.list({ private: true }).pipe(Stream.filter(Image.isSnapshot), Stream.take(5), Stream.runCollect)
 * })
 *
 * const live = DigitalOcean.layerConfig().pipe(Layer.provide(NodeHttpClient.layerUndici))
 *
 * Effect.runPromise(Effect.provide(program, live))
 * ```
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Accounts from "./Accounts.ts"
import * as AccountTransfers from "./AccountTransfers.ts"
import * as Actions from "./Actions.ts"
import * as AutoscalePools from "./AutoscalePools.ts"
import * as DigitalOceanClient from "./DigitalOceanClient.ts"
import type { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Droplets from "./Droplets.ts"
import * as Images from "./Images.ts"
import { withMetering } from "./internal/pipeline/metering.ts"
import * as Regions from "./Regions.ts"
import * as ServerTime from "./ServerTime.ts"
import * as Sizes from "./Sizes.ts"
import * as Snapshots from "./Snapshots.ts"
import * as SshKeys from "./SshKeys.ts"
import * as Tags from "./Tags.ts"
import * as Volumes from "./Volumes.ts"

/**
 * All services of this package.
 *
 * @category models
 * @since 0.1.0
 */
export type Services =
  | DigitalOceanClient.DigitalOceanClient
  | Images.Images
  | Actions.Actions
  | AccountTransfers.AccountTransfers
  | Droplets.Droplets
  | AutoscalePools.AutoscalePools
  | Snapshots.Snapshots
  | Volumes.Volumes
  | Regions.Regions
  | Sizes.Sizes
  | SshKeys.SshKeys
  | Tags.Tags
  | Accounts.Accounts

/**
 * Creates a `Context` with all services of one account, so that a program can use several accounts:
 * `Effect.provide(step, sender)` runs a step with the sender's account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  options: DigitalOceanClient.Options
): Effect.Effect<Context.Context<Services>, DigitalOceanError, HttpClient.HttpClient> =>
  Effect.flatMap(DigitalOceanClient.make(options), fromClient)

/**
 * Layer that provides all services of one account. Requires an `HttpClient`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: DigitalOceanClient.Options
): Layer.Layer<Services, DigitalOceanError, HttpClient.HttpClient> => Layer.effectContext(make(options))

/**
 * Layer that provides all services of the account whose token is in the configuration: `DIGITALOCEAN_TOKEN`, else
 * `DIGITALOCEAN_ACCESS_TOKEN`. `DIGITALOCEAN_API_URL` is the base URL, unless the option `baseUrl` is set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options?: Omit<DigitalOceanClient.Options, "token">
): Layer.Layer<Services, DigitalOceanError | Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effectContext(Effect.flatMap(DigitalOceanClient.makeConfig(options), fromClient))

const fromClient = Effect.fnUntraced(function* (client: DigitalOceanClient.DigitalOceanClient["Service"]) {
  const base = yield* withMetering(
    Context.make(DigitalOceanClient.DigitalOceanClient, client).pipe(Context.add(ServerTime.ServerTime, client.now))
  )
  const actions = yield* Effect.provide(Actions.make, base)
  const withActions = Context.add(base, Actions.Actions, actions)
  return withActions.pipe(
    Context.add(Images.Images, yield* Effect.provide(Images.make, withActions)),
    Context.add(Droplets.Droplets, yield* Effect.provide(Droplets.make, withActions)),
    Context.add(AccountTransfers.AccountTransfers, yield* Effect.provide(AccountTransfers.make, base)),
    Context.add(AutoscalePools.AutoscalePools, yield* Effect.provide(AutoscalePools.make, base)),
    Context.add(Snapshots.Snapshots, yield* Effect.provide(Snapshots.make, base)),
    Context.add(Volumes.Volumes, yield* Effect.provide(Volumes.make, base)),
    Context.add(Regions.Regions, yield* Effect.provide(Regions.make, base)),
    Context.add(Sizes.Sizes, yield* Effect.provide(Sizes.make, base)),
    Context.add(SshKeys.SshKeys, yield* Effect.provide(SshKeys.make, base)),
    Context.add(Tags.Tags, yield* Effect.provide(Tags.make, base)),
    Context.add(Accounts.Accounts, yield* Effect.provide(Accounts.make, base))
  )
})
