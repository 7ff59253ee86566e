import { type DigitalOcean, Region, Tag } from "@effect-digitalocean/client"
import {
  Audit,
  type Event,
  Import,
  type Item,
  type Job,
  type Outcome,
  type Plan,
  Report
} from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"

/** Encodes a value as JSON, decodes the text again, and compares the result with the value. */
const assertSurvives = <A>(schema: Schema.Codec<A, unknown>, value: A) => {
  const codec = Schema.toCodecJson(schema)
  const text = JSON.stringify(Schema.encodeSync(codec)(value))
  const decoded = Schema.decodeUnknownSync(codec)(JSON.parse(text))
  assert.deepStrictEqual(decoded, value)
  // deep equality compares only the messages of errors
  assert.strictEqual(JSON.stringify(Schema.encodeSync(codec)(decoded)), text)
}

/** Runs a job whose plan was stored, and returns its outcomes and the tags of all errors. */
const stored = <
  O,
  P extends Plan.Plan<I, O>,
  I extends Item.Item,
  A,
  E extends Outcome.TaggedError,
  PE extends Outcome.TaggedError,
  Args,
  RP,
  RR
>(
  job: Job.Job<O, P, I, A, E, PE, Args, RP, RR>,
  options: O,
  ...args: Job.Arguments<Args>
) =>
  Effect.gen(function* () {
    const { schemas } = job
    assertSurvives(schemas.options, options)
    const plan = yield* job.plan(options)
    assertSurvives(schemas.plan, plan)
    const codec = Schema.toCodecJson(schemas.plan)
    const again = Schema.decodeUnknownSync(codec)(Schema.encodeSync(codec)(plan))
    const events = yield* Stream.runCollect(job.run(again, ...args))
    for (const event of events) assertSurvives<Event.Event<I, A, E>>(schemas.event, event)
    const report = yield* Report.of(Stream.fromIterable(events))
    assertSurvives(schemas.report, report)
    return report.results.map(({ item, outcome }) => `${item.verb} ${tagOf(outcome)}`).toSorted()
  }).pipe(
    Effect.catch((error) =>
      Effect.sync(() => {
        assertSurvives<PE>(job.schemas.planError, error)
        return [`no plan: ${error._tag}`]
      })
    )
  )

const tagOf = (outcome: Outcome.Outcome<unknown, Outcome.TaggedError>) =>
  "error" in outcome ? `${outcome._tag} ${outcome.error._tag}` : outcome._tag

const options: Import.Options = { name: "flatcar", url: "https://example.com/a.img", region: "nyc3", regions: ["ams3"] }

const everyOption: Import.Options = {
  ...options,
  url: new URL("https://me:secret@example.com/a.img?signature=secret"),
  regions: [Schema.decodeSync(Region.Region)({ slug: "ams3", name: "Amsterdam 3" })],
  distribution: "Debian",
  description: "a description",
  tags: ["base", Schema.decodeSync(Tag.Tag)({ name: "web" })],
  concurrency: 2
}

const put = (...images: ReadonlyArray<{ readonly id: number; readonly name: string }>) =>
  TestDigitalOcean.TestDigitalOcean.use(({ putImage }) =>
    Effect.forEach(images, (image) => putImage({ ...image, type: "custom" }))
  )

interface Row {
  readonly account?: TestDigitalOcean.Options
  readonly work: () => Effect.Effect<
    ReadonlyArray<string>,
    never,
    DigitalOcean.Services | TestDigitalOcean.TestDigitalOcean
  >
  readonly outcomes: ReadonlyArray<string>
}

const rows: Readonly<Record<string, Row>> = {
  "an import with every option": {
    work: () => stored(Import.job, everyOption),
    outcomes: ["import Done", "transfer Done"]
  },
  "an import that failed": {
    work: () => stored(Import.job, { ...options, url: "https://example.com/fail.img" }),
    outcomes: ["import Failed ImageUnavailable", "transfer Skipped"]
  },
  "an import that timed out": {
    work: () => stored(Import.job, options, { wait: { timeout: "1 minute" } }),
    outcomes: ["import TimedOut ImageTimedOut", "transfer Skipped"]
  },
  "an import with a transfer that errored": {
    work: () =>
      Effect.andThen(
        put({ id: 1, name: options.name }),
        Effect.raceFirst(stored(Import.job, options), Effect.andThen(Crash.erroring("20 seconds"), Effect.never))
      ),
    outcomes: ["import Skipped", "transfer Failed ActionErrored", "transfer Skipped"]
  },
  "an import with an ambiguous name": {
    work: () =>
      Effect.andThen(put({ id: 1, name: options.name }, { id: 2, name: options.name }), stored(Import.job, options)),
    outcomes: ["no plan: AmbiguousName"]
  },
  "an import with an unknown name": {
    work: () => Effect.andThen(put({ id: 1, name: "" }), stored(Import.job, options)),
    outcomes: ["no plan: UnknownName"]
  },
  "an audit with every option": {
    work: () => stored(Audit.job, { prices: { gigabyteMonth: 0.1, minimum: 0.5 }, regions: everyOption.regions ?? [] }),
    outcomes: ["list Done", "list Done", "list Done", "list Done", "report Done"]
  },
  "an audit with listings that are forbidden": {
    account: { scopes: ["image:read"] },
    work: () => stored(Audit.job, {}),
    outcomes: [
      "list Done",
      "list Failed DigitalOceanError",
      "list Failed DigitalOceanError",
      "list Failed DigitalOceanError",
      "report Done"
    ]
  }
}

describe("options, plan, events and report survive being stored as JSON", () => {
  for (const [name, row] of Object.entries(rows)) {
    it.effect(`of ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* Crash.passing(Crash.as("any")(row.work())), row.outcomes)
      }).pipe(Effect.provide(TestDigitalOcean.layer(row.account), { local: true }))
    )
  }
})
