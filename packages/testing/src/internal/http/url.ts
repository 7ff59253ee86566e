import type * as HttpServerRequest from "effect/http/HttpServerRequest"

/** The complete URL of a request over any transport; the root if the URL is invalid. */
export const urlOf = (request: HttpServerRequest.HttpServerRequest): URL => {
  const host = `http://${request.headers["host"] ?? "api.digitalocean.com"}`
  const base = URL.canParse(host) ? host : "http://localhost"
  const path = URL.canParse(request.originalUrl) ? request.originalUrl : request.url
  return new URL(URL.canParse(path, base) ? path : "/", base)
}
