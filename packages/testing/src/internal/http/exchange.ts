import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import { urlOf } from "./url.ts"

/** A request and its response, without the token. */
export interface Exchange {
  readonly method: string
  /** the path and query as they were sent */
  readonly target: string
  readonly path: string
  /** the parameters; of a duplicate one the last value */
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** the status of the response; 0 without one */
  readonly status: number
  /** when the response was sent, in milliseconds since 1970 */
  readonly at: number
  /** the fault of the script that affected it, such as `reset after` */
  readonly fault?: string
  /** true if the account does not implement the operation */
  readonly isUnknown?: boolean
}

/** The query of a request. */
export interface Asked extends Omit<Exchange, "status" | "at" | "fault" | "isUnknown"> {}

/** The target of a request: path and query as they were sent. */
export const ask = (request: HttpServerRequest.HttpServerRequest, body: string): Asked => {
  const { pathname: path, search, searchParams } = urlOf(request)
  const target = request.url.startsWith("/") ? request.url : path + search
  const { authorization: _, ...headers } = request.headers
  const query = Object.fromEntries(searchParams)
  return { method: request.method, target, path, query, headers, body }
}
