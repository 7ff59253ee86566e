import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import { urlOf } from "../http/url.ts"

/**
 * A request whose body has been read, as DigitalOcean takes it: every body is JSON, in which null is the same as absent,
 * and of a parameter given twice the last counts.
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

/** JSON text without the fields that are null, at any depth; what is not JSON stays as it is. */
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
