import type { Event, Item, Job, Outcome, Plan, Report } from "@effect-digitalocean/jobs"
import { assert } from "@effect/vitest"
import * as Schema from "effect/Schema"

/** What a job was given, planned and emitted. */
export interface Recorded<Options, P, I, A, E> {
  readonly options: Options
  readonly plan: P
  readonly events: ReadonlyArray<Event.Event<I, A, E>>
}

/** Writes the options, the plan, each event and the report of a job as JSON, reads them, and compares. */
export const survivesJson = <Options, P extends Plan.Plan<I, Options>, I extends Item.Item, A, E, PE>(
  schemas: Job.Schemas<Options, P, I, A, E, PE>,
  { events, options, plan }: Recorded<Options, P, I, A, E>
): void => {
  isRestored(schemas.options, options, "options")
  isRestored(schemas.plan, plan, "plan")
  for (const event of events) isRestored(schemas.event, event, `${event._tag} ${JSON.stringify(event.item)}`)
  const report: Report.Report<I, A, E> = {
    results: events.flatMap(
      (event): ReadonlyArray<{ readonly item: I; readonly outcome: Outcome.Outcome<A, E> }> =>
        event._tag === "Finished" ? [{ item: event.item, outcome: event.outcome }] : []
    )
  }
  isRestored(schemas.report, report, "report")
}

/** Asserts that a value is the same after it was written as JSON and read. */
export const isRestored = <A>(schema: Schema.Codec<A, unknown>, value: A, where: string): void => {
  const codec = Schema.toCodecJson(schema)
  const write = (value: A) => JSON.stringify(Schema.encodeSync(codec)(value))
  const text = write(value)
  const read = Schema.decodeUnknownSync(codec)(JSON.parse(text))
  assert.deepStrictEqual(read, value, where)
  // of an error only the name and the message are compared above
  assert.strictEqual(write(read), text, where)
}
