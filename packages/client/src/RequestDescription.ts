/**
 * The request that an endpoint and its input stand for, as data: to show what would be sent, without a client and without
 * sending it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Input } from "./DigitalOceanClient.ts"
import { DigitalOceanError } from "./DigitalOceanError.ts"
import type * as Endpoint from "./Endpoint.ts"
import { encodeEndpoint } from "./internal/request/encode.ts"

/**
 * A request.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestDescription {
  /** the HTTP method */
  readonly method: Endpoint.Method
  /** the path, filled in and percent-encoded */
  readonly path: string
  /** the query as on the wire; null if there is none */
  readonly query: Readonly<Record<string, string | number | boolean | undefined>> | null
  /** the body as on the wire; null if there is none */
  readonly body: unknown
}

/**
 * Describes the request of an endpoint. Fails for an input that `DigitalOceanClient.run` rejects.
 *
 * **Example** (Describing a transfer)
 *
 * ```ts
 * import { Images, RequestDescription } from "@effect-digitalocean/client"
 * import * as Effect from "effect/Effect"
 *
 * const transfer = RequestDescription.of(Images.endpoints.transfer, {
 *   path: { image_id: 7 },
 *   body: { type: "transfer", region: "sfo3" }
 * })
 *
 * Effect.runSync(transfer).path // => "/v2/images/7/actions"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <A, Path extends string, Query, Body>(
  endpoint: Endpoint.Endpoint<A, Path, Query, Body>,
  input: Input<Path, Query, Body>
): Effect.Effect<RequestDescription, DigitalOceanError> =>
  encodeEndpoint(endpoint, input).pipe(
    Effect.mapError(
      (reason) => new DigitalOceanError({ operation: endpoint.operation, method: endpoint.method, reason })
    ),
    Effect.map(({ body, path, query }) => ({
      method: endpoint.method,
      path,
      query: query ?? null,
      body: body?._tag === "Uint8Array" ? JSON.parse(new TextDecoder().decode(body.body)) : null
    }))
  )
