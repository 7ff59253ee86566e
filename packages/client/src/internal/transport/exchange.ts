import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { format } from "effect/Formatter"
import type * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type InvalidInput, TransportError } from "../../DigitalOceanError.ts"
import { concat } from "./bytes.ts"
import type { Deadlines, Limit } from "./deadlines.ts"
import * as Gzip from "./gzip.ts"
import { count } from "../response/count.ts"
import type { RawResponse } from "../response/rawResponse.ts"
import { toReason } from "./transportError.ts"
import { formatDuration } from "../model/formatDuration.ts"

/** The maximum duration of an exchange, and the maximum size of its response. */
export interface Limits {
  /** until the headers of the response are received */
  readonly headers: Duration.Duration
  /** from then until the complete body is received */
  readonly body: Duration.Duration
  /** of the call, including all attempts */
  readonly total: Duration.Duration
  readonly maxBytes: number
}

/** An HTTP client whose requests are aborted when a scope closes. */
export type Scoped = HttpClient.HttpClient.With<HttpClientError.HttpClientError, Scope.Scope>

/**
 * Sends one request and reads the complete response, within the limits and the `remaining` milliseconds of the call.
 * The request is aborted only if that fails: the abort of a body that was read as a stream takes as long as the
 * exchange, and its stack trace keeps pages in memory.
 */
export const exchange = (
  http: Scoped,
  request: HttpClientRequest.HttpClientRequest,
  limits: Limits & { readonly remaining: number },
  scrub: (text: string) => string,
  deadlines: Deadlines
): Effect.Effect<RawResponse, TransportError | InvalidInput> => {
  const due = deadlines.now() + limits.remaining
  const until = (phase: "headers" | "body"): Limit<TransportError> => {
    const remaining = due - deadlines.now()
    const millis = Duration.toMillis(limits[phase])
    return millis < remaining
      ? { millis, onTimeout: () => timedOut(phase, limits[phase]) }
      : { millis: Math.max(0, remaining), onTimeout: () => timedOut(phase, limits.total, "the call's timeout") }
  }
  return deadlines
    .within(until("headers"), (extend) => {
      const scope = Scope.makeUnsafe()
      return http.execute(request).pipe(
        // a client with a status filter fails with an error that contains the response
        Effect.catch((error) =>
          error.reason._tag === "StatusCodeError" ? Effect.succeed(error.reason.response) : Effect.fail(error)
        ),
        Effect.flatMap((response) => {
          extend(until("body"))
          return read(response, limits.maxBytes)
        }),
        Effect.mapError((error) => (error._tag === "HttpClientError" ? toReason(error, scrub) : error)),
        Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause))),
        Scope.provide(scope)
      )
    })
    .pipe(Effect.catchDefect((defect) => Effect.die(scrubbed(defect, scrub))))
}

const read = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<RawResponse, TransportError | HttpClientError.HttpClientError> => {
  const { headers, status } = response
  const announced = announcedBytes(headers)
  const hasBody = status !== 204 && status !== 304
  return Effect.flatMap(collect(response, announced, maxBytes), (bytes) => {
    if (announced !== undefined && bytes.byteLength < announced && hasBody) {
      return Effect.fail(bodyError(`the body ended after ${bytes.byteLength} of ${announced} bytes`))
    }
    return Gzip.isCompressed(bytes, headers["content-encoding"])
      ? Effect.map(gunzip(bytes, maxBytes), (bytes) => ({ status, headers, text: utf8.decode(bytes) }))
      : Effect.succeed({ status, headers, text: utf8.decode(bytes) })
  })
}

const utf8 = new TextDecoder()

/** Bodies with a `content-length` up to this size are read with `arrayBuffer`: the transport enforces the length. */
const singleReadLimit = 256 * 1024

/** The maximum compression ratio of gzip, for transports that decompress before the size can be checked. */
const maxGzipRatio = 1032

const isSmall = (headers: Headers.Headers, announced: number | undefined, maxBytes: number): boolean => {
  if (announced !== undefined) return announced <= Math.min(singleReadLimit, maxBytes)
  const compressed = headers["content-encoding"] === "gzip" ? lengthOf(headers) : undefined
  return compressed !== undefined && compressed * maxGzipRatio <= maxBytes
}

/**
 * Reads a body and counts its bytes, whatever its `content-length`. Fails if it is too large, which closes the
 * connection.
 */
const collect = (
  response: HttpClientResponse.HttpClientResponse,
  announced: number | undefined,
  maxBytes: number
): Effect.Effect<Uint8Array, TransportError | HttpClientError.HttpClientError> => {
  if (isSmall(response.headers, announced, maxBytes)) {
    return Effect.flatMap(response.arrayBuffer, (bytes) =>
      bytes.byteLength > maxBytes ? Effect.fail(tooLarge(maxBytes)) : Effect.succeed(new Uint8Array(bytes))
    )
  }
  return Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEachArray(response.stream, (arrived) => {
      for (const chunk of arrived) {
        chunks.push(chunk)
        size += chunk.byteLength
      }
      return Math.max(size, announced ?? 0) > maxBytes ? Effect.fail(tooLarge(maxBytes)) : Effect.void
    }).pipe(
      Effect.catch((error) => (isEmptyBody(error) ? Effect.void : Effect.fail(error))),
      Effect.map(() => concat(chunks, size))
    )
  })
}

/** Decompresses a body. The limit also applies to the decompressed size. */
const gunzip = (compressed: Uint8Array, maxBytes: number): Effect.Effect<Uint8Array, TransportError> => {
  const bytes = Gzip.decompress(compressed, maxBytes)
  if (bytes === null) return Effect.fail(tooLarge(maxBytes))
  return typeof bytes === "string"
    ? Effect.fail(bodyError(`the body is not valid gzip: ${bytes}`))
    : Effect.succeed(bytes)
}

const isEmptyBody = (error: TransportError | HttpClientError.HttpClientError): boolean =>
  error._tag === "HttpClientError" && error.reason._tag === "EmptyBodyError"

/** The `content-length` of a body that is not compressed. */
const announcedBytes = (headers: Headers.Headers): number | undefined =>
  (headers["content-encoding"] ?? "identity") === "identity" ? lengthOf(headers) : undefined

const lengthOf = (headers: Headers.Headers): number | undefined => count(headers["content-length"])

/** Redacts a defect: it can quote a header, or contain the request in one of its causes, and with it the token. */
const scrubbed = (defect: unknown, scrub: (text: string) => string): unknown => {
  const text = format(defect, { ignoreToString: true })
  return scrub(text) === text ? defect : new Error(scrub(defect instanceof Error ? defect.message : text))
}

/** Creates the error of an exchange that took too long. */
export const timedOut = (phase: TransportError["phase"], limit: Duration.Duration, limitName = ""): TransportError =>
  new TransportError({
    phase,
    sent: phase !== "connect",
    code: "ETIMEDOUT",
    description: `no ${phase === "body" ? "complete body" : "response"} within ${formatDuration(limit)}${limitName && `, ${limitName}`}`
  })

const bodyError = (description: string): TransportError =>
  new TransportError({ phase: "body", sent: true, description })

const tooLarge = (maxBytes: number): TransportError =>
  new TransportError({
    phase: "body",
    sent: true,
    code: "EMSGSIZE",
    // a retry would return the same response
    permanent: true,
    description: `the body is larger than ${maxBytes} bytes`
  })
