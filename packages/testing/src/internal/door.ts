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
import * as Scope from "effect/Scope"
import { DigitalOceanApi } from "../DigitalOceanApi.ts"
import * as Contract from "./contract.ts"
import { type Asked, ask, type Exchange } from "./exchange.ts"
import { CurrentWorld, layer as handlers } from "./handlers.ts"
import * as HangUp from "./hangUp.ts"
import type { Journal } from "./journal.ts"
import { Refusal } from "./refusal.ts"
import type { Script } from "./script.ts"
import * as Spoil from "./spoil.ts"
import { accountOf, findAccount, tokenOf } from "./token.ts"
import { urlOf } from "./url.ts"
import type { Watch } from "./watch.ts"
import type { World } from "./world.ts"

/** What answers a request, whichever transport brings it, or breaks its connection. */
export type Door = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  HangUp.Broken,
  HttpServerRequest.HttpServerRequest
>

/** Who is told of what comes through the door. */
export interface Doorkeeper {
  readonly script: Script
  readonly journal: Journal
  readonly watch: Watch
  readonly record: (exchange: Exchange) => void
}

/**
 * The only way into a world: checks the token and the request, counts, answers, and remembers. What a request asks for is
 * done when it arrives; `latency` is the way back.
 */
export const make = (
  world: World,
  { journal, record, script, watch }: Doorkeeper,
  options: { readonly strict: boolean; readonly latency: Duration.Input }
): Door => {
  let count = 0

  /** The account's own answer; nothing of a fault. */
  const answer = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, asked: Asked) {
    count += 1
    const { headers, refused } = world.budget(tokenOf(request)).spend(world.now)
    if (refused !== undefined) watch.refused(asked.method, asked.path, world.now)
    const refusing = refused ?? refusal(world, request, asked.body, options.strict)
    const answer =
      refusing === undefined
        ? yield* operations.pipe(
            Effect.provideService(HttpServerRequest.HttpServerRequest, request),
            Effect.provideService(CurrentWorld, world)
          )
        : HttpServerResponse.jsonUnsafe(refusing.body, { status: refusing.status })
    if (answer.status < 300) {
      watch.done(accountOf(world, request), asked.method, asked.path, asked.body, () => Spoil.textOf(answer), world.now)
    }
    return HttpServerResponse.setHeaders(answer, {
      "x-request-id": `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`,
      ...headers
    })
  })

  /** What becomes of a request, faults and all. */
  const outcomeOf = Effect.fnUntraced(function* (
    given: HttpServerRequest.HttpServerRequest,
    request: HttpServerRequest.HttpServerRequest,
    asked: Asked
  ) {
    const faults = script.take({ ...asked, account: findAccount(world, request)?.name, seconds: world.seconds() })
    const place = { world, request: given, budget: world.budget(tokenOf(request)).headers(world.now) }
    for (const fault of faults) {
      const outcome = Spoil.instead(fault, place)
      if (outcome !== undefined) return { outcome, played: [fault] }
    }
    let outcome = Spoil.answered(yield* answer(request, asked))
    for (const fault of faults) outcome = Spoil.afterwards(outcome, fault, place)
    return { outcome, played: faults }
  })

  return Effect.gen(function* () {
    const given = yield* HttpServerRequest.HttpServerRequest
    const request = options.strict ? given : lenient(given)
    // what did not come whole was never asked
    const body = yield* Effect.catch(request.text, () => Effect.interruptible(HangUp.hangUp(given, "before")))
    world.advance(yield* Clock.currentTimeMillis)
    const tell = journal.request()
    const asked = ask(given, body)
    const { outcome, played } = yield* outcomeOf(given, request, asked)
    const fault = played.map(Spoil.name).join(", ")
    const status = outcome.response?.status ?? 0
    const exchange = { ...asked, status, at: world.now, ...(fault === "" ? undefined : { fault }) }
    tell(exchange)
    record(exchange)
    // a server keeps a request from being interrupted; what waits here ends with its client
    return yield* Effect.interruptible(way(outcome, options.latency))
  })
}

/** The way of an outcome to the client. */
const way = (outcome: Spoil.Outcome, latency: Duration.Input) =>
  outcome.response === undefined
    ? outcome.lost
    : Effect.delay(
        Effect.succeed(outcome.response),
        Duration.sum(Duration.fromInputUnsafe(latency), Duration.millis(outcome.delay))
      )

/** The contract's operations, made when they are first wanted: that takes longer than many a test. */
const operations = Effect.suspend(() => {
  made ??= Effect.runSync(
    HttpRouter.toHttpEffect(
      HttpApiBuilder.layer(DigitalOceanApi).pipe(Layer.provide(handlers), Layer.provide(HttpServer.layerServices))
    ).pipe(
      Effect.map((app) => Effect.scoped(Effect.orDie(app))),
      Scope.provide(Scope.makeUnsafe())
    )
  )
  return made
})

let made: Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> | undefined

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
