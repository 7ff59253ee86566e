import type * as Headers from "effect/http/Headers"

/** A whole response, of which nothing is still on its way. */
export interface RawResponse {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}
