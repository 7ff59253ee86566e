/**
 * The HTTP client of all services: authentication, timeouts, size limits, retries, errors and the rate limit.
 *
 * A `DigitalOceanClient` runs `Endpoint`s over the `HttpClient` in the context. The services (`Images`, `Actions` ...) are
 * built on it; `DigitalOcean` makes all of them at once. Use `request` for endpoints without a service.
 *
 * A call passes these policies, each a function from one sender to another:
 *
 * | policy | what it does |
 * |---|---|
 * | encoding | encodes the input, and opens the span of the operation |
 * | measuring | measures how long the call takes |
 * | total deadline | limits the time of all attempts together |
 * | retry | sends again after a transient failure, where that cannot do the work twice |
 * | decoding | decodes the response, or fails with a reason |
 * | rate limit | waits until the rate limit allows the request, and learns from the response |
 * | clock | compares this machine's clock with the response's `date` |
 * | tracing | opens the span of the HTTP request |
 * | transport | exchanges the request for a whole response, within its deadlines and size limit, and decompresses it |
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual, pipe } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DigitalOceanError } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Identity from "./internal/model/identity.ts"
import type { Options, RateLimits, RetryOptions } from "./internal/pipeline/clientOptions.ts"
import { decoding, redacted } from "./internal/pipeline/decoding.ts"
import { encoding } from "./internal/pipeline/encoding.ts"
import { measuringDuration, withMetering } from "./internal/pipeline/metering.ts"
import * as Settings from "./internal/pipeline/options.ts"
import { rateLimiting } from "./internal/pipeline/rateLimiting.ts"
import { RetryOverride } from "./internal/pipeline/retryPolicy.ts"
import { retrying } from "./internal/pipeline/retrying.ts"
import { comparingClocks, ServerClock } from "./internal/pipeline/serverClock.ts"
import { totalDeadline } from "./internal/pipeline/totalDeadline.ts"
import { tracing } from "./internal/pipeline/tracing.ts"
import { transport } from "./internal/pipeline/transport.ts"
import { monotonic } from "./internal/rateLimit/monotonic.ts"
import { setPollCapacity } from "./internal/rateLimit/pollCapacity.ts"
import * as SharedStore from "./internal/rateLimit/sharedStore.ts"
import { digitalOcean } from "./internal/request/baseUrl.ts"
import { encodeEndpoint, encodeRequest } from "./internal/request/encode.ts"
import * as Token from "./internal/request/token.ts"
import { ProcessState } from "./internal/state/processState.ts"
import type * as RateLimit from "./RateLimit.ts"
import { redact } from "./Redaction.ts"
import { ServerTime } from "./ServerTime.ts"

/**
 * Runs operations of the API.
 *
 * **Details**
 *
 * - `baseUrl`: where requests go, without a slash at its end
 * - `run`: runs an {@link Endpoint.Endpoint}; every operation of a service is one
 * - `request`: runs a request to an endpoint without a service, with the same policies
 * - `rateLimit`: the rate limit as the latest response to any client of the token showed it; `None` before the first
 * - `rateLimits`: the same as a stream, which starts with the latest; slow consumers skip intermediate values
 * - `now`: the time at DigitalOcean by the latest response; this machine's time before the first
 *
 * @category services
 * @since 0.1.0
 */
export class DigitalOceanClient extends Context.Service<
  DigitalOceanClient,
  {
    /** The base URL of all requests. */
    readonly baseUrl: string
    /** Runs an operation that is declared as an {@link Endpoint.Endpoint}. */
    readonly run: <A, Path extends string, Query, Body>(
      endpoint: Endpoint.Endpoint<A, Path, Query, Body>,
      ...input: RunArgs<Path, Query, Body>
    ) => Effect.Effect<A, DigitalOceanError>
    /**
     * Sends a request to a path for which there is no operation, with the same retries, rate limit and errors. Without
     * a `schema` the body of the response is ignored.
     */
    readonly request: {
      <A>(request: Request & { readonly schema: Schema.Codec<A, unknown> }): Effect.Effect<A, DigitalOceanError>
      (request: Request): Effect.Effect<void, DigitalOceanError>
    }
    /** Returns the rate limit of the latest response; `None` before the first. */
    readonly rateLimit: Effect.Effect<Option.Option<RateLimit.RateLimit>>
    /** Streams the rate limit of each response from now on. */
    readonly rateLimits: Stream.Stream<RateLimit.RateLimit>
    /** Returns the time by DigitalOcean's clock, as far as the responses of this client show it. */
    readonly now: Effect.Effect<DateTime.Utc>
  }
>()("@effect-digitalocean/client/DigitalOceanClient") {}

/**
 * The input of an endpoint: values for the `{placeholders}` of its path, a query, a body.
 *
 * @category models
 * @since 0.1.0
 */
export type Input<Path extends string, Query, Body> = (Path extends `${string}{${string}`
  ? { readonly path: Endpoint.PathParams<Path> }
  : unknown) & {
  /** the parameters of the query */
  readonly query?: Query | undefined
  /** the body of the request */
  readonly body?: Body | undefined
}

/**
 * Options of one call.
 *
 * @category options
 * @since 0.1.0
 */
export interface RunOptions {
  /**
   * Whether a DELETE succeeds when the resource does not exist: after a 404, and after a 422 if `isDeleted` returns true.
   *
   * @default false
   */
  readonly ignoreMissing?: boolean | undefined
  /**
   * Whether the resource that a DELETE deletes is deleted, for a resource that the API refuses with 422 while it deletes it.
   * Run after a 422 with `ignoreMissing`, and without it when an earlier attempt, whose outcome is unknown, may have deleted
   * the resource. Runs within the timeout of the call. By default a 422 fails the call.
   */
  readonly isDeleted?: Effect.Effect<boolean, DigitalOceanError> | undefined
}

type RunArgs<Path extends string, Query, Body> = Path extends `${string}{${string}`
  ? [input: Input<Path, Query, Body>, options?: RunOptions]
  : [input?: Input<Path, Query, Body>, options?: RunOptions]

/**
 * A request to an endpoint without a service.
 *
 * **Details**
 *
 * - `schema`: decodes the response; without it the body of the response is not decoded
 *
 * A POST or PATCH is not retried when its outcome is unknown.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** the HTTP method */
  readonly method: Endpoint.Method
  /** from the root of the API (`/v2/account/keys`), percent-encoded, without a query */
  readonly path: string
  /** absent values are left out */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  /** sent as JSON; absent keys are left out */
  readonly body?: unknown
  /** the name in errors, spans and metrics, by default method and path */
  readonly operation?: string | undefined
  /** request the response compressed, which pays for a long list; by default false */
  readonly compressed?: boolean | undefined
}

export type {
  /**
   * How failed requests are retried.
   *
   * GET, PUT and DELETE are retried on transient failures; POST and PATCH only when they were definitely not executed (429,
   * or no connection). What no retry can fix fails at once: an unknown host, a TLS certificate that is not valid.
   *
   * @category options
   * @since 0.1.0
   */
  RetryOptions,
  /**
   * How many requests a client sends in any minute and in any hour, retries included; more are queued.
   *
   * All clients of a process with the same token and base URL share one rate limit and one queue. Give them the same
   * limits: a request that waits for lower ones blocks all others. Where several processes share a token, provide a
   * `RateLimiterStore` (`effect/persistence/RateLimiter`) beneath the client, such as Effect's on Redis, or a
   * `SharedRateLimit`, such as `PgRateLimit` of `@effect-digitalocean/jobs`.
   *
   * The order is writes, reads, polls, but every fourth request is the one that has waited longest. A fifth of the requests
   * of a minute is left to polls: by POSTs, and while a wait is in progress by all other requests. When DigitalOcean
   * nevertheless responds with a 429 for the minute or the hour, every request of the token waits as long as it says.
   *
   * @category options
   * @since 0.1.0
   */
  RateLimits,
  /**
   * How to reach DigitalOcean.
   *
   * @category options
   * @since 0.1.0
   */
  Options
}

/**
 * The default pauses between attempts: 250 ms, doubled each time up to 10 seconds, with jitter (80 to 120 %).
 *
 * @category schedules
 * @since 0.1.0
 */
export const retrySchedule: Schedule.Schedule<unknown, DigitalOceanError> = Schedule.fromStep(
  // `Schedule.exponential` with its combinators adds 0.3 KB to a bundle
  Effect.sync(() => {
    let millis = 250
    return () =>
      Effect.map(Random.next, (random) => {
        const delay = Duration.millis(millis * (0.8 + 0.4 * random))
        millis = Math.min(2 * millis, 10_000)
        return [delay, delay]
      })
  })
)

/**
 * Creates a client over the `HttpClient` in the context. Fails with `InvalidInput` when an option is invalid.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<DigitalOceanClient["Service"], DigitalOceanError, HttpClient.HttpClient> {
  const settings = yield* Effect.mapError(
    Settings.check(options, retrySchedule),
    (reason) => new DigitalOceanError({ operation: "DigitalOceanClient.make", reason: redacted(reason, redact) })
  )
  const { baseUrl, key, scrub } = settings
  const http = HttpClient.withScope(yield* HttpClient.HttpClient)
  const requestInit = Context.getOrUndefined(yield* Effect.context<never>(), FetchHttpClient.RequestInit)
  const limiter = { key, limits: settings.rateLimits, store: yield* SharedStore.make(key), scrub }
  const serverClock = new ServerClock()
  const state = yield* ProcessState
  // kept by the client, so that all clients of the token observe the same
  const token = yield* Effect.clockWith((clock) => Effect.sync(() => state(clock).token(key, monotonic(clock))))

  const run = pipe(
    transport(http, settings),
    tracing(settings),
    comparingClocks(serverClock),
    rateLimiting(limiter),
    decoding(settings),
    retrying,
    totalDeadline(settings.limits.total),
    measuringDuration
  )
  const execute = encoding({ ...settings, requestInit }, run)

  const client = DigitalOceanClient.of({
    baseUrl,
    run: (endpoint, ...[input, options]) => {
      const path: unknown = (input as { readonly path?: unknown } | undefined)?.path
      return execute({
        operation: endpoint.operation,
        method: endpoint.method,
        template: endpoint.path,
        scopes: endpoint.scopes,
        compressed: endpoint.compressed,
        decode: Identity.checked(endpoint, path),
        isDeleted: options?.isDeleted,
        ignoreMissing: options?.ignoreMissing ?? false,
        path,
        encoded: encodeEndpoint(endpoint, input)
      })
    },
    request: <A>(request: Request & { readonly schema?: Schema.Codec<A, unknown> }) =>
      execute<A>({
        operation: request.operation ?? `${request.method} ${request.path}`,
        method: request.method,
        template: undefined,
        scopes: [],
        compressed: request.compressed ?? false,
        decode: request.schema && Endpoint.json(request.schema),
        isDeleted: undefined,
        ignoreMissing: false,
        path: undefined,
        encoded: encodeRequest(request)
      }),
    rateLimit: Effect.sync(() => Option.fromUndefinedOr(token.lastSeen.value)),
    rateLimits: Stream.suspend(() => token.lastSeen.values),
    now: serverClock.now
  })
  return setPollCapacity(client, token.queue.pollCapacity(settings.rateLimits))
})

/**
 * As {@link make}, with the configuration: the token of `DIGITALOCEAN_TOKEN`, else `DIGITALOCEAN_ACCESS_TOKEN`, and the
 * base URL of `DIGITALOCEAN_API_URL` if it is set and no option gives one. Fails with `InvalidInput` when there is no
 * token.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeConfig = (
  options?: Omit<Options, "token">
): Effect.Effect<DigitalOceanClient["Service"], DigitalOceanError | Config.ConfigError, HttpClient.HttpClient> =>
  Effect.flatMap(Token.config(), ({ baseUrl, token }) =>
    token === undefined
      ? Effect.fail(new DigitalOceanError({ operation: "DigitalOceanClient.makeConfig", reason: Token.missing() }))
      : make({ ...options, baseUrl: options?.baseUrl ?? baseUrl, token })
  )

/**
 * A client as a layer; needs an `HttpClient`. A transformed one may retry, filter statuses or inspect headers, but must not
 * consume the body, which most transports expose only once.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<DigitalOceanClient, DigitalOceanError, HttpClient.HttpClient> =>
  Layer.effectContext(Effect.flatMap(make(options), provided))

/**
 * A client whose token and base URL come from the configuration, as of {@link makeConfig}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options?: Omit<Options, "token">
): Layer.Layer<DigitalOceanClient, DigitalOceanError | Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effectContext(Effect.flatMap(makeConfig(options), provided))

/** The client, the time at DigitalOcean by its responses, and the recorder of metrics, if there is one. */
const provided = (client: DigitalOceanClient["Service"]): Effect.Effect<Context.Context<DigitalOceanClient>> =>
  withMetering(Context.add(Context.make(DigitalOceanClient, client), ServerTime, client.now))

/**
 * Test layer with the given members; any other member dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (members: Partial<DigitalOceanClient["Service"]>): Layer.Layer<DigitalOceanClient> =>
  Layer.mock(DigitalOceanClient, { baseUrl: digitalOcean, ...members })

/**
 * Overrides the retry policy for an effect: `program.pipe(DigitalOceanClient.withRetry({ times: 0 }))`. Fails with
 * `InvalidInput` when an option is invalid.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withRetry: {
  (options: RetryOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DigitalOceanError, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, options: RetryOptions): Effect.Effect<A, E | DigitalOceanError, R>
} = /* @__PURE__ */ dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, options: RetryOptions) =>
  Effect.flatMap(
    Effect.mapError(
      Settings.retryPolicy(options),
      (reason) => new DigitalOceanError({ operation: "DigitalOceanClient.withRetry", reason })
    ),
    (policy) => Effect.updateService(self, RetryOverride, (outer) => ({ ...outer, ...policy }))
  )
)
