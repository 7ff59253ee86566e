import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import { urlOf } from "../http/url.ts"

/**
 * A request whose body has been read, as DigitalOcean interprets it: every body is JSON, null is the same as absent, and
 * the last one of duplicate parameters is used.
 */
export const lenient = (request: HttpServerRequest.HttpServerRequest, body: string) => {
  const url = urlOf(request)
  const query = new URLSearchParams(Object.fromEntries(url.searchParams))
  const text = withoutNulls(body)
  const { method } = request
  const headers = Headers.set(request.headers, "content-type", json)
  const source =
    text === "" || !isWithBody(method)
      ? request
      : HttpServerRequest.fromClientRequest(
          HttpClientRequest.make(method)(url, { headers, body: HttpBody.text(text, json) })
        )
  return {
    request: source.modify({ url: query.size === 0 ? url.pathname : `${url.pathname}?${query}`, headers }),
    body: text
  }
}

const json = "application/json"

const isWithBody = (method: string): method is "POST" | "PUT" | "DELETE" => ["POST", "PUT", "DELETE"].includes(method)

/** Removes the fields that are null, at any depth, from JSON text; other text is not changed. */
export const withoutNulls = (text: string): string => {
  if (!text.includes("null")) return text
  try {
    const whole: unknown = JSON.parse(text)
    return JSON.stringify(whole, (_, value: unknown) => (isRecord(value) ? present(value) : value)) ?? text
  } catch {
    return text
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const present = (record: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
