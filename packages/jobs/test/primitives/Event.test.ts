import { Actions } from "@effect-digitalocean/client"
import * as Action from "@effect-digitalocean/client/Action"
import { Event, Item, JobMetrics, Outcome, Report } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"

const item = (name: string): Item.Item => Item.make("transfer", { id: null, name })

class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {
  override get message(): string {
    return "not with \u001b[31mthis"
  }
}

const action = Schema.decodeSync(Action.Action)({ id: 5, status: "in-progress", started_at: "2026-01-01T00:00:00Z" })

const timedOut = new Actions.ActionTimedOut({ id: action.id, action, elapsed: Duration.hours(2), polls: 9 })

const job = Event.stream<Item.Item, number, Refused | Actions.ActionTimedOut, never>("test", (emitter) =>
  Effect.forEach(
    [
      Event.item(emitter, item("a"), (progressed) =>
        Effect.as(Effect.delay(progressed(action), "1 hour"), Outcome.done(1))
      ),
      Event.item(emitter, item("b"), () => Effect.fail(new Refused())),
      Event.item(emitter, item("c"), () => Effect.fail(timedOut)),
      Event.item(emitter, item("d"), () => Effect.succeed(Outcome.skipped("there already")))
    ],
    (work) => work,
    { concurrency: "unbounded" }
  )
)

describe("a job's events", () => {
  it.effect("contain each item when it starts, progresses and is finished; a failure loses no other", () =>
    Effect.gen(function* () {
      const events = yield* Effect.raceFirst(
        Stream.runCollect(job),
        Effect.andThen(TestClock.adjust("1 day"), Effect.never)
      )
      assert.deepStrictEqual(
        events.map(({ _tag, item }) => `${item.subject.name} ${_tag}`),
        [
          "a Started",
          "b Started",
          "b Finished",
          "c Started",
          "c Finished",
          "d Started",
          "d Finished",
          "a Progressed",
          "a Finished"
        ]
      )
    })
  )

  it.effect("become a report, which says what to do next", () =>
    Effect.gen(function* () {
      const report = yield* Effect.raceFirst(Report.of(job), Effect.andThen(TestClock.adjust("1 day"), Effect.never))
      assert.deepStrictEqual(
        report.results.map(({ item, outcome }) => `${item.subject.name} ${outcome._tag}`),
        ["b Failed", "c TimedOut", "d Skipped", "a Done"]
      )
      assert.isFalse(Report.isComplete(report))
      const error = yield* Effect.flip(Report.orFail(report))
      assert.match(
        error.message,
        /^2 items are not done; .*transfer b: failed.*transfer c: timed out.*await 5 to continue/
      )
      for (const text of [error.message, Report.format(report)]) assert.notInclude(text, "\u001b")
    })
  )

  it.effect("stop when they are not consumed any more, and the work with them", () =>
    Effect.gen(function* () {
      let reached = false
      const events = Event.stream<Item.Item, number, never, never>("test", (emitter) =>
        Event.item(emitter, item("a"), () =>
          Effect.as(
            Effect.delay(
              Effect.sync(() => (reached = true)),
              "1 minute"
            ),
            Outcome.done(1)
          )
        )
      )
      assert.strictEqual((yield* Stream.runCollect(Stream.take(events, 1))).length, 1)
      yield* TestClock.adjust("1 hour")
      assert.isFalse(reached)
    })
  )

  it.effect("have a span for each item, and are counted", () =>
    Effect.gen(function* () {
      const spans: Array<readonly [name: string, attributes: Record<string, unknown>]> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push([span.name, Object.fromEntries(span.attributes)])
          return Object.assign(span, {
            attribute: (key: string, value: unknown) => {
              span.attributes.set(key, value)
              spans.find(([name]) => name === span.name)![1][key] = value
            }
          })
        }
      })
      const moved = Event.stream<Item.Item, number, never, never>("move", (emitter) =>
        Event.item(emitter, Item.make("transfer", { id: 7, name: "web" }, { target: "ams3" }), () =>
          Effect.as(TestClock.adjust("90 seconds"), Outcome.done(1))
        )
      )
      yield* Effect.withTracer(Stream.runDrain(moved), tracer)
      assert.deepStrictEqual(
        spans.filter(([name]) => name.startsWith("move")),
        [["move.transfer", { subject: 7, target: "ams3", decision: "run", outcome: "Done" }]]
      )
      const attributes = { job: "move", verb: "transfer" }
      const count = Metric.withAttributes(JobMetrics.items, { ...attributes, outcome: "Done" })
      assert.strictEqual((yield* Metric.value(count)).count, 1)
      const duration = yield* Metric.value(Metric.withAttributes(JobMetrics.itemDuration, attributes))
      assert.deepStrictEqual([duration.count, duration.min], [1, 90_000])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})
