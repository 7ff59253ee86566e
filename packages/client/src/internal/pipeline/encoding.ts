import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as Tracer from "effect/Tracer"
import type { DigitalOceanError, InvalidInput } from "../../DigitalOceanError.ts"
import { type EncodedRequest, toRequest } from "../request/encode.ts"
import * as Gzip from "../transport/gzip.ts"
import { type Call, CallState, type Run } from "./call.ts"
import { toError } from "./decoding.ts"
import { RetryOverride, type RetryPolicy } from "./retryPolicy.ts"

/** What every request of a client has. */
export interface Options {
  readonly baseUrl: string
  readonly headers: Headers.Headers
  readonly retry: RetryPolicy
  readonly scrub: (text: string) => string
  /** the options of `fetch`, where the transport is that */
  readonly requestInit: globalThis.RequestInit | undefined
}

/** A call and its input. */
export interface Input<A> extends Call<A> {
  /** the values of the placeholders of the path */
  readonly path: unknown
  readonly compressed: boolean
  readonly encoded: Effect.Effect<EncodedRequest, InvalidInput>
}

/**
 * Encodes the input of a call, and runs it within a span of the operation, which has the ids of the resources that the
 * path names, and at its end the number of requests and the time in the rate limit's queue.
 */
export const encoding = (
  { baseUrl, headers, requestInit, retry, scrub }: Options,
  run: Run
): (<A>(input: Input<A>) => Effect.Effect<A, DigitalOceanError>) => {
  const gzipHeaders = Gzip.available ? Headers.set(headers, "accept-encoding", "gzip") : headers
  // redirects are not followed: the token stays with its host
  const init: globalThis.RequestInit = { ...requestInit, redirect: "manual" }
  return <A>(call: Input<A>) => {
    const operation = scrub(call.operation)
    const send = Effect.flatMap(Effect.mapError(call.encoded, toError({ ...call, operation }, scrub)), (encoded) =>
      Effect.withFiber((fiber) => {
        const url = `${baseUrl}${encoded.path}`
        const request = toRequest(call.method, url, call.compressed ? gzipHeaders : headers, encoded)
        const policy = { ...retry, ...fiber.getRef(RetryOverride) }
        return run({ call: { ...call, operation }, request, policy, due: Number.POSITIVE_INFINITY })
      })
    )
    return Effect.useSpan(operation, { attributes: idsOf(call.path, scrub) }, (span) => {
      const state: CallState = { attempts: 0, queueTime: 0 }
      return Effect.onExit(
        Effect.updateContext(send, (context: Context.Context<never>) =>
          context.pipe(
            Context.add(Tracer.ParentSpan, span),
            Context.add(CallState, state),
            Context.add(FetchHttpClient.RequestInit, init),
            // the transport's own span ends with an error that can contain the token
            Context.add(HttpClient.TracerDisabledWhen, () => true)
          )
        ),
        () => {
          span.attribute("digitalocean.attempts", state.attempts)
          span.attribute("digitalocean.queue_time_ms", Math.round(state.queueTime))
          return Effect.void
        }
      )
    })
  }
}

/** The ids in a path as attributes: `digitalocean.image_id`. A token can be passed in place of an id; other values are invalid. */
const idsOf = (path: unknown, scrub: (text: string) => string): Record<string, unknown> => {
  const attributes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(path ?? {})) {
    if (typeof value === "number") attributes[`digitalocean.${name}`] = value
    if (typeof value === "string") attributes[`digitalocean.${name}`] = scrub(value)
  }
  return attributes
}
