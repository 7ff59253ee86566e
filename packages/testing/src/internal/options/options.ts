import * as Duration from "effect/Duration"
import type * as Faults from "../../Faults.ts"
import type * as Seed from "../../Seed.ts"
import type { AccountOptions } from "../account/account.ts"
import * as Budget from "../account/budget.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Order from "../account/order.ts"
import type { WorldOptions } from "../account/world.ts"

/** Documented at `TestDigitalOcean`. Durations are divided by `speed`, unless otherwise stated. */
export interface Options {
  /** The initial resources of the account, by default `Seed.demo`. */
  readonly seed?: Seed.Seed | undefined
  /** The only token that is accepted; by default any that is not empty. */
  readonly token?: string | undefined
  /** The scopes of the token, such as `image:read`, by default all. A request without its scope is 403. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** Several accounts, each with its own token, instead of `seed`, `token` and `scopes`. */
  readonly accounts?: ReadonlyArray<AccountOptions> | undefined
  /**
   * How many times faster than at DigitalOcean time passes (actions, imports, delays, rate limits, faults), by default 1.
   * The windows of backups are times of the clock and do not change.
   */
  readonly speed?: number | undefined
  /**
   * How long a response takes, by default no time; not divided by `speed`. The request is executed before.
   */
  readonly latency?: Duration.Input | undefined
  /**
   * How long until a change is visible, by default no time. Until then a new resource (an image, a Droplet, a snapshot, an
   * action, a tag) is not listed, and every request for it is 404 and does nothing. A resource that was changed or deleted
   * is returned as it was; a request that changes it uses the actual state.
   */
  readonly readDelay?: Duration.Input | undefined
  /**
   * How long after the end of an action a GET returns what it changed, by default no time: the `status` of a Droplet,
   * `locked`, its size, name, image and backup policy; the `status`, `type` and `regions` of an image, and the fields that
   * an import determines. The action itself is `completed` at once, and a request that changes something uses the actual
   * state: after a completed `power_off`, a snapshot of a Droplet that is still returned as `active` is accepted. It is
   * added to `readDelay`.
   */
  readonly statusDelay?: Duration.Input | undefined
  /**
   * The order of listings of images, snapshots, Droplets and actions, by default `"newest first"`. A shuffled order comes
   * from `Random`, and is the same for every page and every request.
   */
  readonly listOrder?: Order.ListOrder | undefined
  /** How long after the end of a snapshot's action its image exists, by default 3 seconds. */
  readonly imageDelay?: Duration.Input | undefined
  /** How many of the latest requests, and lines of the timeline, are kept, by default 10,000. */
  readonly keep?: number | undefined
  /**
   * Whether to also reject (400, with the reason) what DigitalOcean would ignore: unknown query parameters and keys, a body
   * on an operation without one, a body without a JSON content type. By default true for `layer`, false for `layerServer`
   * and `toWebHandler`.
   */
  readonly strict?: boolean | undefined
  /**
   * Which values of the header `Host` are accepted: only a `"loopback"` name or address, or `"any"`; others are 421. By
   * default `"loopback"` for `layerServer`, so that no web page can use it under a host name of its own, and `"any"` for
   * `layer` and `toWebHandler`.
   */
  readonly hosts?: "loopback" | "any" | undefined
  /**
   * How many requests a token may send in any minute and any hour, by default DigitalOcean's 250 and 5,000; further ones
   * are 429. Under `TestClock` no time passes by itself, so a test that sends many requests may need higher limits.
   */
  readonly limits?: { readonly minute?: number | undefined; readonly hour?: number | undefined } | undefined
  /** The faults, by default none. */
  readonly faults?: Faults.Script | undefined
  /** Is called with every request, for example for a log. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
}

/** Returns the options of the world; `seed` determines a shuffled order. */
export const toWorld = (options: Options, seed: number): WorldOptions => ({
  accounts: options.accounts ?? [{ name: "demo", seed: options.seed, token: options.token, scopes: options.scopes }],
  speed: options.speed ?? 1,
  limits: {
    minute: options.limits?.minute ?? Budget.defaults.minute,
    hour: options.limits?.hour ?? Budget.defaults.hour
  },
  readDelay: Duration.toSeconds(options.readDelay ?? 0),
  statusDelay: Duration.toSeconds(options.statusDelay ?? 0),
  order: Order.make(options.listOrder ?? "newest first", seed),
  imageDelay: Duration.toSeconds(options.imageDelay ?? "3 seconds")
})
