import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import { type InvalidInput, TransportError } from "../DigitalOceanError.ts"
import { toReason } from "./transport.ts"

/** A whole answer: nothing of it is still on the way. */
export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

/** How long an exchange may take, and how large its answer may be. */
export interface Limits {
  readonly headers: Duration.Duration
  readonly body: Duration.Duration
  readonly maxBytes: number
}

/** Sends one request and reads its whole answer, within its limits. */
export const exchange = (
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  limits: Limits,
  scrub: (text: string) => string
): Effect.Effect<Answer, TransportError | InvalidInput> =>
  http.execute(request).pipe(
    Effect.catchDefect((defect) => Effect.die(scrubbed(defect, scrub))),
    Effect.timeoutOrElse({
      duration: limits.headers,
      orElse: () => Effect.fail(late("headers", "answer", limits.headers))
    }),
    // a client that filters statuses hands the answer over as an error
    Effect.catchTag("HttpClientError", (error) =>
      error.reason._tag === "StatusCodeError" ? Effect.succeed(error.reason.response) : Effect.fail(error)
    ),
    Effect.flatMap((response) =>
      Effect.map(read(response, limits), (text) => ({ status: response.status, headers: response.headers, text }))
    ),
    Effect.mapError((error) => (error._tag === "HttpClientError" ? toReason(error, scrub) : error))
  )

const read = (
  response: HttpClientResponse.HttpClientResponse,
  limits: Limits
): Effect.Effect<string, TransportError | HttpClientError.HttpClientError> => {
  const announced = announcedBytes(response.headers)
  const hasBody = response.status !== 204 && response.status !== 304
  return collect(response, announced, limits.maxBytes).pipe(
    Effect.flatMap((bytes) =>
      announced !== undefined && bytes.byteLength < announced && hasBody
        ? Effect.fail(broken(`the body ended after ${bytes.byteLength} of ${announced} bytes`))
        : Effect.succeed(new TextDecoder().decode(bytes))
    ),
    Effect.timeoutOrElse({
      duration: limits.body,
      orElse: () => Effect.fail(late("body", "whole body", limits.body))
    })
  )
}

/** Counts a body as it comes, whatever was announced; what is too large is cut off, and its connection closed. */
const collect = (
  response: HttpClientResponse.HttpClientResponse,
  announced: number | undefined,
  maxBytes: number
): Effect.Effect<Uint8Array, TransportError | HttpClientError.HttpClientError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEachArray(response.stream, (arrived) => {
      for (const chunk of arrived) {
        chunks.push(chunk)
        size += chunk.byteLength
      }
      return Math.max(size, announced ?? 0) > maxBytes ? Effect.fail(tooLarge(maxBytes)) : Effect.void
    }).pipe(
      Effect.catchIf(isEmptyBody, () => Effect.void),
      Effect.map(() => concat(chunks, size))
    )
  })

const isEmptyBody = (error: TransportError | HttpClientError.HttpClientError): boolean =>
  error._tag === "HttpClientError" && error.reason._tag === "EmptyBodyError"

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  if (chunks.length === 1) return chunks[0]!
  const all = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.byteLength
  }
  return all
}

/** The length that was announced of the text itself, so not when it comes compressed. */
const announcedBytes = (headers: Headers.Headers): number | undefined => {
  const text = headers["content-length"]
  const encoding = headers["content-encoding"] ?? "identity"
  return encoding === "identity" && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A defect that quotes a header must not show the token. */
const scrubbed = (defect: unknown, scrub: (text: string) => string): unknown => {
  const text = defect instanceof Error ? `${defect.message}\n${defect.stack}` : String(defect)
  return scrub(text) === text ? defect : new Error(scrub(defect instanceof Error ? defect.message : text))
}

const late = (phase: "headers" | "body", what: string, after: Duration.Duration): TransportError =>
  new TransportError({
    phase,
    sent: true,
    code: "ETIMEDOUT",
    description: `no ${what} within ${Duration.format(after)}`
  })

const broken = (description: string): TransportError => new TransportError({ phase: "body", sent: true, description })

const tooLarge = (maxBytes: number): TransportError =>
  new TransportError({
    phase: "body",
    sent: true,
    code: "EMSGSIZE",
    description: `the body is larger than ${maxBytes} bytes`
  })
