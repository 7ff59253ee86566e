import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../../DigitalOceanError.ts"
import * as Redaction from "../../Redaction.ts"
import type { Options as Attempt } from "./attempt.ts"
import type { Options, RetryOptions } from "./clientOptions.ts"
import * as BaseUrl from "../request/baseUrl.ts"
import * as Budget from "../rateLimit/rateLimiter.ts"
import * as Duration from "../model/parseDuration.ts"
import type { Policy } from "./retry.ts"
import type { Limits } from "../rateLimit/slidingWindow.ts"
import * as Token from "../request/token.ts"
import { version } from "../request/version.ts"

/** A client's options, checked. */
export interface Settings {
  readonly baseUrl: string
  readonly headers: Headers.Headers
  readonly attempt: Attempt
  readonly retry: Partial<Policy>
  readonly limits: Limits
  readonly budgetKey: string
}

/** Checks a client's options. */
export const check = (options: Options): Effect.Effect<Settings, InvalidInput> => {
  const token = Token.parse(options.token)
  if (!Redacted.isRedacted(token)) return Effect.fail(token)
  const baseUrl = BaseUrl.parse(options.baseUrl ?? BaseUrl.digitalOcean)
  if (typeof baseUrl !== "string") return Effect.fail(baseUrl)
  const userAgent = `${options.userAgent ?? ""} effect-digitalocean/${version}`.trim()
  if (!/^[\x20-\x7e]+$/.test(userAgent)) {
    return Effect.fail(new InvalidInput({ field: "userAgent", problem: "expected printable ASCII" }))
  }
  const maxBytes = options.maxBodyBytes ?? 16 * 1024 * 1024
  if (!(maxBytes > 0)) {
    return Effect.fail(
      new InvalidInput({ field: "maxBodyBytes", problem: `expected a positive number, got ${maxBytes}` })
    )
  }
  const limits: Limits = { minute: options.rateLimits?.perMinute ?? 245, hour: options.rateLimits?.perHour ?? 4950 }
  for (const [field, limit] of [
    ["perMinute", limits.minute],
    ["perHour", limits.hour]
  ] as const) {
    if (!(Number.isSafeInteger(limit) && limit > 0)) {
      const problem = `expected a whole number from 1, got ${limit}`
      return Effect.fail(new InvalidInput({ field: `rateLimits.${field}`, problem }))
    }
  }
  return Effect.map(
    Effect.all({
      headers: Duration.check("headersTimeout", options.headersTimeout ?? "30 seconds"),
      body: Duration.check("bodyTimeout", options.bodyTimeout ?? "60 seconds"),
      retry: retryPolicy(options.retry ?? {})
    }),
    ({ body, headers, retry }) => ({
      baseUrl,
      headers: Headers.fromInput({
        accept: "application/json",
        authorization: `Bearer ${Redacted.value(token)}`,
        "user-agent": userAgent
      }),
      attempt: {
        limits: { headers, body, maxBytes },
        scrub: Redaction.make(token),
        tracePropagation: options.tracePropagation ?? false,
        origin: new URL(baseUrl).origin,
        host: new URL(baseUrl).host
      },
      retry,
      limits,
      budgetKey: Budget.keyOf(baseUrl, Redacted.value(token))
    })
  )
}

/** The part of a retry policy that is given, checked. */
export const retryPolicy = (options: RetryOptions): Effect.Effect<Partial<Policy>, InvalidInput> => {
  const { maxWait, schedule, times } = options
  if (times !== undefined && !(Number.isInteger(times) && times >= 0)) {
    return Effect.fail(new InvalidInput({ field: "times", problem: `expected a whole number from 0, got ${times}` }))
  }
  const given = {
    ...(times === undefined ? undefined : { times }),
    ...(schedule === undefined ? undefined : { schedule })
  }
  return maxWait === undefined
    ? Effect.succeed(given)
    : Effect.map(Duration.check("maxWait", maxWait), (maxWait) => ({ ...given, maxWait }))
}

/**
 * What the transport is told with every request: no redirects, and no span of its own. Added to a context, as a merge
 * copies all that is in it.
 */
export const transport = (
  requestInit: Option.Option<globalThis.RequestInit>
): ((context: Context.Context<never>) => Context.Context<FetchHttpClient.RequestInit>) => {
  const init: globalThis.RequestInit = { ...Option.getOrUndefined(requestInit), redirect: "manual" }
  return (context) =>
    context.pipe(
      Context.add(FetchHttpClient.RequestInit, init),
      Context.add(HttpClient.TracerDisabledWhen, () => true)
    )
}
