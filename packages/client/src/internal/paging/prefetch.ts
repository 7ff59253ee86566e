import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** How a listing requests its pages. */
export interface Pages<P, E, R> {
  /** Returns a page, called in order. Pages up to `last` may be prefetched. */
  readonly next: (page: number, last: number) => Effect.Effect<P, E, R>
  /** Requests a page again; undefined if pages are not prefetched, and so are never older than the previous page. */
  readonly refetch: ((page: number) => Effect.Effect<P, E, R>) | undefined
}

/** Inconsistent totals and links usually show by this page. Up to it, only one page is prefetched. */
const validatedPages = 3

/**
 * Requests at most `concurrency` pages (2 or more) concurrently, and returns them in order. After a failure no more
 * pages are prefetched. Closing the scope interrupts the requests in progress.
 */
export const make = <P, E, R>(
  fetch: (page: number) => Effect.Effect<P, E, R>,
  concurrency: number
): Effect.Effect<Pages<P, E, R>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const started = new Map<number, Fiber.Fiber<P, E>>()
    let failed = false
    const start = (page: number) =>
      Effect.map(
        Effect.forkIn(
          Effect.onExit(fetch(page), ({ _tag }) => {
            failed ||= _tag === "Failure"
            return Effect.void
          }),
          scope,
          { startImmediately: true }
        ),
        (fiber) => void started.set(page, fiber)
      )
    return {
      next: Effect.fnUntraced(function* (page, last) {
        const end = page + (page > validatedPages ? concurrency : 2)
        for (let ahead = page; ahead < end && (ahead <= last || ahead === page); ahead++) {
          if (!started.has(ahead) && (!failed || ahead === page)) yield* start(ahead)
        }
        const fiber = started.get(page)!
        started.delete(page)
        return yield* Fiber.join(fiber)
      }),
      refetch: fetch
    }
  })

/** Requests a page when it is pulled. */
export const lazy = <P, E, R>(fetch: (page: number) => Effect.Effect<P, E, R>): Pages<P, E, R> => ({
  next: fetch,
  refetch: undefined
})
