import type * as Headers from "effect/http/Headers"

/** A response whose body has been read completely. */
export interface RawResponse {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}
