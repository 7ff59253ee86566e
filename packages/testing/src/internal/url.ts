import type * as HttpServerRequest from "effect/http/HttpServerRequest"

/** The whole URL of a request, whichever transport brought it. */
export const urlOf = (request: HttpServerRequest.HttpServerRequest): URL =>
  new URL(
    URL.canParse(request.originalUrl) ? request.originalUrl : request.url,
    `http://${request.headers["host"] ?? "api.digitalocean.com"}`
  )
