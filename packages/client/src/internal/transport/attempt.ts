import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Tracer from "effect/Tracer"
import type { Reason } from "../../DigitalOceanError.ts"
import type { RawResponse } from "../response/rawResponse.ts"
import { exchange, type Limits, type Scoped } from "./exchange.ts"

/** How one request is sent. */
export interface Options {
  readonly limits: Limits
  readonly scrub: (text: string) => string
  readonly tracePropagation: boolean
  /** of the base URL: what comes before the path, and what of that names the server */
  readonly origin: string
  readonly host: string
}

/**
 * One request, its whole answer and what it means, as a client span. The transport's own span is switched off (see
 * `settings.ts`): it ends with the transport's error, which can hold the token.
 */
export const attempt = <A>(
  http: Scoped,
  request: HttpClientRequest.HttpClientRequest,
  { host, limits, origin, scrub, tracePropagation }: Options,
  interpret: (answer: RawResponse) => Effect.Effect<A, Reason>
): Effect.Effect<A, Reason> => {
  const attributes = {
    "http.request.method": request.method,
    "server.address": host,
    // a token is easily given for an id, and ids are in the path
    "url.full": scrub(request.url),
    "url.path": scrub(request.url.slice(origin.length))
  }
  return Effect.useSpan(request.method, { kind: "client", attributes }, (span) => {
    const sent = tracePropagation ? HttpClientRequest.setHeaders(request, HttpTraceContext.toHeaders(span)) : request
    const meaning = Effect.flatMap(exchange(http, sent, limits, scrub), (answer) => {
      span.attribute("http.response.status_code", answer.status)
      return interpret(answer)
    })
    return Effect.provideService(meaning, Tracer.ParentSpan, span)
  })
}
