import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import { urlOf } from "./url.ts"

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
  /** true: the account has no such operation, whatever DigitalOcean has */
  readonly isUnknown?: boolean
}

/** What a request asks for. */
export interface Asked extends Omit<Exchange, "status" | "at" | "fault" | "isUnknown"> {}

/** What a request asks for, as it was sent. */
export const ask = (request: HttpServerRequest.HttpServerRequest, body: string): Asked => {
  const { pathname: path, search, searchParams } = urlOf(request)
  const target = request.url.startsWith("/") ? request.url : path + search
  const { authorization: _, ...headers } = request.headers
  const query = Object.fromEntries(searchParams)
  return { method: request.method, target, path, query, headers, body }
}
