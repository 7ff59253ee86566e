/**
 * What the commands that change images have in common: they know all images first, then print a plan or carry it out.
 *
 * @since 0.1.0
 */
import type * as Image from "@effect-digitalocean/client/Image"
import * as Effect from "effect/Effect"
import * as Failures from "../errors/Failures.ts"
import * as Plan from "../output/Plan.ts"

/**
 * A step of a plan, and what carries it out.
 *
 * @since 0.1.0
 */
export interface Change<A, E, R> extends Plan.Step {
  readonly run: Effect.Effect<A, E, R>
}

/**
 * Carries all changes out, or with `dryRun` prints them; `print` gets what was answered, also when others failed.
 *
 * @since 0.1.0
 */
export const carryOut = Effect.fnUntraced(function* <A, E, R, E2, R2>(
  changes: ReadonlyArray<Change<A, E, R>>,
  options: {
    readonly dryRun: boolean
    readonly what: string
    readonly print: (done: ReadonlyArray<A>) => Effect.Effect<void, E2, R2>
  }
) {
  if (options.dryRun) return yield* Plan.print(changes)
  const items = changes.map((change) => ({ label: `${nameOf(change.image)}: ${change.does}`, run: change.run }))
  const done = yield* Failures.all<A, E | E2, R | R2>(items, options.what, { onPartial: options.print })
  return yield* options.print(done)
})

/** An image as a line names it. */
export const nameOf = ({ id, name }: Pick<Image.Image, "id" | "name">): string =>
  name === "" ? `${id}` : `${id} (${name})`
