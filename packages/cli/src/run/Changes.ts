/**
 * Applies the changes of a command, or prints them as a plan.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Failures from "../errors/Failures.ts"
import * as Plan from "../output/Plan.ts"
import * as Text from "../text/Text.ts"

/**
 * A step of a plan, and the effect that applies it.
 *
 * @since 0.1.0
 */
export interface Change<A, E, R> extends Plan.Step {
  readonly run: Effect.Effect<A, E, R>
}

/**
 * Applies all changes, or prints them with `dryRun`. `print` gets the results of those that succeeded, also when others
 * failed.
 *
 * @since 0.1.0
 */
export const applyChanges = Effect.fnUntraced(function* <A, E, R, E2, R2>(
  changes: ReadonlyArray<Change<A, E, R>>,
  options: {
    readonly dryRun: boolean
    readonly what: string
    readonly print: (done: ReadonlyArray<A>) => Effect.Effect<void, E2, R2>
  }
) {
  if (options.dryRun) return yield* Plan.print(changes)
  const items = changes.map((change) => ({ label: `${Text.nameOf(change.resource)}: ${change.does}`, run: change.run }))
  const done = yield* Failures.all<A, E | E2, R | R2>(items, options.what, { onPartial: options.print })
  return yield* options.print(done)
})
