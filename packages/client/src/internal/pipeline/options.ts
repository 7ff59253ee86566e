import { minutes } from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../../DigitalOceanError.ts"
import * as Redaction from "../../Redaction.ts"
import { isPositive } from "../model/id.ts"
import * as Duration from "../model/parseDuration.ts"
import type { Limits as RateLimits } from "../rateLimit/slidingWindow.ts"
import * as BaseUrl from "../request/baseUrl.ts"
import * as Token from "../request/token.ts"
import { version } from "../request/version.ts"
import type { Limits } from "../transport/exchange.ts"
import type { Options, RetryOptions } from "./clientOptions.ts"
import type { RetryPolicy } from "./retryPolicy.ts"
import { defined } from "../model/defined.ts"

/** The options of a client, validated, with their defaults. */
export interface Settings {
  readonly baseUrl: string
  /** sent with every request, the token among them */
  readonly headers: Headers.Headers
  /** removes the token and other secrets from a text */
  readonly scrub: (text: string) => string
  /** names the token and the base URL within this process */
  readonly key: string
  readonly limits: Limits
  readonly rateLimits: RateLimits
  readonly retry: RetryPolicy
  readonly tracePropagation: boolean
}

/** Validates the options of a client. */
export const check = (options: Options, schedule: RetryPolicy["schedule"]): Effect.Effect<Settings, InvalidInput> => {
  const token = Token.parse(options.token)
  if (!Redacted.isRedacted(token)) return Effect.fail(token)
  const baseUrl = BaseUrl.parse(options.baseUrl ?? BaseUrl.digitalOcean)
  if (typeof baseUrl !== "string") return Effect.fail(baseUrl)
  const userAgent = `${options.userAgent ?? ""} effect-digitalocean/${version}`.trim()
  if (!/^[\x20-\x7e]+$/.test(userAgent)) {
    return invalid("userAgent", "expected printable ASCII")
  }
  const maxBytes = options.maxBodyBytes ?? 16 * 1024 * 1024
  if (!(maxBytes > 0)) {
    return invalid("maxBodyBytes", `expected a positive number, got ${maxBytes}`)
  }
  const rateLimits = { minute: options.rateLimits?.perMinute ?? 245, hour: options.rateLimits?.perHour ?? 4950 }
  for (const [field, limit] of [
    ["perMinute", rateLimits.minute],
    ["perHour", rateLimits.hour]
  ] as const) {
    if (!isPositive(limit)) {
      return invalid(`rateLimits.${field}`, `expected a whole number from 1, got ${limit}`)
    }
  }
  const { bodyTimeout = "60 seconds", headersTimeout = "30 seconds", timeout = "2 minutes" } = options
  return Effect.flatMap(Duration.checkAll({ headersTimeout, bodyTimeout, timeout }), (timeouts) =>
    Effect.map(retryPolicy(options.retry ?? {}), (retry) => ({
      baseUrl,
      headers: Headers.fromInput({
        accept: "application/json",
        authorization: `Bearer ${Redacted.value(token)}`,
        "user-agent": userAgent
      }),
      scrub: Redaction.make(token),
      key: `${baseUrl}\n${Redacted.value(token)}`,
      limits: { headers: timeouts.headersTimeout, body: timeouts.bodyTimeout, total: timeouts.timeout, maxBytes },
      rateLimits,
      retry: { times: 4, schedule, maxWait: minutes(65), ...retry },
      tracePropagation: options.tracePropagation ?? false
    }))
  )
}

/** The part of a retry policy that is given, validated. */
export const retryPolicy = (options: RetryOptions): Effect.Effect<Partial<RetryPolicy>, InvalidInput> => {
  const { maxWait, schedule, times } = options
  if (times !== undefined && !(Number.isInteger(times) && times >= 0)) {
    return invalid("times", `expected a whole number from 0, got ${times}`)
  }
  const given = defined({ times, schedule })
  return maxWait === undefined
    ? Effect.succeed(given)
    : Effect.map(Duration.check("maxWait", maxWait), (maxWait) => ({ ...given, maxWait }))
}

const invalid = (field: string, problem: string): Effect.Effect<never, InvalidInput> =>
  Effect.fail(new InvalidInput({ field, problem }))
