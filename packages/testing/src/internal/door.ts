import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
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
import type * as HangUp from "./hangUp.ts"
import { Refusal } from "./refusal.ts"
import type { Script } from "./script.ts"
import * as Spoil from "./spoil.ts"
import { accountOf, tokenOf } from "./token.ts"
import { urlOf } from "./url.ts"
import type { World } from "./world.ts"

/** A request and its answer, with the token taken out. */
export interface Exchange {
  readonly method: string
  /** path and query as they were sent */
  readonly target: string
  readonly path: string
  /** of a parameter given twice, the last */
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** 0: it was not answered */
  readonly status: number
  /** when it was answered, in milliseconds since 1970 */
  readonly at: number
  /** what went wrong with it, as a script of faults wanted, such as `reset after` */
  readonly fault?: string
}

/** What answers a request, whichever transport brings it, or breaks its connection. */
export type Door = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  HangUp.Broken,
  HttpServerRequest.HttpServerRequest
>

/**
 * The only way into a world: checks the token and the request, counts, answers, and remembers. What a request asks for is
 * done when it arrives; `latency` is the way back.
 */
export const make = Effect.fnUntraced(function* (
  world: World,
  options: {
    readonly script: Script
    readonly strict: boolean
    readonly latency: Duration.Input
    readonly record: (exchange: Exchange) => void
  }
): Effect.fn.Return<Door, never, Scope.Scope> {
  const operate = yield* operations(world)
  let count = 0

  /** The account's own answer; nothing of a fault. */
  const answer = Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
    body: string
  ): Effect.fn.Return<HttpServerResponse.HttpServerResponse, HangUp.Broken> {
    count += 1
    const { headers, refused } = world.budget(tokenOf(request)).spend(world.now)
    const refusing = refused ?? refusal(world, request, body, options.strict)
    const answer = yield* refusing === undefined
      ? Effect.provideService(operate, HttpServerRequest.HttpServerRequest, request)
      : Effect.succeed(HttpServerResponse.jsonUnsafe(refusing.body, { status: refusing.status }))
    return HttpServerResponse.setHeaders(answer, {
      "x-request-id": `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`,
      ...headers
    })
  })

  return Effect.gen(function* () {
    const given = yield* HttpServerRequest.HttpServerRequest
    const request = options.strict ? given : lenient(given)
    const body = yield* Effect.orElseSucceed(request.text, () => "")
    world.advance(yield* Clock.currentTimeMillis)
    const asked = ask(given, body)
    const faults = options.script.take({ ...asked, seconds: world.seconds() })
    const place = { world, request: given, budget: world.budget(tokenOf(request)).headers(world.now) }
    const ending = faults.find((fault) => Spoil.instead(fault, place) !== undefined)
    const outcome =
      ending === undefined
        ? faults.reduce(
            (outcome, fault) => Spoil.afterwards(outcome, fault, place),
            Spoil.answered(yield* answer(request, body))
          )
        : Spoil.instead(ending, place)!
    const fault = (ending === undefined ? faults : [ending]).map(Spoil.name).join(", ")
    const status = outcome.response?.status ?? 0
    options.record({ ...asked, status, at: world.now, ...(fault === "" ? undefined : { fault }) })
    // a server keeps a request from being interrupted; what waits here ends with its client
    return yield* Effect.interruptible(way(outcome, options.latency))
  })
})

/** The way of an outcome to the client. */
const way = (outcome: Spoil.Outcome, latency: Duration.Input) =>
  outcome.response === undefined
    ? outcome.lost
    : Effect.delay(
        Effect.succeed(outcome.response),
        Duration.sum(Duration.fromInputUnsafe(latency), Duration.millis(outcome.delay))
      )

/** The contract's operations over the accounts of a world. */
const operations = Effect.fnUntraced(function* (world: World) {
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
): Refusal | undefined => {
  try {
    const { scopes } = accountOf(world, request)
    const contentType = request.headers["content-type"]
    return Contract.check({ method: request.method, url: urlOf(request), contentType, body }, strict, scopes)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** As DigitalOcean takes it: every body is JSON, and of a parameter given twice the last counts. */
const lenient = (request: HttpServerRequest.HttpServerRequest): HttpServerRequest.HttpServerRequest => {
  const { pathname, searchParams } = urlOf(request)
  const query = new URLSearchParams(Object.fromEntries(searchParams))
  return request.modify({
    url: query.size === 0 ? pathname : `${pathname}?${query}`,
    headers: Headers.set(request.headers, "content-type", "application/json")
  })
}

/** What a request asks for, as it was sent. */
const ask = (request: HttpServerRequest.HttpServerRequest, body: string) => {
  const { pathname: path, search, searchParams } = urlOf(request)
  const { authorization: _, ...headers } = request.headers
  const query = Object.fromEntries(searchParams)
  return { method: request.method, target: path + search, path, query, headers, body }
}
