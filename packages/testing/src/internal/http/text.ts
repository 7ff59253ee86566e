import * as HttpServerResponse from "effect/http/HttpServerResponse"

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The text of a complete response. */
export const textOf = ({ body }: HttpServerResponse.HttpServerResponse): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

/** Replaces the text of a response. */
export const withText = (
  response: HttpServerResponse.HttpServerResponse,
  body: string
): HttpServerResponse.HttpServerResponse =>
  body === ""
    ? response
    : HttpServerResponse.setHeaders(HttpServerResponse.text(body, { status: response.status }), {
        ...response.headers,
        "content-length": String(bytes(body).byteLength)
      })
