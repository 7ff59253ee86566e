import * as Duration from "effect/Duration"
import type * as Faults from "../../Faults.ts"
import type * as Seed from "../../Seed.ts"
import type { AccountOptions } from "../account/account.ts"
import * as Budget from "../account/budget.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Order from "../account/order.ts"
import type { WorldOptions } from "../account/world.ts"

/** What an in-memory DigitalOcean is like; all times are DigitalOcean's, which `speed` divides, unless it is said. */
export interface Options {
  /** What the account holds; by default `Seed.demo`. */
  readonly seed?: Seed.Seed | undefined
  /** The only token that is accepted; by default any that is not empty. */
  readonly token?: string | undefined
  /** What the token may do, such as `image:read`, by default everything. What it may not is 403. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** Several accounts, each with its own token, in place of `seed`, `token` and `scopes`. */
  readonly accounts?: ReadonlyArray<AccountOptions> | undefined
  /**
   * How many times faster than at DigitalOcean time runs (actions, imports, delays, budgets, faults), by default 1.
   * Windows of backups are moments of the clock and stay.
   */
  readonly speed?: number | undefined
  /**
   * How long a response is on its way, by default no time, and not divided by `speed`. The request is executed when it
   * arrives.
   */
  readonly latency?: Duration.Input | undefined
  /**
   * Time from a change until it can be read, by default none. Until then what is new (an image, a Droplet, a snapshot,
   * an action, a tag) is in no list, and 404 for every request that names it, which does nothing. What is changed or
   * deleted reads as it was; a request that would change it sees the true state.
   */
  readonly readDelay?: Duration.Input | undefined
  /**
   * Time from the end of an action until a GET shows what it has changed, by default none: the `status` of a Droplet,
   * `locked`, its size, name, image and backup policy; the `status`, `type` and `regions` of an image, and what an import
   * finds out about its image. The action itself reads completed at once, and a request that would change something sees
   * the true state: after a completed `power_off`, a Droplet that reads `active` can be snapshotted. It comes on top of
   * `readDelay`.
   */
  readonly statusDelay?: Duration.Input | undefined
  /**
   * The order of listings of images, snapshots, Droplets and actions, by default `"newest first"`. A shuffled order is by
   * chance (`Random`), and the same for every page and every request.
   */
  readonly listOrder?: Order.ListOrder | undefined
  /** Time from the end of a snapshot's action until there is its image, by default 3 seconds. */
  readonly imageDelay?: Duration.Input | undefined
  /** How many of the last requests, and lines of the timeline, are kept, by default 10,000. */
  readonly keep?: number | undefined
  /**
   * Refuse (400, with what was wrong) also what DigitalOcean would ignore: query parameters and body keys it does not
   * know, a body where none belongs or that is not declared to be JSON. By default true for `layer`, false for
   * `layerServer` and `toWebHandler`.
   */
  readonly strict?: boolean | undefined
  /**
   * Whose requests are answered, by their `Host`: those to a `"loopback"` name or address, or to `"any"`; others are 421.
   * By default `"loopback"` for `layerServer`, so that no web page that a browser shows can use it under a name of its
   * own, and `"any"` for `layer` and `toWebHandler`.
   */
  readonly hosts?: "loopback" | "any" | undefined
  /**
   * How many requests a token has in any minute and any hour, by default DigitalOcean's 250 and 5,000; past them 429.
   * Under `TestClock` no time passes by itself, so a test of many requests may want more.
   */
  readonly limits?: { readonly minute?: number | undefined; readonly hour?: number | undefined } | undefined
  /** What goes wrong, by default nothing. */
  readonly faults?: Faults.Script | undefined
  /** Called with every request, for a log. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
}

/** The world that options describe; `seed` is chance for the order of its listings. */
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
