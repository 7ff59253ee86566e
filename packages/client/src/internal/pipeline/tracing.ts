import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpTraceContext from "effect/http/HttpTraceContext"
import * as Tracer from "effect/Tracer"
import { CallState, type Send } from "./call.ts"

/** What the span of an HTTP request shows. */
export interface Options {
  readonly baseUrl: string
  readonly scrub: (text: string) => string
  readonly tracePropagation: boolean
}

/**
 * Wraps each request in a client span, named by its method, with the attributes of OpenTelemetry's conventions. It ends
 * with the scope of the attempt, so that a response that cannot be decoded marks it as failed. The transport's own span is
 * disabled (see `encoding.ts`): it ends with the transport's error, which can contain the token.
 */
export const tracing = ({ baseUrl, scrub, tracePropagation }: Options): (<E>(send: Send<E>) => Send<E>) => {
  const { hostname, origin, port, protocol } = new URL(baseUrl)
  const server = {
    "server.address": hostname.replace(/^\[|\]$/g, ""),
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80)
  }
  return (send) => (outgoing) =>
    Effect.withFiber((fiber) => {
      const { call, request } = outgoing
      // a token can be passed in place of an id, and ids are in the path
      const path = scrub(request.url.slice(origin.length))
      const { attempts } = fiber.getRef(CallState)
      const attributes = {
        "http.request.method": request.method,
        ...(attempts === 0 ? undefined : { "http.request.resend_count": attempts }),
        ...server,
        "url.full": `${origin}${path}`,
        "url.path": path,
        ...(call.template === undefined ? undefined : { "url.template": call.template })
      }
      return Effect.flatMap(Effect.makeSpanScoped(request.method, { kind: "client", attributes }), (span) => {
        const headers = tracePropagation ? HttpTraceContext.toHeaders(span) : undefined
        const sent = headers ? { ...outgoing, request: HttpClientRequest.setHeaders(request, headers) } : outgoing
        return Effect.map(Effect.provideService(send(sent), Tracer.ParentSpan, span), (response) => {
          span.attribute("http.response.status_code", response.status)
          return response
        })
      })
    })
}
