/**
 * The account a command works on: the token, the address, and with `--verbose` a line for each request.
 *
 * @since 0.1.0
 */
import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as RateLimit from "@effect-digitalocean/client/RateLimit"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Leftovers from "../process/Leftovers.ts"
import * as Secrets from "../text/Secrets.ts"
import * as Text from "../text/Text.ts"
import * as Time from "../text/Time.ts"
import * as Token from "../config/Token.ts"
import * as SlowCall from "./SlowCall.ts"
import * as Stderr from "../output/Stderr.ts"
import * as SlowResponse from "./SlowResponse.ts"
import * as TransportFailure from "../errors/TransportFailure.ts"
import { version } from "../version.ts"

/**
 * The API's address: `--api-url`, else `DIGITALOCEAN_API_URL`, else DigitalOcean's.
 *
 * @since 0.1.0
 */
export const apiUrl = Effect.map(GlobalFlags.ApiUrl, (flag) =>
  Option.getOrElse(flag, () => process.env["DIGITALOCEAN_API_URL"]?.trim() || "https://api.digitalocean.com")
)

/**
 * How long a request waits for the rate limit. By default not for the hour's: a person at the terminal is instead shown
 * when it resets.
 *
 * @since 0.1.0
 */
export const MaxWait = Context.Reference<Duration.Duration>("@effect-digitalocean/cli/MaxWait", {
  defaultValue: () => Duration.minutes(2)
})

/**
 * How long a request of a job waits, or of a command that waits for actions: it has started something, and where several
 * processes share a token the requests of a minute can be used up for several minutes.
 *
 * @since 0.1.0
 */
export const longMaxWait = Duration.minutes(15)

/**
 * The client of the account that the flags and the environment name.
 *
 * @since 0.1.0
 */
export const layer = Layer.unwrap(Effect.map(Token.resolve, ({ token }) => layerOf(token)))

/**
 * The client of the account that a token belongs to.
 *
 * @since 0.1.0
 */
export const layerOf = (token: Redacted.Redacted) =>
  Layer.unwrap(
    Effect.gen(function* () {
      Secrets.add(token)
      const baseUrl = yield* apiUrl
      const verbose = yield* GlobalFlags.Verbose
      const maxWait = yield* MaxWait
      const isQuiet = yield* GlobalFlags.Quiet
      const isWatched = !isQuiet && Stderr.isTerminal()
      const onAnswer = isQuiet ? () => Effect.void : reportWait(maxWait)
      const http = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(HttpClient.HttpClient, (client) =>
          client.pipe(
            HttpClient.transform(verbose ? logged : reportedIfCut),
            isQuiet ? identity : HttpClient.transform(SlowResponse.make()),
            isWatched ? HttpClient.transform(SlowCall.observe) : identity,
            HttpClient.tap(onAnswer)
          )
        )
      ).pipe(Layer.provide(NodeHttpClient.layerNodeHttpOptions(connections)))
      const options = { retry: { maxWait }, timeout: "60 seconds" } as const
      const client = DigitalOceanClient.make({ token, baseUrl, userAgent: `doimg/${version}`, ...options })
      return Layer.effect(
        DigitalOceanClient.DigitalOceanClient,
        isWatched ? Effect.map(client, SlowCall.reported) : client
      ).pipe(Layer.provide(http))
    })
  )

/** One connection serves many requests; no longer idle than this, as the other side may be closing it by then. */
const connections = { keepAlive: true, timeout: 4000 }

/** Reports a 429 that is waited for, once for all the requests that wait for the same moment. */
const reportWait = (maxWait: Duration.Duration) => {
  let reported = 0
  return ({ headers, status }: { readonly status: number; readonly headers: Headers.Headers }) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (status !== 429) return Effect.void
      const { rateLimit, retryAfter = Duration.zero, window } = RateLimit.refusal(headers, now)
      const until = now + Duration.toMillis(retryAfter)
      // the limit of one operation is not waited for
      const isWaitedFor = window !== "operation" && !Duration.isGreaterThan(retryAfter, maxWait)
      if (!isWaitedFor || Duration.isLessThan(retryAfter, second) || until < reported + 1000) return Effect.void
      reported = until
      const spent = Option.match(rateLimit, {
        onNone: () => "the requests of an hour are spent",
        onSome: ({ limit }) => `the ${limit} requests of an hour are spent`
      })
      const why = window === "hour" ? spent : "too many requests in a minute"
      return Console.error(`doimg: ${why}: goes on in ${Time.format(retryAfter)}`)
    })
}

const second = Duration.seconds(1)

/** Reports a request that may have changed something and was interrupted before its response came. */
const reportedIfCut = <A, E, R>(effect: Effect.Effect<A, E, R>, request: HttpClientRequest.HttpClientRequest) =>
  request.method === "GET"
    ? effect
    : Effect.flatMap(Leftovers.Leftovers, ({ requests }) => {
        const text = about(request)
        requests.add(text)
        return Effect.onExit(effect, (exit) => {
          requests.delete(text)
          return Exit.hasInterrupts(exit)
            ? Console.error(Text.message(`doimg: ${Leftovers.cutOff(text)}`))
            : Effect.void
        })
      })

/** Logs how every request ended. */
const logged = <A extends { readonly status: number; readonly headers: Readonly<Record<string, string>> }, E, R>(
  effect: Effect.Effect<A, E, R>,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) => {
    const log = (how: (time: string) => string) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        return Console.error(Text.message(`doimg: ${about(request)} ${how(`${now - start} ms`)}`))
      })
    return reportedIfCut(effect, request).pipe(
      Effect.tap(({ headers, status }) => log((time) => `answered ${[status, ...ids(headers)].join(", ")} in ${time}`)),
      Effect.tapError((error) =>
        log((time) => `failed after ${time}, ${TransportFailure.describe(error, hostOf(request))}`)
      ),
      Effect.onInterrupt(() => log((time) => `was given up after ${time}`))
    )
  })

const hostOf = ({ url }: HttpClientRequest.HttpClientRequest): string => new URL(url).host

const ids = (headers: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const { "ratelimit-remaining": remaining, "x-request-id": id } = headers
  return [
    ...(id === undefined ? [] : [`request ${Text.bounded(id, longestHeader)}`]),
    ...(remaining === undefined ? [] : [`${Text.bounded(remaining, longestHeader)} requests left`])
  ]
}

const longestHeader = 100

/** Redacted before it is cut, for half of a secret is not known for one. */
const about = (request: HttpClientRequest.HttpClientRequest): string => {
  const url = new URL(request.url)
  for (const [key, value] of request.urlParams.params) url.searchParams.append(key, String(value))
  const body = request.body._tag === "Uint8Array" ? ` ${new TextDecoder().decode(request.body.body)}` : ""
  return `${request.method} ${Text.bounded(Secrets.remove(url.href), 500)}${Text.bounded(Secrets.remove(body), 1000)}`
}
