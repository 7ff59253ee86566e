/**
 * A job on the screen: its plan, and then a line for each item as it goes on.
 *
 * @since 0.1.0
 */
import { type Event, Item, Outcome, Plan } from "@effect-digitalocean/jobs"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as LiveLines from "../output/LiveLines.ts"
import * as Text from "../text/Text.ts"

/**
 * Prints what a job is going to do.
 *
 * @since 0.1.0
 */
export const plan = (plan: Plan.Plan) => Console.log(Plan.format(plan).replace(/^/gm, "  "))

/**
 * Runs a job, and shows how each of its items goes on.
 *
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* <I extends Item.Item, A, E extends Outcome.TaggedError, R>(
  { items }: Plan.Plan<I>,
  events: Stream.Stream<Event.Event<I, A, E>, never, R>
) {
  const lines = yield* LiveLines.make(items.filter(({ decision }) => decision !== "keep").map(label), "  ")
  const start = yield* Clock.monotonicTimeNanos
  const seconds = Effect.map(Clock.monotonicTimeNanos, (now) => Duration.toSeconds(Duration.nanos(now - start)))
  const running = new Map<I, string>()
  const draw = (item: I, text: string) =>
    Effect.flatMap(seconds, (seconds) => {
      const frame = lines.animated ? frames[Math.floor(seconds * 10) % frames.length] : "·"
      return lines.set(
        label(item),
        `${frame} ${label(item)}  ${text}${lines.animated ? `  ${seconds.toFixed(1)} s` : ""}`
      )
    })
  const drawAll = Effect.suspend(() => Effect.forEach(running, ([item, text]) => draw(item, text)))
  const spinner = yield* Effect.forkChild(
    lines.animated ? Effect.repeat(drawAll, Schedule.spaced("100 millis")) : Effect.void
  )
  yield* Stream.runForEach(events, (event) =>
    Effect.gen(function* () {
      const { item } = event
      if (event._tag === "Finished") {
        running.delete(item)
        const mark = event.outcome._tag === "Done" ? "✔" : event.outcome._tag === "Skipped" ? "-" : "✘"
        const time = (yield* seconds).toFixed(1)
        return yield* lines.set(
          label(item),
          `${mark} ${label(item)}  ${Text.safe(describe(item, event.outcome))}  ${time} s`
        )
      }
      const known = running.get(item)
      const text = event._tag === "Progressed" ? `action ${event.action.id}  ${event.action.status}` : "started"
      if (known === text || (event._tag === "Progressed" && event.action.status === "completed")) return
      running.set(item, text)
      if (event._tag === "Progressed") yield* draw(item, text)
    })
  )
  yield* Fiber.interrupt(spinner)
})

const label = (item: Item.Item) => {
  const { subject, what } = Item.words(item)
  return Text.safe(`${what.padEnd(9)} ${item.verb === "delete" ? subject : Item.details(item)}`)
}

/** What a result is, in a few words. */
const describe = (item: Item.Item, outcome: Outcome.Outcome<unknown, Outcome.TaggedError>): string => {
  if (outcome._tag !== "Done") return Outcome.format(outcome)
  const { value } = outcome
  if (!Predicate.hasProperty(value, "id") || item.verb === "rename" || item.verb === "tag") return "done"
  return Predicate.hasProperty(value, "size_gigabytes")
    ? `image ${value.id}  ${value.size_gigabytes} GB`
    : `action ${value.id}  completed`
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
