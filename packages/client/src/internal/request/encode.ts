import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import { InvalidInput } from "../../DigitalOceanError.ts"
import type * as Endpoint from "../../Endpoint.ts"
import { describe } from "../response/response.ts"
import { echo } from "../response/echo.ts"
import * as Path from "./path.ts"

/** The encoded path, query and body of a request. */
export interface EncodedRequest {
  readonly path: string
  readonly query: Query | undefined
  readonly body: HttpBody.HttpBody | undefined
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The input of any endpoint, without types; `DigitalOceanClient.Input` has types. */
export interface UntypedInput {
  readonly path?: unknown
  readonly query?: unknown
  readonly body?: unknown
}

/** Validates and encodes the input of an endpoint. */
export const encodeEndpoint = <A, P extends string, Q, B>(
  self: Endpoint.Endpoint<A, P, Q, B>,
  input: UntypedInput = {}
): Effect.Effect<EncodedRequest, InvalidInput> => {
  const path = Path.fill(self.path, (input.path ?? {}) as Record<string, string | number | undefined>)
  if (typeof path !== "string") return Effect.fail(path)
  if (input.query === undefined && input.body === undefined) {
    return Effect.succeed({ path, query: undefined, body: undefined })
  }
  return Effect.flatMap(encode("query", self.query, input.query), (query) =>
    Effect.map(Effect.flatMap(encode("body", self.body, input.body), json), (body) => ({
      path,
      query: query as Query | undefined,
      body
    }))
  )
}

/** Validates and encodes the input of `DigitalOceanClient.request`. */
export const encodeRequest = (input: {
  readonly path: string
  readonly query?: Query | undefined
  readonly body?: unknown
}): Effect.Effect<EncodedRequest, InvalidInput> => {
  const path = Path.check(input.path)
  if (typeof path !== "string") return Effect.fail(path)
  for (const [field, value] of Object.entries(input.query ?? {})) {
    if (typeof value === "number" && !Number.isFinite(value)) {
      return Effect.fail(new InvalidInput({ field: echo(field), problem: `expected a finite number, got ${value}` }))
    }
    if (typeof value === "string" && Path.hasLoneSurrogate(value)) {
      return Effect.fail(new InvalidInput({ field: echo(field), problem: "contains a lone surrogate" }))
    }
  }
  return Effect.map(json(input.body), (body) => ({ path, query: input.query, body }))
}

/** Creates the request for the transport. */
export const toRequest = (
  method: Endpoint.Method,
  url: string,
  headers: Headers.Headers,
  { body, query }: Pick<EncodedRequest, "body" | "query">
): HttpClientRequest.HttpClientRequest => {
  const urlParams = query === undefined ? UrlParams.empty : UrlParams.fromInput(query)
  const request = HttpClientRequest.makeWith(method, url, urlParams, Option.none(), headers, HttpBody.empty)
  return body === undefined ? request : HttpClientRequest.setBody(request, body)
}

const encode = <A>(
  part: "query" | "body",
  encoder: ((input: A) => Effect.Effect<unknown, Schema.SchemaError>) | undefined,
  input: unknown
): Effect.Effect<unknown, InvalidInput> =>
  encoder === undefined || input === undefined
    ? Effect.succeed(undefined)
    : Effect.mapError(encoder(input as A), (error) => {
        const { issue, path } = describe(error)
        return new InvalidInput({ field: path === "" ? part : echo(path), problem: echo(issue) })
      })

const json = (body: unknown): Effect.Effect<HttpBody.HttpBody | undefined, InvalidInput> =>
  body === undefined
    ? Effect.succeed(undefined)
    : Effect.suspend(() => {
        try {
          const text: string | undefined = JSON.stringify(body)
          if (text !== undefined) return Effect.succeed(HttpBody.text(text, "application/json"))
        } catch {
          // a cycle or a bigint
        }
        return Effect.fail(new InvalidInput({ field: "body", problem: "cannot be encoded as JSON" }))
      })
