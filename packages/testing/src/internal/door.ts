import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { DigitalOceanApi, type ErrorBody } from "../DigitalOceanApi.ts"
import * as Contract from "./contract.ts"
import { accountOf, layer as handlers } from "./handlers.ts"
import { Refusal } from "./refusal.ts"
import { urlOf } from "./url.ts"
import type { Account, World } from "./world.ts"

/** A request that was answered, with its token taken out. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  /** milliseconds since 1970 */
  readonly at: number
}

/** The only way into a world: checks the token and the request, counts, answers, and remembers. */
export const make = (
  world: World,
  options: { readonly strict: boolean; readonly record: (exchange: Exchange) => void }
): Effect.Effect<
  Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>,
  never,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const routes = HttpApiBuilder.layer(DigitalOceanApi).pipe(
      Layer.provide(handlers(world)),
      Layer.provide(HttpServer.layerServices)
    )
    const app = yield* HttpRouter.toHttpEffect(routes)
    const operate = Effect.scoped(app).pipe(
      Effect.catchCause((cause) => Effect.map(HttpServerError.causeResponse(cause), ([response]) => response))
    )
    let count = 0

    return Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const at = yield* Clock.currentTimeMillis
      const url = urlOf(request)
      const body = yield* Effect.orElseSucceed(request.text, () => "")
      world.advance(at)
      const admitted = admit(world, request, { ...request, method: request.method, url, body }, options.strict)
      const answer = admitted instanceof Refusal ? refuse(admitted.body) : yield* operate
      count += 1
      const response = HttpServerResponse.setHeaders(answer, {
        "x-request-id": `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`,
        ...(admitted instanceof Refusal ? undefined : budget(admitted, world.now))
      })
      const { authorization: _, ...headers } = request.headers
      const query = Object.fromEntries(url.searchParams)
      options.record({ method: request.method, path: url.pathname, query, headers, body, status: response.status, at })
      return response
    })
  })

const admit = (
  world: World,
  request: HttpServerRequest.HttpServerRequest,
  message: { readonly method: string; readonly url: URL; readonly body: string },
  strict: boolean
): Account | Refusal => {
  try {
    const account = accountOf(world, request)
    return Contract.check({ ...message, contentType: request.headers["content-type"] }, strict) ?? account
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

const statuses: Readonly<Record<ErrorBody["id"], number>> = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  unprocessable_entity: 422,
  too_many_requests: 429,
  server_error: 500
}

const refuse = (body: ErrorBody): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(body, { status: statuses[body.id] })

const hour = 3_600_000

/** Counts a request, and tells the budget as DigitalOcean does: `reset` is when the oldest request expires. */
const budget = (account: Account, now: number) => {
  while (account.requests.length > 0 && account.requests[0]! <= now - hour) account.requests.shift()
  account.requests.push(now)
  return {
    "ratelimit-limit": "5000",
    "ratelimit-remaining": String(Math.max(0, 5000 - account.requests.length)),
    "ratelimit-reset": String(Math.ceil((account.requests[0]! + hour) / 1000))
  }
}
