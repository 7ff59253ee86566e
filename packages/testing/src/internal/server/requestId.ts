import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { textOf, withText } from "../http/text.ts"

/** Returns the id of the n-th request. */
export const make = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

/** Adds the id of the request to a response: as a header, and to the body of an error. */
export const identify = (
  response: HttpServerResponse.HttpServerResponse,
  request_id: string
): HttpServerResponse.HttpServerResponse => {
  const error = response.status < 400 ? undefined : errorOf(textOf(response))
  const body = error === undefined ? response : withText(response, JSON.stringify({ ...error, request_id }))
  return HttpServerResponse.setHeader(body, "x-request-id", request_id)
}

/** Adds the id to the body of an error; the one of an invalid tag has another form, without an id. */
const errorOf = (text: string): object | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === "object" && json !== null && "id" in json ? json : undefined
  } catch {
    return undefined
  }
}
