import { DigitalOcean } from "@effect-digitalocean/client"
import { type Item, type Outcome, Report } from "@effect-digitalocean/jobs"
import { type Faults, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"

type World = HttpClient.HttpClient | TestDigitalOcean.TestDigitalOcean

/** Where a program is cut off: at its n-th request (from 0), before DigitalOcean executes it or before it answers. */
export interface Point {
  readonly request: number
  readonly when: "before" | "after"
}

/** What an account is like after a job: what it holds, and every request that changed something, in order. */
export interface Aftermath {
  readonly state: unknown
  readonly changes: ReadonlyArray<string>
}

/** A job over an account in memory: it makes its own client or clients over the `HttpClient`. */
export interface Scenario {
  readonly job: Effect.Effect<unknown, unknown, World>
  /** how many times faster time passes, by default 4, so that there are fewer polls to crash at */
  readonly account?: TestDigitalOcean.Options | undefined
  /** what counts of the account, by default {@link images}: no ids and no times, which a second try may change */
  readonly state?: Effect.Effect<unknown, unknown, World> | undefined
  /** what time it is at first, in milliseconds since 1970 */
  readonly begin?: number | undefined
  /** writes what may differ after a second try, a time in a name, alike */
  readonly alike?: ((text: string) => string) | undefined
  /** points of no use, given how many requests there are */
  readonly except?: ((point: Point, requests: number) => boolean) | undefined
  /** changes that a second try may make anew, by default none */
  readonly mayRepeat?: ((change: string) => boolean) | undefined
  /** requests at which the law does not hold, for a reason that the job's test gives; by default there is none */
  readonly unless?: ((crashed: string, when: Point["when"]) => boolean) | undefined
  /** from the crash until the job is run again, by default no time */
  readonly pause?: Duration.Input | undefined
}

/** A program over one account, with a client of its own: no layer is shared between runs. */
export const as =
  (token: string) =>
  <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Effect.flatMap(DigitalOcean.make({ token: Redacted.make(token) }), (services) => Effect.provide(program, services))

/** A wait that polls seldom and gives up early, so that every one of its requests can be tried in little time. */
export const wait = { schedule: Schedule.spaced("40 seconds"), timeout: "20 minutes" } as const

/** Runs a program while time passes, twenty seconds at a step. */
export const passing = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(program, Effect.forever(TestClock.adjust("20 seconds")))

/** The account's images without their ids and times. */
export const images = Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ images }) => images()).pipe(
  Effect.map((all) =>
    all
      .map(({ name, regions, status, tags, type }) =>
        JSON.stringify({ name, type, status, regions: regions?.toSorted(), tags: tags?.toSorted() })
      )
      .sort()
  )
)

/** How long a test of every crash may take on a busy machine, in milliseconds. */
export const patience = 60_000

/**
 * The law of every job: cut off at any request and run again, it ends as if nothing had happened, and DigitalOcean has
 * executed each of its changes once. Answers how many points were tried.
 */
export const survivesEveryCrash = Effect.fnUntraced(function* (scenario: Scenario) {
  const undisturbed = yield* run(scenario)
  assert.isAbove(undisturbed.sent.length, 0)
  assert.isAbove(undisturbed.aftermath.changes.length, 0)
  const once = ({ changes }: Aftermath) => changes.filter((change) => scenario.mayRepeat?.(change) !== true).toSorted()
  let points = 0
  /** states of the account, as the time and the number of changes, in which the job was cut off already */
  const tried = new Set<string>()
  let done = 0
  for (const [request, { at, isRead }] of undisturbed.sent.entries()) {
    // a GET changes nothing: the account is the same before and after it, and before the next one at the same time
    const state = `${at} ${done}`
    if (isRead && tried.has(state)) continue
    tried.add(state)
    if (!isRead) tried.add(`${at} ${++done}`)
    for (const when of isRead ? (["before"] as const) : (["before", "after"] as const)) {
      if (scenario.except?.({ request, when }, undisturbed.sent.length) === true) continue
      points += 1
      const { aftermath, crashed } = yield* run(scenario, { request, when })
      if (scenario.unless?.(crashed ?? "", when) === true) continue
      const where = `crashed ${when} request ${request}, ${crashed}`
      assert.deepStrictEqual(aftermath.state, undisturbed.aftermath.state, where)
      assert.deepStrictEqual(once(aftermath), once(undisturbed.aftermath), where)
    }
  }
  return points
})

/**
 * The law of every job that takes away again what it made: interrupted at any request, before or after it is executed,
 * it leaves the account as `holds` wants it. Answers how many points were tried.
 */
export const survivesEveryInterruption = Effect.fnUntraced(function* (
  scenario: Scenario,
  holds: (aftermath: Aftermath, where: string) => void
) {
  const { sent } = yield* run(scenario)
  for (const request of sent.keys()) {
    for (const when of ["before", "after"] as const) {
      const { aftermath, crashed } = yield* run(scenario, { request, when }, "interrupted")
      holds(aftermath, `interrupted ${when} request ${request}, ${crashed}`)
    }
  }
  return sent.length * 2
})

/**
 * A job that meets these faults on its way, and is run again when nothing goes wrong any more: then it is done, and the
 * account keeps its own rules.
 */
export const disturbed = Effect.fnUntraced(function* <E, R>(
  faults: Faults.Script,
  job: Effect.Effect<Report.Report<Item.Item, unknown, Outcome.TaggedError>, E, R>
) {
  const test = yield* TestDigitalOcean.TestDigitalOcean
  yield* test.addFaults(faults)
  yield* Effect.ignore(job)
  yield* test.clearFaults
  const report = yield* job
  assert.isTrue(Report.isComplete(report), Report.format(report))
  yield* test.check
})

/** Lets the n-th action of the account (from 0) error after a while. */
export const erroring = Effect.fnUntraced(function* (after: Duration.Input, n = 0) {
  yield* Effect.sleep(after)
  const { actions, endAction } = yield* TestDigitalOcean.TestDigitalOcean
  yield* endAction((yield* actions())[n]!.id, "errored")
})

/** What DigitalOcean executed although its response was lost. */
const lost = /^(reset (after|body)|(status \d+|silence) executed)\b/

/** Every request that changed something, even if its response was lost, as `POST /v2/images/7/actions {"type":"convert"}`. */
export const changes = Effect.flatMap(TestDigitalOcean.TestDigitalOcean, ({ requests }) => requests).pipe(
  Effect.map((all) =>
    all
      .filter(({ fault = "", method, status }) => {
        if (method === "GET") return false
        return fault.startsWith("answer") ? false : lost.test(fault) || (status !== 0 && status < 300)
      })
      .map(({ body, method, path }) => `${method} ${path} ${body}`.trim())
  )
)

/** What may be executed once: actions and creations, except those whose repetition changes nothing. */
export const creations = (changes: ReadonlyArray<string>, scenario: Scenario) =>
  changes
    .filter((change) => change.startsWith("POST ") && !/^POST \/v2\/tags\b/.test(change))
    .filter((change) => scenario.mayRepeat?.(change) !== true)
    .toSorted()

/** What is deleted, except what may be deleted again. */
export const deletions = (changes: ReadonlyArray<string>, scenario: Scenario) =>
  changes.filter((change) => change.startsWith("DELETE ") && scenario.mayRepeat?.(change) !== true).toSorted()

/**
 * A fresh account, and the job on it, ended at a point. What is killed asks for nothing any more, and cleans nothing up:
 * it is left where it stands, and the job is run again. What is interrupted may clean up, and is not run again.
 */
const run = (scenario: Scenario, point?: Point, how: "killed" | "interrupted" = "killed") =>
  Effect.gen(function* () {
    const { alike = (text: string) => text, begin = 0, job, pause = 0, state = images } = scenario
    yield* TestClock.setTime(begin)
    const inner = yield* HttpClient.HttpClient
    const ended = yield* Deferred.make<string>()
    const sent: Array<{ readonly at: number; readonly isRead: boolean }> = []
    const clock = yield* Clock.Clock
    let isDead = false
    const mortal = HttpClient.make((request) => {
      if (isDead) return Effect.never
      const count = sent.push({ at: clock.currentTimeMillisUnsafe(), isRead: request.method === "GET" })
      if (count - 1 !== point?.request) return inner.execute(request)
      const end = Effect.suspend(() => {
        isDead = how === "killed"
        return Deferred.succeed(ended, `${request.method} ${request.url}`)
      })
      // the time of an interruption is recorded, and the request goes on for as long as it is allowed to
      const moment = Effect.andThen(end, how === "killed" ? Effect.never : Effect.yieldNow)
      const executed = inner.execute(request)
      return point.when === "after" ? Effect.tap(executed, () => moment) : Effect.andThen(moment, executed)
    })
    const first = yield* Effect.forkDetach(Effect.provideService(job, HttpClient.HttpClient, mortal))
    const crashed = yield* passing(Effect.raceFirst(Effect.as(Fiber.join(first), undefined), Deferred.await(ended)))
    if (how === "interrupted") yield* passing(Fiber.interrupt(first))
    else if (crashed !== undefined) {
      // nobody waits for it: it can ask for nothing, but its clocks would tick on
      yield* Effect.forkDetach(Fiber.interrupt(first), { startImmediately: true })
      yield* TestClock.adjust(pause)
      yield* passing(job)
    }
    const aftermath: Aftermath = {
      state: JSON.parse(alike(JSON.stringify(yield* state))),
      changes: (yield* changes).map(alike)
    }
    return { aftermath, crashed, sent }
  }).pipe(
    Effect.provide(TestDigitalOcean.layer({ speed: 4, ...scenario.account }), { local: true }),
    Effect.provide(TestClock.layer(), { local: true })
  )
