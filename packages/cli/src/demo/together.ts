/**
 * Work that is done at once, with a line for each item.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as LiveLines from "../LiveLines.ts"

/**
 * An item: what its line says while it runs and when it has ended.
 *
 * @since 0.1.0
 */
export interface Item<A, E, R> {
  readonly label: string
  readonly begun: string
  readonly run: Effect.Effect<A, E, R>
  readonly ended: (result: A) => string
}

/**
 * Runs all items at once; answers their results in order.
 *
 * @since 0.1.0
 */
export const together = Effect.fnUntraced(function* <A, E, R>(items: ReadonlyArray<Item<A, E, R>>) {
  const lines = yield* LiveLines.make(
    items.map(({ label }) => label),
    "  "
  )
  const start = yield* Clock.monotonicTimeNanos
  const elapsed = Effect.map(Clock.monotonicTimeNanos, (now) => Duration.toSeconds(Duration.nanos(now - start)))

  const running = ({ begun, label }: Item<A, E, R>) =>
    Effect.flatMap(elapsed, (seconds) => {
      const mark = lines.animated ? frames[Math.floor(seconds * 10) % frames.length] : "·"
      const time = lines.animated ? `  ${seconds.toFixed(1)} s` : ""
      return lines.set(label, `${mark} ${label.padEnd(8)} ${begun}  in-progress${time}`)
    })

  return yield* Effect.forEach(
    items,
    Effect.fnUntraced(function* (item) {
      yield* running(item)
      const spinner = lines.animated ? Effect.repeat(running(item), Schedule.spaced("100 millis")) : Effect.void
      const fiber = yield* Effect.forkChild(spinner)
      const result = yield* item.run
      yield* Fiber.interrupt(fiber)
      const seconds = yield* elapsed
      yield* lines.set(item.label, `✔ ${item.label.padEnd(8)} ${item.ended(result)}  ${seconds.toFixed(1)} s`)
      return result
    }),
    { concurrency: "unbounded" }
  )
})

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
