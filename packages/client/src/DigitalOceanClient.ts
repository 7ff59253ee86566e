/**
 * The law every operation obeys: the token and where it may go, deadlines, size limits, retries, errors, the budget.
 *
 * A `DigitalOceanClient` runs `Endpoint`s over whatever `HttpClient` is in the context. The nouns (`Images`, `Actions`
 * ...) are made of it; `DigitalOcean` makes all of them at once. For an endpoint that has no noun, `request` is the way.
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { RateLimiterStore } from "effect/persistence/RateLimiter"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { DigitalOceanError, InvalidInput, type Reason } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Answer from "./internal/response/response.ts"
import { attempt } from "./internal/transport/attempt.ts"
import { digitalOcean } from "./internal/request/baseUrl.ts"
import * as Budget from "./internal/rateLimit/rateLimiter.ts"
import * as Gzip from "./internal/transport/gzip.ts"
import * as Identity from "./internal/model/identity.ts"
import * as Prepare from "./internal/request/encode.ts"
import * as Retry from "./internal/transport/retry.ts"
import { ServerClock } from "./internal/transport/serverClock.ts"
import type { RateLimits, Options, RetryOptions } from "./internal/transport/clientOptions.ts"
import * as Settings from "./internal/transport/options.ts"
import * as SharedStore from "./internal/rateLimit/sharedStore.ts"
import * as Token from "./internal/request/token.ts"
import * as RateLimit from "./RateLimit.ts"
import { redact } from "./Redaction.ts"
import { ServerTime } from "./ServerTime.ts"

/**
 * Runs operations of the API.
 *
 * **Details**
 *
 * - `baseUrl`: where requests go, without a slash at its end
 * - `run`: an {@link Endpoint.Endpoint}; every noun's operation is one
 * - `request`: an endpoint nobody modelled, under the same law
 * - `rateLimit`: the budget last seen in an answer to any client of the token; none before the first
 * - `rateLimits`: the same as a stream, from the last seen on; who reads slowly gets the latest, not each
 * - `now`: the time at DigitalOcean by the last response; this machine's time before the first
 *
 * @category services
 * @since 0.1.0
 */
export class DigitalOceanClient extends Context.Service<
  DigitalOceanClient,
  {
    readonly baseUrl: string
    readonly run: <A, Path extends string, Query, Body>(
      endpoint: Endpoint.Endpoint<A, Path, Query, Body>,
      ...input: RunArgs<Path, Query, Body>
    ) => Effect.Effect<A, DigitalOceanError>
    readonly request: {
      <A>(request: Request & { readonly schema: Schema.Codec<A, unknown> }): Effect.Effect<A, DigitalOceanError>
      (request: Request): Effect.Effect<void, DigitalOceanError>
    }
    readonly rateLimit: Effect.Effect<Option.Option<RateLimit.RateLimit>>
    readonly rateLimits: Stream.Stream<RateLimit.RateLimit>
    readonly now: Effect.Effect<DateTime.Utc>
  }
>()("@effect-digitalocean/client/DigitalOceanClient") {}

/**
 * What an endpoint takes: values for the `{placeholders}` of its path, a query, a body.
 *
 * @category models
 * @since 0.1.0
 */
export type Input<Path extends string, Query, Body> = (Path extends `${string}{${string}`
  ? { readonly path: Endpoint.PathParams<Path> }
  : unknown) & {
  readonly query?: Query | undefined
  readonly body?: Body | undefined
}

type RunArgs<Path extends string, Query, Body> = Path extends `${string}{${string}`
  ? [input: Input<Path, Query, Body>]
  : [input?: Input<Path, Query, Body>]

/**
 * A request to an endpoint that has no noun.
 *
 * **Details**
 *
 * - `path`: from the root of the API (`/v2/account/keys`), percent-encoded, without a query
 * - `query`: absent values are left out
 * - `body`: sent as JSON; absent keys are left out
 * - `schema`: reads the answer; without it the answer's body is not read
 * - `operation`: the name in errors and spans, by default method and path
 *
 * A POST or PATCH is not repeated when its outcome is unknown.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly method: Endpoint.Method
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  readonly body?: unknown
  readonly operation?: string | undefined
}

export type {
  /**
   * How failed requests are repeated.
   *
   * **Details**
   *
   * - `times`: how often one request is retried at most, by default 4; 0 for never. Retries after a 429 for the minute or the
   *   hour are not counted: `maxWait` bounds them.
   * - `schedule`: the pauses between, by default {@link retrySchedule}. A response that says how long to wait (a 429, or a
   *   5xx with `retry-after`) is obeyed, if that is longer.
   * - `maxWait`: how long one request waits for the budget altogether, for the client's own {@link RateLimits} and for 429s;
   *   by default 65 minutes, in which an exhausted hour comes back. One that would wait longer fails with `RateLimited` as
   *   soon as that is known: give less where somebody waits for the response, and more to a long job.
   *
   * GET, PUT and DELETE are retried on transient failures; POST and PATCH only when they were definitely not executed (429,
   * or no connection). What no retry can fix fails at once: an unknown host, a TLS certificate that is not valid.
   *
   * @category options
   * @since 0.1.0
   */
  RetryOptions,
  /**
   * How many requests a client sends in any minute and in any hour, repetitions included; what is more waits in line.
   *
   * **Details**
   *
   * - `perMinute`: by default 245 of the 250 that DigitalOcean allows
   * - `perHour`: by default 4,950 of 5,000
   *
   * All clients of a process with the same token and base URL share one budget and one line. Give them the same limits: a
   * request that waits for lower ones holds all others. Where several processes share a token, provide a
   * `RateLimiterStore` (`effect/persistence/RateLimiter`) beneath the client, such as Effect's on Redis.
   *
   * Writes go before reads, and reads before polls, but each fourth request is the one that has waited longest. When
   * DigitalOcean answers 429 for the minute or the hour all the same, every request of the token waits as long as the
   * response says.
   *
   * @category options
   * @since 0.1.0
   */
  RateLimits as Limits,
  /**
   * How to reach DigitalOcean.
   *
   * **Details**
   *
   * - `token`: a personal access token. Trimmed; refused when it is empty or holds control characters.
   * - `baseUrl`: by default `https://api.digitalocean.com`; a path prefix is kept. `https` unless the host is loopback.
   *   The token goes nowhere else: redirects are not followed.
   * - `userAgent`: put before the library's own
   * - `retry`: see {@link RetryOptions}
   * - `rateLimits`: see {@link RateLimits}
   * - `headersTimeout`: until the head of the answer is there, connecting included; by default 30 seconds. (Connecting
   *   alone is the transport's: undici gives up after 10 seconds.)
   * - `bodyTimeout`: from there until the whole body is there; by default 60 seconds
   * - `maxBodyBytes`: a larger answer is refused, and one that unpacks to more; by default 16 MiB (a page of 200 images is
   *   64 KiB)
   * - `tracePropagation`: send `traceparent` and `b3` headers to DigitalOcean; by default they are not sent
   *
   * @category options
   * @since 0.1.0
   */
  Options
}

/**
 * The default pauses between repetitions: 250 ms, doubled each time up to 10 seconds, with jitter (80 to 120 %).
 *
 * @category schedules
 * @since 0.1.0
 */
export const retrySchedule: Schedule.Schedule<unknown, DigitalOceanError> = Schedule.min([
  Schedule.exponential("250 millis"),
  Schedule.spaced("10 seconds")
]).pipe(Schedule.jittered)

/**
 * Makes a client over the `HttpClient` in the context. Fails with `InvalidInput` when an option cannot be right.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<DigitalOceanClient["Service"], DigitalOceanError, HttpClient.HttpClient> {
  const {
    attempt: settings,
    baseUrl,
    budgetKey,
    headers,
    limits,
    retry
  } = yield* Effect.mapError(
    Settings.check(options),
    (reason) => new DigitalOceanError({ operation: "DigitalOceanClient.make", reason: redacted(reason, redact) })
  )
  // a page of 200 images is 64 KiB, a tenth of it compressed; unpacking one image would cost more than it saves
  const listHeaders = Gzip.available ? Headers.set(headers, "accept-encoding", "gzip") : headers
  const http = HttpClient.withScope(yield* HttpClient.HttpClient)
  const transport = Settings.transport(yield* Effect.serviceOption(FetchHttpClient.RequestInit))
  const store = Option.getOrUndefined(yield* Effect.serviceOption(RateLimiterStore))
  const budget: Budget.Budget = { key: budgetKey, limits, store: store && SharedStore.make(store, budgetKey) }
  const lastSeen = yield* Effect.clockWith((clock) => Effect.sync(() => Budget.lastSeenOf(clock, budgetKey)))
  const policy: Retry.Policy = { times: 4, schedule: retrySchedule, maxWait: Duration.minutes(65), ...retry }
  const serverClock = new ServerClock()
  const patience = Effect.map(Retry.Override, (override) => override.maxWait ?? policy.maxWait)

  const once = <A>(
    call: Call<A>,
    request: HttpClientRequest.HttpClientRequest,
    waits: Budget.Waits
  ): Effect.Effect<A, Reason> =>
    Budget.pass(budget, waits, (learn) =>
      Effect.clockWith((clock) => {
        const sent = clock.currentTimeMillisUnsafe()
        return attempt(http, request, settings, (answer) => {
          const now = clock.currentTimeMillisUnsafe()
          serverClock.learn(sent, now, RateLimit.dateOf(answer.headers))
          const seen = RateLimit.fromHeaders(answer.headers, now)
          const context = { scopes: call.scopes, scrub: settings.scrub, now, baseUrl }
          const failure = Answer.failure(answer, context)
          learn(seen, failure)
          if (Option.isSome(seen)) lastSeen.set(seen.value)
          return failure === undefined ? Answer.decoded(answer, call.decode, context) : Effect.fail(failure)
        })
      })
    )

  const execute = <A>(call: Call<A>): Effect.Effect<A, DigitalOceanError> => {
    const operation = settings.scrub(call.operation)
    const fail = (reason: Reason) =>
      new DigitalOceanError({ operation, method: call.method, reason: redacted(reason, settings.scrub) })
    return call.prepare.pipe(
      Effect.mapError(fail),
      Effect.flatMap(({ body, path, query }) => {
        const asked = query?.["per_page"] === undefined ? headers : listHeaders
        const request = Prepare.toRequest(call.method, `${baseUrl}${path}`, asked, { query, body })
        const waits: Budget.Waits = { method: call.method, patience, spent: 0 }
        return Retry.retrying(Effect.mapError(once(call, request, waits), fail), call, policy, waits)
      }),
      Effect.updateContext(transport),
      // where it is called from is a place in this file, and looking costs as much as decoding an image
      Effect.withSpan(operation, undefined, { captureStackTrace: false })
    )
  }

  return DigitalOceanClient.of({
    baseUrl,
    run: (endpoint, ...[input]) =>
      execute({
        ...endpoint,
        prepare: Prepare.endpoint(endpoint, input),
        decode: Identity.checked(endpoint, (input as Prepare.Loose | undefined)?.path)
      }),
    request: <A>(request: Request & { readonly schema?: Schema.Codec<A, unknown> }) =>
      execute<A>({
        operation: request.operation ?? `${request.method} ${request.path}`,
        method: request.method,
        scopes: [],
        decode: request.schema && Endpoint.json(request.schema),
        prepare: Prepare.request(request)
      }),
    rateLimit: Effect.sync(() => Option.fromUndefinedOr(lastSeen.value)),
    rateLimits: lastSeen.values,
    now: serverClock.now
  })
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
    Option.isNone(token)
      ? Effect.fail(new DigitalOceanError({ operation: "DigitalOceanClient.makeConfig", reason: Token.missing() }))
      : make({ ...options, baseUrl: options?.baseUrl ?? baseUrl, token: token.value })
  )

/**
 * A client as a layer; needs an `HttpClient`. One that was transformed may retry, filter statuses or look at heads; it must
 * leave bodies unread, as most transports hand a body out once.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<DigitalOceanClient, DigitalOceanError, HttpClient.HttpClient> =>
  Layer.effectContext(Effect.map(make(options), withServerTime))

/**
 * A client whose token and base URL come from the configuration, as of {@link makeConfig}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options?: Omit<Options, "token">
): Layer.Layer<DigitalOceanClient, DigitalOceanError | Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effectContext(Effect.map(makeConfig(options), withServerTime))

/** A client, and by its responses the time at DigitalOcean. */
const withServerTime = (client: DigitalOceanClient["Service"]): Context.Context<DigitalOceanClient> =>
  Context.add(Context.make(DigitalOceanClient, client), ServerTime, client.now)

/**
 * The client for a test: the given members, and every other dies with its name.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (members: Partial<DigitalOceanClient["Service"]>): Layer.Layer<DigitalOceanClient> =>
  Layer.mock(DigitalOceanClient, { baseUrl: digitalOcean, ...members })

/**
 * Repeats the requests of one program differently: `program.pipe(DigitalOceanClient.withRetry({ times: 0 }))`. Fails with
 * `InvalidInput` when an option cannot be right.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withRetry: {
  (options: RetryOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DigitalOceanError, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, options: RetryOptions): Effect.Effect<A, E | DigitalOceanError, R>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, options: RetryOptions) =>
  Effect.flatMap(
    Effect.mapError(
      Settings.retryPolicy(options),
      (reason) => new DigitalOceanError({ operation: "DigitalOceanClient.withRetry", reason })
    ),
    (policy) => Effect.updateService(self, Retry.Override, (outer) => ({ ...outer, ...policy }))
  )
)

/** What was refused may have been a token, given in the wrong place. What a response said has no secrets any more. */
const redacted = <R extends Reason>(reason: R, redact: (text: string) => string): R | InvalidInput =>
  reason._tag === "InvalidInput"
    ? new InvalidInput({ field: redact(reason.field), problem: redact(reason.problem) })
    : reason

interface Call<A> {
  readonly operation: string
  readonly method: Endpoint.Method
  readonly scopes: ReadonlyArray<string>
  readonly decode: Endpoint.Decode<A> | undefined
  readonly prepare: Effect.Effect<Prepare.Prepared, InvalidInput>
}
