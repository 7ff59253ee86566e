import { Ensure } from "@effect-digitalocean/client"
import { Item, Outcome, type Report } from "@effect-digitalocean/jobs"
import { type Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "./crash.ts"
import * as Releases from "./releases.ts"

const { wait } = Crash

/** The client's snapshot of a Droplet, with an outcome like that of a job. */
export const snapshot: Crash.Scenario = {
  job: Effect.gen(function* () {
    const item = Item.make("snapshot", { id: Releases.web, name: "web-01" }, { target: "by-hand" })
    const options = { name: "by-hand", wait }
    const taken = yield* Ensure.snapshot(Releases.web, { ...options, waitForEvents: "1 minute" })
    const image =
      taken._tag === "Satisfied"
        ? Effect.succeed(taken.image)
        : Ensure.awaitSnapshotImage(Releases.web, taken.action, options)
    const outcome = yield* Outcome.of(Effect.map(image, Outcome.done))
    return { results: [{ item, outcome }] }
  }).pipe(Crash.as("any")),
  account: { seed: Releases.seed },
  begin: Releases.begin
}

/** More images than a page of a listing contains. */
export const crowded = (account: TestDigitalOcean.Options): TestDigitalOcean.Options => {
  const { seed = Seed.demo } = account
  const others = Array.from({ length: 250 }, (_, i) => ({
    id: 900_000 + i,
    name: `other-${i}`,
    created_at: "2025-01-01T00:00:00Z",
    tags: ["release"]
  }))
  return { ...account, seed: { ...seed, images: [...(seed.images ?? []), ...others] } }
}

/** The actions in progress. */
export const inProgress = TestDigitalOcean.TestDigitalOcean.use((test) =>
  Effect.map(test.actions(), (all) => all.filter(({ status }) => status === "in-progress"))
)

/** Lets every action in progress error. */
export const endAll = Effect.flatMap(inProgress, (all) =>
  Effect.forEach(all, ({ id }) => TestDigitalOcean.TestDigitalOcean.use((test) => test.endAction(id, "errored")))
)

type Test = Effect.Effect<unknown, never, TestDigitalOcean.TestDigitalOcean>

/** What goes wrong while a job runs. */
export interface Disturbance {
  readonly faults?: Faults.Script | undefined
  readonly account?: ((account: TestDigitalOcean.Options) => TestDigitalOcean.Options) | undefined
  /** runs together with the first run */
  readonly meanwhile?: Test | undefined
  /** runs before the second run */
  readonly between?: Test | undefined
}

/** What an account is like after a job. */
export interface End {
  /** what the first run failed with; empty if it was done */
  readonly problems: ReadonlyArray<string>
  /** whether a fault was met */
  readonly isMet: boolean
  readonly state: unknown
  readonly creations: ReadonlyArray<string>
  readonly deletions: ReadonlyArray<string>
  /** how many POSTs were executed */
  readonly posts: number
}

type Ended = Result.Result<Report.Report<Item.Item, unknown, Outcome.TaggedError>, Outcome.TaggedError>

/** Runs a job while something goes wrong; if it is not done, runs it again without that: then it must be done. */
export const run = (scenario: Crash.Scenario, disturbance: Disturbance): Effect.Effect<End> => {
  const { faults = [] } = disturbance
  return Effect.gen(function* () {
    yield* TestClock.setTime(scenario.begin ?? 0)
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const job = Effect.result(scenario.job) as Effect.Effect<
      Ended,
      never,
      HttpClient.HttpClient | TestDigitalOcean.TestDigitalOcean
    >
    const meanwhile = yield* Effect.forkDetach(disturbance.meanwhile ?? Effect.void)
    const problems = problemsOf(yield* Crash.passing(job))
    yield* Fiber.interrupt(meanwhile)
    const isMet = (yield* test.unusedFaults).length < faults.length
    if (problems.length > 0) {
      yield* test.clearFaults
      yield* disturbance.between ?? Effect.void
      yield* TestClock.adjust(scenario.pause ?? 0)
      assert.deepStrictEqual(problemsOf(yield* Crash.passing(job)), [], "the second run")
    }
    const changes = (yield* Crash.changes).map((change) => alike(scenario, change))
    return {
      problems,
      isMet,
      state: stateOf(scenario, JSON.stringify(yield* scenario.state ?? Crash.images)),
      creations: Crash.creations(changes, scenario),
      deletions: Crash.deletions(changes, scenario),
      posts: changes.filter((change) => change.startsWith("POST ")).length
    }
  }).pipe(
    Effect.provide(
      TestDigitalOcean.layer({
        speed: 4,
        ...(disturbance.account ?? ((account) => account))(scenario.account ?? {}),
        faults
      }),
      { local: true }
    ),
    Effect.provide(TestClock.layer(), { local: true }),
    Effect.orDie
  )
}

/** The errors of a run, each with its tag. */
const problemsOf = (ended: Ended): ReadonlyArray<string> => {
  const errors = Result.isFailure(ended)
    ? [ended.failure]
    : ended.success.results.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : []))
  return errors.map(({ _tag, message }) => {
    assert.isString(_tag, "a typed error")
    return `${_tag}: ${message}`
  })
}

/** Ids of what was created may differ, and images that `shift` adds do not count. */
const alike = ({ alike = (text) => text }: Crash.Scenario, text: string): string =>
  alike(text).replaceAll(/\b2100000\d\d\b/g, "new")

const stateOf = (scenario: Crash.Scenario, text: string): unknown =>
  JSON.parse(alike(scenario, text), (_, value: unknown) =>
    Array.isArray(value) ? value.filter((row) => typeof row !== "string" || !row.includes('"arrived-')) : value
  )

/** What a list contains more often than another one. */
export const excess = (all: ReadonlyArray<string>, expected: ReadonlyArray<string>): ReadonlyArray<string> => {
  const left = [...expected]
  return all.filter((one) => {
    const i = left.indexOf(one)
    if (i >= 0) left.splice(i, 1)
    return i < 0
  })
}
