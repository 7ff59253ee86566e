import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** How a listing asks for its pages. */
export interface Pages<P, E, R> {
  /** A page, in order; the pages up to `last` are the ones that may be asked for ahead. */
  readonly next: (page: number, last: number) => Effect.Effect<P, E, R>
  /** The same page once more, now; absent when no page is older than the one before it. */
  readonly again: ((page: number) => Effect.Effect<P, E, R>) | undefined
}

/** Most lies of a total or a link show by this page: until it is handed out, one page is asked for ahead. */
const trusted = 3

/**
 * Asks for at most `concurrency` pages at a time (2 or more), in order, and hands them out in order. Beyond a page that
 * failed none is begun; what is under way ends with the scope.
 */
export const make = <P, E, R>(
  fetch: (page: number) => Effect.Effect<P, E, R>,
  concurrency: number
): Effect.Effect<Pages<P, E, R>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    const begun = new Map<number, Fiber.Fiber<P, E>>()
    let failed = false
    const begin = (page: number) =>
      Effect.map(
        Effect.forkIn(
          Effect.tapCause(fetch(page), () =>
            Effect.sync(() => {
              failed = true
            })
          ),
          scope,
          { startImmediately: true }
        ),
        (fiber) => void begun.set(page, fiber)
      )
    return {
      next: Effect.fnUntraced(function* (page, last) {
        const end = page + (page > trusted ? concurrency : 2)
        for (let ahead = page; ahead < end && (ahead <= last || ahead === page); ahead++) {
          if (!begun.has(ahead) && (!failed || ahead === page)) yield* begin(ahead)
        }
        const fiber = begun.get(page)!
        begun.delete(page)
        return yield* Fiber.join(fiber)
      }),
      again: fetch
    }
  })

/** Asks for a page when it is wanted, and only then. */
export const lazy = <P, E, R>(fetch: (page: number) => Effect.Effect<P, E, R>): Pages<P, E, R> => ({
  next: fetch,
  again: undefined
})
