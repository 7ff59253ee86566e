/**
 * An `HttpClient` that returns defined responses and records the exact requests, for tests of what is sent and of invalid
 * responses.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

/**
 * A request as it was sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recorded {
  /** the HTTP method */
  readonly method: string
  /** the URL with its query */
  readonly url: string
  /** the other headers, with names in lower case */
  readonly headers: Readonly<Record<string, string>>
  /** the header `authorization`, redacted, so that a printed request does not contain it; undefined without one */
  readonly authorization: Redacted.Redacted | undefined
  /** the body as text */
  readonly body: string | undefined
  /** whether the sender had interrupted it when the requests were read */
  readonly aborted: boolean
}

/**
 * The response to a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

/**
 * Service that returns the recorded requests.
 *
 * @category services
 * @since 0.1.0
 */
export class RecordingClient extends Context.Service<
  RecordingClient,
  {
    /** Returns the requests so far, in the order in which they were sent. */
    readonly requests: Effect.Effect<ReadonlyArray<Recorded>>
  }
>()("@effect-digitalocean/testing/RecordingClient") {}

/**
 * Layer that provides a client with these responses, one after the other. A further request dies with its method and URL.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (answers: ReadonlyArray<Answer>): Layer.Layer<HttpClient.HttpClient | RecordingClient> =>
  layerWith((_, before) => answers[before])

/**
 * Layer that provides a client which chooses the response to each request, given the number of requests before it. A request
 * without a response dies with its method and URL.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (
  choose: (request: Recorded, before: number) => Answer | undefined
): Layer.Layer<HttpClient.HttpClient | RecordingClient> =>
  Layer.effectContext(
    Effect.sync(() => {
      const requests: Array<{ readonly recorded: Recorded; readonly signal: AbortSignal }> = []
      const client = HttpClient.make((request, url, signal) =>
        Effect.flatMap(record(request, url), (recorded) => {
          const before = requests.push({ recorded, signal }) - 1
          const { body = "", method, url } = recorded
          const missed = `RecordingClient has no response ${before + 1}: ${`${method} ${url} ${body}`.trimEnd()}`
          return choose(recorded, before)?.(request) ?? Effect.die(new Error(missed))
        })
      )
      const now = () => requests.map(({ recorded, signal }) => ({ ...recorded, aborted: signal.aborted }))
      return Context.make(RecordingClient, { requests: Effect.sync(now) }).pipe(
        Context.add(HttpClient.HttpClient, client)
      )
    })
  )

/**
 * Creates a response from a status, headers and a body, which is sent as is: text, or a stream of bytes.
 *
 * @category answers
 * @since 0.1.0
 */
export const answer =
  (
    status: number,
    body: string | ReadableStream<Uint8Array> | null,
    headers?: Readonly<Record<string, string>>
  ): Answer =>
  (request) =>
    Effect.sync(() =>
      HttpClientResponse.fromWeb(request, new Response(body, { status, ...(headers === undefined ? {} : { headers }) }))
    )

/**
 * Creates a response with a JSON body.
 *
 * @category answers
 * @since 0.1.0
 */
export const json = (body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Answer =>
  answer(status, JSON.stringify(body), { "content-type": "application/json", ...headers })

/**
 * Creates a response without a body.
 *
 * @category answers
 * @since 0.1.0
 */
export const empty = (status: number, headers?: Readonly<Record<string, string>>): Answer =>
  answer(status, null, headers)

/**
 * Fails like a transport, with a code such as `ECONNREFUSED` (not sent) or `ECONNRESET` (it is not known whether it was
 * sent).
 *
 * @category answers
 * @since 0.1.0
 */
export const fail =
  (code: string, message = code): Answer =>
  (request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({ request, cause: Object.assign(new Error(message), { code }) })
      })
    )

/**
 * Never responds.
 *
 * @category answers
 * @since 0.1.0
 */
export const hang: Answer = () => Effect.never

/**
 * Delays a response or a failure.
 *
 * @category answers
 * @since 0.1.0
 */
export const late =
  (after: Duration.Input, answer: Answer): Answer =>
  (request) =>
    Effect.delay(answer(request), after)

/**
 * Creates a response whose connection breaks after the start of the body.
 *
 * @category answers
 * @since 0.1.0
 */
export const breakOff =
  (status: number, begin: string, headers?: Readonly<Record<string, string>>): Answer =>
  (request) =>
    answer(
      status,
      bytes(begin, (controller) => controller.error(new Error("other side closed"))),
      headers
    )(request)

/**
 * Creates a response that sends the start of the body, and then nothing more.
 *
 * @category answers
 * @since 0.1.0
 */
export const stall =
  (status: number, begin: string, headers?: Readonly<Record<string, string>>): Answer =>
  (request) =>
    answer(
      status,
      bytes(begin, () => undefined),
      headers
    )(request)

const bytes = (begin: string, then: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
  let isStarted = false
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isStarted) return then(controller)
      isStarted = true
      controller.enqueue(new TextEncoder().encode(begin))
    }
  })
}

const record = (request: HttpClientRequest.HttpClientRequest, url: URL): Effect.Effect<Recorded> => {
  const { authorization, ...headers } = request.headers
  const body =
    request.body._tag === "Empty" ? Effect.undefined : Effect.orDie(HttpServerRequest.fromClientRequest(request).text)
  return Effect.map(body, (body) => ({
    method: request.method,
    url: url.toString(),
    headers,
    authorization: authorization === undefined ? undefined : Redacted.make(authorization),
    body,
    aborted: false
  }))
}
