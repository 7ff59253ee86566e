import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { Fault } from "../../Faults.ts"
import { type Broken, hangUp, refused } from "./hangUp.ts"
import * as Json from "./json.ts"
import { bytes, textOf, withText } from "../http/text.ts"
import { accountOf } from "../account/token.ts"
import { urlOf } from "../http/url.ts"
import type { World } from "../account/world.ts"

/** What a client receives: a response after a number of milliseconds, or none. */
export type Outcome =
  | { readonly response: HttpServerResponse.HttpServerResponse; readonly delay: number }
  | { readonly response?: never; readonly lost: Effect.Effect<never, Broken> }

export const answered = (response: HttpServerResponse.HttpServerResponse, delay = 0): Outcome => ({ response, delay })

const lost = (lost: Effect.Effect<never, Broken>): Outcome => ({ lost })

/** The request that a fault affects. */
export interface Place {
  readonly world: World
  readonly request: HttpServerRequest.HttpServerRequest
  /** the present headers of the rate limit */
  readonly budget: Readonly<Record<string, string>>
}

/** The outcome of a fault that prevents the execution of the request. */
export const instead = (fault: Fault, { budget, request, world }: Place): Outcome | undefined => {
  switch (fault.fault) {
    case "refuse":
      return lost(hangUp(request, "before", refused(fault.code)))
    case "reset":
      return fault.when === "before" ? lost(hangUp(request, "before")) : undefined
    case "silence":
      return fault.executed === true ? undefined : lost(Effect.never)
    case "rate-limit":
      return answered(tooMany(fault, budget, world))
    case "status":
      return fault.executed === true ? undefined : answered(failed(fault, budget))
    case "answer":
      return answered(text(fault.body ?? "", fault.status, fault.headers ?? { "content-type": "application/json" }))
    default:
      return undefined
  }
}

/** Changes an outcome by a fault of the response. */
export const afterwards = (outcome: Outcome, fault: Fault, { budget, request, world }: Place): Outcome => {
  if (outcome.response === undefined) return outcome
  const { delay, response } = outcome
  const whole = textOf(response)
  const became = (response: HttpServerResponse.HttpServerResponse) => answered(response, delay)
  const says = (body: string) => became(withText(response, body))
  switch (fault.fault) {
    case "reset":
      return fault.when === "after" || whole === ""
        ? lost(hangUp(request, "after"))
        : became(brokenOff(response, whole, request))
    case "silence":
      return lost(Effect.never)
    case "status":
      return became(failed(fault, budget))
    case "late":
      return answered(response, delay + world.millis(fault.seconds))
    case "slow":
      return whole === ""
        ? answered(response, delay + world.millis(fault.seconds))
        : became(inDrops(response, whole, world.millis(fault.seconds)))
    case "truncate":
      return whole === "" ? outcome : became(streamed(response, Stream.succeed(beginning(whole, fault.bytes))))
    case "content-type":
      return became(HttpServerResponse.setHeader(response, "content-type", fault.value))
    case "remove":
      return says(Json.remove(whole, fault.field))
    case "set":
      return says(Json.set(whole, fault.field, fault.value))
    case "duplicate":
      return says(Json.duplicate(whole, fault.field, fault.value))
    case "total":
      return says(Json.set(whole, "meta.total", fault.total))
    case "next":
      return says(otherNext(whole, fault.next, urlOf(request)))
    case "shift":
      if (response.status < 300) world.shift(accountOf(world, request), fault.rows ?? 1)
      return outcome
    case "stuck":
      for (const id of Json.actionIds(whole)) world.stuck.add(id)
      return outcome
    case "vanish":
      for (const id of Json.actionIds(whole)) world.hide(id, fault.seconds ?? 0)
      return outcome
    case "refuse":
    case "rate-limit":
    case "answer":
      return outcome
  }
}

/** Formats a fault: `reset after`, `status 503`, `status 504 executed`. */
export const name = (fault: Fault): string => {
  const about = {
    when: "",
    window: "",
    status: "",
    next: "",
    field: "",
    ...fault
  }
  const executed = "executed" in fault && fault.executed === true ? "executed" : ""
  return [fault.fault, about.when, about.window, about.status, about.next, about.field, executed]
    .filter((part) => part !== "")
    .join(" ")
}

type Of<Name extends Fault["fault"]> = Extract<Fault, { readonly fault: Name }>

/** Only a 429 of the minute has `retry-after`. After one of the hour no requests remain, after one of an operation some. */
const tooMany = ({ seconds, window }: Of<"rate-limit">, budget: Place["budget"], world: World) => {
  const body = {
    id: "too_many_requests",
    message:
      window === "operation" ? "this operation is rate-limited - one request per 10m0s" : "API Rate limit exceeded."
  }
  const wait = world.millis(seconds ?? (window === "minute" ? 29 : 600)) / 1000
  const headers = {
    ...budget,
    ...(window === "minute" ? { "retry-after": String(Math.ceil(wait)) } : undefined),
    ...(window === "hour"
      ? { "ratelimit-remaining": "0", "ratelimit-reset": String(Math.ceil(world.now / 1000 + wait)) }
      : undefined)
  }
  return HttpServerResponse.jsonUnsafe(body, { status: 429, headers })
}

/** The id of the error with a status. */
const names: Readonly<Record<number, readonly [id: string, message: string]>> = {
  401: ["unauthorized", "Unable to authenticate you"],
  403: ["forbidden", "You are not authorized to perform this operation"],
  404: ["not_found", "The resource you were accessing could not be found."],
  409: ["conflict", "The resource is being changed."],
  422: ["unprocessable_entity", "The request could not be processed."],
  429: ["too_many_requests", "API Rate limit exceeded."],
  500: ["server_error", "Server Error"],
  502: ["bad_gateway", "Bad Gateway"],
  503: ["service_unavailable", "Service Unavailable"],
  504: ["gateway_timeout", "Gateway Timeout"]
}

const failed = ({ body = "json", status }: Of<"status">, budget: Place["budget"]) => {
  const [id, message] = names[status] ?? ["unexpected_error", "some error message"]
  switch (body) {
    case "json":
      return HttpServerResponse.jsonUnsafe({ id, message }, { status, headers: budget })
    case "html":
      return text(`<html><head><title>${status} ${message}</title></head><body>${message}</body></html>`, status, {
        "content-type": "text/html"
      })
    case "text":
      return text(message, status, { "content-type": "text/plain" })
    case "none":
      return HttpServerResponse.empty({ status })
  }
}

const text = (body: string, status: number, headers: Readonly<Record<string, string>>) =>
  body === ""
    ? HttpServerResponse.empty({ status, headers })
    : HttpServerResponse.setHeaders(HttpServerResponse.text(body, { status }), headers)

/** The start of a body: a number of bytes, by default half of it. */
const beginning = (text: string, count?: number) => {
  const all = bytes(text)
  return all.slice(0, count ?? Math.floor(all.byteLength / 2))
}

/** Replaces the body of a response by a stream, with or without its length. */
const streamed = (
  response: HttpServerResponse.HttpServerResponse,
  body: Stream.Stream<Uint8Array, Broken>,
  length?: number
) => {
  const { "content-length": _, ...headers } = response.headers
  const { status } = response
  return HttpServerResponse.stream(body, {
    status,
    headers: length === undefined ? headers : { ...headers, "content-length": String(length) },
    ...(headers["content-type"] === undefined ? undefined : { contentType: headers["content-type"] })
  })
}

/** Half of a body, after which the connection breaks. */
const brokenOff = (
  response: HttpServerResponse.HttpServerResponse,
  whole: string,
  request: HttpServerRequest.HttpServerRequest
) => {
  const begin = Stream.succeed(beginning(whole))
  return streamed(response, Stream.concat(begin, Stream.fromEffect(hangUp(request, "body"))), bytes(whole).byteLength)
}

const drops = 8

/** A body in eight pieces: the first at once, the last at the end of the time. */
const inDrops = (response: HttpServerResponse.HttpServerResponse, whole: string, millis: number) => {
  const all = bytes(whole)
  const size = Math.ceil(all.byteLength / drops)
  const parts = Array.from({ length: drops }, (_, i) => all.slice(i * size, (i + 1) * size))
  const body = Stream.mapEffect(Stream.fromIterable(parts.entries()), ([i, part]) =>
    Effect.delay(Effect.succeed(part), i === 0 ? 0 : millis / (drops - 1))
  )
  return streamed(response, body, all.byteLength)
}

/** Makes the link to the next page of a listing wrong. */
const otherNext = (whole: string, next: Of<"next">["next"], url: URL): string => {
  const leadTo = (page: number) => {
    const to = new URL(url)
    to.searchParams.set("page", String(page))
    return Json.set(Json.set(whole, "links.pages", {}), "links.pages.next", to.toString())
  }
  const page = Number(url.searchParams.get("page") ?? "1")
  switch (next) {
    case "none":
      return Json.remove(Json.remove(whole, "links.pages.next"), "links.pages.last")
    case "same":
      return leadTo(page)
    case "endless":
      return leadTo(page + 1)
    case "elsewhere":
      return whole.replaceAll(`"${url.origin}/`, '"https://elsewhere.example/')
  }
}
