import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { DigitalOceanApi } from "../DigitalOceanApi.ts"
import * as Contract from "./contract.ts"
import { layer as handlers } from "./handlers.ts"
import { Refusal } from "./refusal.ts"
import { accountOf, tokenOf } from "./token.ts"
import { urlOf } from "./url.ts"
import type { World } from "./world.ts"

/** A request that was answered, with its token taken out. */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** of a parameter given twice, the last */
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  /** when it was answered, in milliseconds since 1970 */
  readonly at: number
}

/** What answers a request, whichever transport brings it. */
export type Door = Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>

/**
 * The only way into a world: checks the token and the request, counts, answers, and remembers. What a request asks for is
 * done when it arrives; `latency` is the way back.
 */
export const make = Effect.fnUntraced(function* (
  world: World,
  options: {
    readonly strict: boolean
    readonly latency: Duration.Input
    readonly record: (exchange: Exchange) => void
  }
): Effect.fn.Return<Door, never, Scope.Scope> {
  const operate = yield* operations(world)
  let count = 0

  return Effect.gen(function* () {
    const given = yield* HttpServerRequest.HttpServerRequest
    const request = options.strict ? given : lenient(given)
    const body = yield* Effect.orElseSucceed(request.text, () => "")
    world.advance(yield* Clock.currentTimeMillis)
    count += 1
    const { headers, refused } = world.budget(tokenOf(request)).spend(world.now)
    const answer = yield* (refused && refuse(refused)) ??
      refusal(world, request, body, options.strict) ??
      Effect.provideService(operate, HttpServerRequest.HttpServerRequest, request)
    const response = HttpServerResponse.setHeaders(answer, {
      "x-request-id": `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`,
      ...headers
    })
    options.record(exchange(given, body, response.status, world.now))
    yield* Effect.sleep(options.latency)
    return response
  })
})

/** The contract's operations over the accounts of a world. */
const operations = Effect.fnUntraced(function* (world: World): Effect.fn.Return<Door, never, Scope.Scope> {
  const routes = HttpApiBuilder.layer(DigitalOceanApi).pipe(
    Layer.provide(handlers(world)),
    Layer.provide(HttpServer.layerServices)
  )
  const app = yield* HttpRouter.toHttpEffect(routes)
  return Effect.scoped(Effect.orDie(app))
})

/** What keeps a request from being done: its token, or the contract. */
const refusal = (
  world: World,
  request: HttpServerRequest.HttpServerRequest,
  body: string,
  strict: boolean
): Door | undefined => {
  try {
    const { scopes } = accountOf(world, request)
    const contentType = request.headers["content-type"]
    const message = { method: request.method, url: urlOf(request), contentType, body }
    const refused = Contract.check(message, strict, scopes)
    return refused && refuse(refused)
  } catch (error) {
    if (error instanceof Refusal) return refuse(error)
    throw error
  }
}

const refuse = ({ body, status }: Refusal): Door => Effect.succeed(HttpServerResponse.jsonUnsafe(body, { status }))

/** As DigitalOcean takes it: every body is JSON, and of a parameter given twice the last counts. */
const lenient = (request: HttpServerRequest.HttpServerRequest): HttpServerRequest.HttpServerRequest => {
  const { pathname, searchParams } = urlOf(request)
  const query = new URLSearchParams(Object.fromEntries(searchParams))
  return request.modify({
    url: query.size === 0 ? pathname : `${pathname}?${query}`,
    headers: Headers.set(request.headers, "content-type", "application/json")
  })
}

const exchange = (request: HttpServerRequest.HttpServerRequest, body: string, status: number, at: number): Exchange => {
  const { method } = request
  const { pathname: path, searchParams } = urlOf(request)
  const { authorization: _, ...headers } = request.headers
  return { method, path, query: Object.fromEntries(searchParams), headers, body, status, at }
}
