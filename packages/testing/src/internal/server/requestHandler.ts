import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { DigitalOceanApi } from "../../DigitalOceanApi.ts"
import * as Contract from "./contract.ts"
import { type Asked, ask, type Exchange } from "../http/exchange.ts"
import { CurrentWorld, layer as handlers } from "./handlers.ts"
import * as HangUp from "../faults/hangUp.ts"
import type { Timeline } from "../inspection/timeline.ts"
import { lenient } from "./lenient.ts"
import * as Operations from "../api/operations.ts"
import { ApiError, misdirected, tooLarge } from "../account/apiError.ts"
import * as RequestId from "./requestId.ts"
import type { Script } from "../faults/script.ts"
import * as FaultInjection from "../faults/faultInjection.ts"
import { bytes, textOf } from "../http/text.ts"
import { accountOf, findAccount, tokenOf } from "../account/token.ts"
import { urlOf } from "../http/url.ts"
import type { Watch } from "../inspection/watch.ts"
import type { World } from "../account/world.ts"

/** Handles a request over any transport: responds, or breaks its connection. */
export type RequestHandler = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  HangUp.Broken,
  HttpServerRequest.HttpServerRequest
>

/** Observers of requests and responses. */
export interface Observers {
  readonly script: Script
  readonly timeline: Timeline
  readonly watch: Watch
  readonly record: (exchange: Exchange) => void
}

/**
 * The entry point of a world: checks the token and the request, counts it, executes it and records it. A request is executed
 * when it arrives; `latency` delays the response.
 */
export const make = (
  world: World,
  { timeline, record, script, watch }: Observers,
  options: { readonly strict: boolean; readonly latency: Duration.Input; readonly hosts: "loopback" | "any" }
): RequestHandler => {
  let count = 0

  /** The response of the account, without faults. */
  const answer = Effect.fnUntraced(function* (given: HttpServerRequest.HttpServerRequest, asked: Asked) {
    const { body, request } = options.strict ? { request: given, body: asked.body } : lenient(given, asked.body)
    const { headers, refused } = world.budget(tokenOf(request)).spend(world.now)
    if (refused !== undefined) watch.refused(asked.method, asked.path, world.now)
    const refusing = refused ?? refusal(world, request, body, options.strict)
    const deleted =
      refusing === undefined
        ? watch.deleting(accountOf(world, request), asked.method, asked.path, world.now)
        : undefined
    const answer =
      refusing === undefined
        ? yield* operations.pipe(
            Effect.provideService(HttpServerRequest.HttpServerRequest, request),
            Effect.provideService(CurrentWorld, world)
          )
        : written(refusing)
    if (answer.status < 300) {
      deleted?.()
      watch.done(accountOf(world, request), asked.method, asked.path, asked.body, () => textOf(answer), world.now)
    }
    return HttpServerResponse.setHeaders(answer, { ...headers, date: new Date(world.now).toUTCString() })
  })

  /** The outcome of a request, with faults. */
  const outcomeOf = Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
    asked: Asked,
    requestId: string
  ) {
    const faults = script.take({ ...asked, account: findAccount(world, request)?.name, seconds: world.seconds() })
    const place = { world, request, budget: world.budget(tokenOf(request)).headers(world.now) }
    for (const fault of faults) {
      const outcome = FaultInjection.instead(fault, place)
      if (outcome !== undefined) return { outcome, played: [fault] }
    }
    let outcome = FaultInjection.answered(RequestId.identify(yield* answer(request, asked), requestId))
    for (const fault of faults) outcome = FaultInjection.afterwards(outcome, fault, place)
    return { outcome, played: faults }
  })

  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    // an incomplete request is not executed
    const body = yield* Effect.catch(bodyOf(request), () => Effect.interruptible(HangUp.hangUp(request, "before")))
    world.advance(yield* Clock.currentTimeMillis)
    count += 1
    const requestId = RequestId.make(count)
    const tell = timeline.request()
    const asked = ask(request, body ?? "")
    const turnedAway = options.hosts === "loopback" && !isLoopback(request) ? notLoopback() : undefined
    const refusing =
      turnedAway ?? (body === undefined ? tooLarge(`The body has more than ${maxBody} bytes.`) : undefined)
    const { outcome, played } =
      refusing === undefined
        ? yield* outcomeOf(request, asked, requestId)
        : { outcome: FaultInjection.answered(RequestId.identify(written(refusing), requestId)), played: [] }
    const fault = played.map(FaultInjection.name).join(", ")
    const status = outcome.response?.status ?? 0
    const isUnknown = status === 404 && fault === "" && Operations.idOf(asked.method, asked.path) === undefined
    const exchange = {
      ...asked,
      status,
      at: world.now,
      ...(fault === "" ? undefined : { fault }),
      ...(isUnknown ? { isUnknown } : undefined)
    }
    tell(exchange)
    record(exchange)
    // a server makes requests uninterruptible; this wait ends with its client
    return yield* Effect.interruptible(way(outcome, options.latency))
  })
}

const maxBody = 1_048_576

/** Reads the body of a request; undefined if it is too large, of which the rest is not kept. */
const bodyOf = (request: HttpServerRequest.HttpServerRequest) =>
  request.text.pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.fromInputUnsafe(maxBody)),
    Effect.map((text) => (bytes(text).byteLength > maxBody ? undefined : text)),
    Effect.catchIf(
      ({ reason }) => reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge",
      () => Effect.succeed(undefined)
    )
  )

/** Whether a request was sent to a name or an address of this machine. */
const isLoopback = ({ headers }: HttpServerRequest.HttpServerRequest): boolean => {
  const host = headers["host"] ?? ""
  const { hostname } = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : { hostname: "" }
  return !/[/@?#\\]/.test(host) && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

const notLoopback = () =>
  misdirected("This server answers requests to localhost and 127.0.0.1 only: send another Host, or let it answer any")

const written = ({ body, status }: ApiError) => HttpServerResponse.jsonUnsafe(body, { status })

/** Sends an outcome to the client. */
const way = (outcome: FaultInjection.Outcome, latency: Duration.Input) =>
  outcome.response === undefined
    ? outcome.lost
    : Effect.delay(
        Effect.succeed(outcome.response),
        Duration.sum(Duration.fromInputUnsafe(latency), Duration.millis(outcome.delay))
      )

/** The operations of the contract, created at their first use: that takes longer than many tests. */
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

/** Why a request is not executed: its token, or the contract. */
const refusal = (
  world: World,
  request: HttpServerRequest.HttpServerRequest,
  body: string,
  strict: boolean
): ApiError | undefined => {
  try {
    const { scopes } = accountOf(world, request)
    const contentType = request.headers["content-type"]
    return Contract.check({ method: request.method, url: urlOf(request), contentType, body }, strict, scopes)
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}
