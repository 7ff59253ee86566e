import { Actions } from "@effect-digitalocean/client"
import * as Action from "@effect-digitalocean/client/Action"
import { Cost, Event, Outcome, type Plan, Report } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const item = (subject: string): Plan.Item => ({ verb: "transfer", subject, detail: "", changes: 1, cost: Cost.zero })

class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {
  override get message(): string {
    return "not with \u001b[31mthis"
  }
}

const action = Schema.decodeSync(Action.Action)({ id: 5, status: "in-progress", started_at: "2026-01-01T00:00:00Z" })

const timedOut = new Actions.ActionTimedOut({ id: action.id, action, elapsed: Duration.hours(2), polls: 9 })

const job = Event.stream<Plan.Item, number, Refused, never>((tell) =>
  Effect.forEach(
    [
      Event.item(tell, item("a"), (changed) => Effect.as(Effect.delay(changed(action), "1 hour"), Outcome.done(1))),
      Event.item(tell, item("b"), () => Effect.fail(new Refused())),
      Event.item(tell, item("c"), () => Effect.fail(timedOut)),
      Event.item(tell, item("d"), () => Effect.succeed(Outcome.skipped("there already")))
    ],
    (work) => work,
    { concurrency: "unbounded" }
  )
)

describe("a job's events", () => {
  it.effect("tell of each item as it begins, changes and ends; a failure loses no other", () =>
    Effect.gen(function* () {
      const told = yield* Effect.raceFirst(
        Stream.runCollect(job),
        Effect.andThen(TestClock.adjust("1 day"), Effect.never)
      )
      assert.deepStrictEqual(
        told.map(({ _tag, item }) => `${item.subject} ${_tag}`),
        ["a Began", "b Began", "b Ended", "c Began", "c Ended", "d Began", "d Ended", "a Changed", "a Ended"]
      )
    })
  )

  it.effect("end as a report, which says what to do next", () =>
    Effect.gen(function* () {
      const report = yield* Effect.raceFirst(Report.of(job), Effect.andThen(TestClock.adjust("1 day"), Effect.never))
      assert.deepStrictEqual(
        report.results.map(({ item, outcome }) => `${item.subject} ${outcome._tag}`),
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

  it.effect("stop when nobody consumes them, and the work with them", () =>
    Effect.gen(function* () {
      let reached = false
      const events = Event.stream<Plan.Item, number, never, never>((tell) =>
        Event.item(tell, item("a"), () =>
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
})
