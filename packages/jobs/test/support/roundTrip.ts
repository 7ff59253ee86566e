import { type Event, type Item, type Job, type Outcome, type Plan, Report } from "@effect-digitalocean/jobs"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** Whether a run gets the plan as it was made, or as it is read after it was stored. */
export type Source = "made" | "stored"

/**
 * Makes a plan and runs it, and asserts that options, plan, events and report, or the error of the plan, are the same after
 * they were written as JSON and read. Returns the outcomes as `transfer Done` or `transfer Failed ActionErrored`, sorted.
 */
export const run = Effect.fnUntraced(function* <
  O,
  P extends Plan.Plan<I, O>,
  I extends Item.Item,
  A,
  E extends Outcome.TaggedError,
  PE extends Outcome.TaggedError,
  Args,
  RP,
  RR
>(source: Source, job: Job.Job<O, P, I, A, E, PE, Args, RP, RR>, options: O, ...args: Job.Arguments<Args>) {
  const { schemas } = job
  const readOptions = restored(schemas.options, options, "options")
  const planned = yield* Effect.result(job.plan(source === "made" ? options : readOptions))
  if (planned._tag === "Failure") {
    restored<PE>(schemas.planError, planned.failure, "plan error")
    return [`no plan ${planned.failure._tag}`]
  }
  const plan = planned.success
  const readPlan = restored<P>(schemas.plan, plan, "plan")
  const events = yield* Stream.runCollect(job.run(source === "made" ? plan : readPlan, ...args))
  for (const event of events)
    restored<Event.Event<I, A, E>>(schemas.event, event, `${event._tag} ${JSON.stringify(event.item)}`)
  const report = yield* Report.of(Stream.fromIterable(events))
  restored<Report.Report<I, A, E>>(schemas.report, report, "report")
  return report.results.map(({ item, outcome }) => `${item.verb} ${tagOf(outcome)}`).toSorted()
})

const tagOf = (outcome: Outcome.Outcome<unknown, Outcome.TaggedError>) =>
  "error" in outcome ? `${outcome._tag} ${outcome.error._tag}` : outcome._tag

/** Writes a value as JSON, reads it, asserts that it is the same, and returns what was read. */
export const restored = <A>(schema: Schema.Codec<A, unknown>, value: A, where: string): A => {
  const codec = Schema.toCodecJson(schema)
  const write = (value: A) => JSON.stringify(Schema.encodeSync(codec)(value))
  const text = write(value)
  const read = Schema.decodeUnknownSync(codec)(JSON.parse(text))
  assert.deepStrictEqual(read, value, where)
  // of an error only the name and the message are compared above
  assert.strictEqual(write(read), text, where)
  return read
}
