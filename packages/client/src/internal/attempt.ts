import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import type { InvalidInput, TransportError } from "../DigitalOceanError.ts"
import { type Answer, exchange, type Limits } from "./exchange.ts"

/** How one request is sent. */
export interface Options {
  readonly limits: Limits
  readonly scrub: (text: string) => string
  readonly tracePropagation: boolean
}

/**
 * One request and its whole answer as a client span. The transport's own span is switched off (see `settings.ts`): it
 * ends with the transport's error, which can hold the token.
 */
export const attempt = (
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  { limits, scrub, tracePropagation }: Options
): Effect.Effect<Answer, TransportError | InvalidInput> => {
  const { host, pathname } = new URL(request.url)
  const send = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.tap(exchange(http, request, limits, scrub), ({ status }) =>
      Effect.annotateCurrentSpan("http.response.status_code", status)
    )
  const traced = tracePropagation
    ? Effect.flatMap(Effect.orDie(Effect.currentSpan), (span) =>
        send(HttpClientRequest.setHeaders(request, HttpTraceContext.toHeaders(span)))
      )
    : send(request)
  return Effect.withSpan(traced, request.method, {
    kind: "client",
    captureStackTrace: false,
    attributes: {
      "http.request.method": request.method,
      "server.address": host,
      "url.full": request.url,
      "url.path": pathname
    }
  })
}
