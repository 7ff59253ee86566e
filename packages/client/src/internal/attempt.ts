import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import type { Reason } from "../DigitalOceanError.ts"
import { type Answer, exchange, type Limits } from "./exchange.ts"

/** How one request is sent. */
export interface Options {
  readonly limits: Limits
  readonly scrub: (text: string) => string
  readonly tracePropagation: boolean
}

/**
 * One request, its whole answer and what it means, as a client span. The transport's own span is switched off (see
 * `settings.ts`): it ends with the transport's error, which can hold the token.
 */
export const attempt = <A>(
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  { limits, scrub, tracePropagation }: Options,
  interpret: (answer: Answer) => Effect.Effect<A, Reason>
): Effect.Effect<A, Reason> => {
  const { host, pathname } = new URL(request.url)
  const send = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.flatMap(exchange(http, request, limits, scrub), (answer) =>
      Effect.andThen(Effect.annotateCurrentSpan("http.response.status_code", answer.status), interpret(answer))
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
