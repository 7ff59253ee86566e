/**
 * Work on several items: all are tried, each failure is told, and none hides another.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ErrorReport from "./ErrorReport.ts"

/**
 * Some of several items failed. They are told already, so this is a summary.
 *
 * @since 0.1.0
 */
export class SomeFailed extends Error {
  readonly _tag = "SomeFailed"
  readonly failures: ReadonlyArray<unknown>
  constructor(failures: ReadonlyArray<unknown>, total: number, what: string) {
    super(`${failures.length} of ${total} ${what}`)
    this.failures = failures
  }
}

/**
 * A piece of work and what to call it.
 *
 * @since 0.1.0
 */
export interface Item<A, E, R> {
  readonly label: string
  readonly run: Effect.Effect<A, E, R>
}

/**
 * Runs all items, four at once, and answers the results in order. When only one was asked for, its failure is the
 * failure. Otherwise every failure is a line on stderr, and `SomeFailed` the end: "2 of 5 WHAT".
 *
 * @since 0.1.0
 */
export const all = Effect.fnUntraced(function* <A, E, R>(
  items: ReadonlyArray<Item<A, E, R>>,
  what: string,
  options: {
    readonly concurrency?: number | "unbounded"
    readonly onPartial?: (done: ReadonlyArray<A>) => Effect.Effect<void, E, R>
  } = {}
): Effect.fn.Return<ReadonlyArray<A>, E | SomeFailed, R> {
  if (items.length === 1) return [yield* items[0]!.run]
  const exits = yield* Effect.forEach(items, ({ run }) => Effect.exit(run), {
    concurrency: options.concurrency ?? 4
  })
  const done = exits.flatMap((exit) => (Exit.isSuccess(exit) ? [exit.value] : []))
  const failed = exits.flatMap((exit, i) =>
    Exit.isFailure(exit) ? [{ cause: exit.cause, label: items[i]!.label }] : []
  )
  if (failed.length === 0) return done
  const broken = failed.find(({ cause }) => !cause.reasons.every(Cause.isFailReason))
  if (broken !== undefined) return yield* Effect.failCause(broken.cause)
  for (const { cause, label } of failed) {
    yield* ErrorReport.print(Cause.squash(cause), label)
  }
  if (options.onPartial !== undefined && done.length > 0) yield* options.onPartial(done)
  return yield* Effect.fail(
    new SomeFailed(
      failed.map(({ cause }) => Cause.squash(cause)),
      items.length,
      what
    )
  )
})
