import { Cleanup, type Outcome } from "@effect-digitalocean/jobs"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { JobRun, Observation, Request, Run, Truth } from "./observation.ts"
import * as Planned from "./planned.ts"
import * as ProcessClock from "./processClock.ts"
import {
  begin,
  type Ending,
  type Incident,
  type Job,
  type Process,
  type Scenario,
  tokens
} from "../generate/scenario.ts"

type Test = TestDigitalOcean.TestDigitalOcean["Service"]

/** What a scenario records while it runs. */
interface Recording {
  readonly scenario: Scenario
  readonly requests: Array<Request>
  readonly runs: Array<Run>
  readonly test: Test
  readonly http: HttpClient.HttpClient
  readonly clock: Clock.Clock
}

const truthOf = (test: Test): Effect.Effect<Truth> =>
  Effect.all({
    images: test.images("main"),
    others: test.images("other"),
    actions: test.actions("main"),
    droplets: test.droplets("main")
  })

/** How long a scenario may take until all processes have ended, and then until nothing happens any more. */
const patience = { run: "16 hours", quiet: "3 hours" } as const

/** Runs a scenario. The same scenario always makes the same requests at the same times. */
export const simulate = (scenario: Scenario): Effect.Effect<Observation> => {
  const requests: Array<Request> = []
  const faults = scenario.disturbances.flatMap(({ faults }) => faults)
  const { offeredAgain, ...options } = scenario.options
  const account = TestDigitalOcean.layer({
    ...options,
    accounts: [
      { name: "main", token: tokens.main, seed: scenario.account, offeredAgain },
      { name: "other", token: tokens.other, seed: Seed.empty }
    ],
    faults,
    onExchange: (exchange) => {
      const request = requests[Number(exchange.headers["x-request"])]
      if (request !== undefined) request.exchange = exchange
    }
  })
  return Effect.gen(function* () {
    yield* TestClock.setTime(begin)
    const test = yield* TestDigitalOcean.TestDigitalOcean
    const http = yield* HttpClient.HttpClient
    const recording: Recording = { scenario, requests, runs: [], test, http, clock: yield* Clock.Clock }
    return yield* Effect.raceFirst(observe(recording), Effect.forever(TestClock.adjust("1 hour")))
  }).pipe(
    Effect.provide(account, { local: true }),
    // on a busy machine a fiber may take long to suspend, and is waited for all the same
    Effect.provide(TestClock.layer({ warningDelay: "1 hour" }), { local: true }),
    Random.withSeed(scenario.seed)
  )
}

const observe = Effect.fnUntraced(function* (recording: Recording): Effect.fn.Return<Observation> {
  const { requests, runs, scenario, test } = recording
  const incidents = yield* Effect.forkDetach(
    Effect.forEach(scenario.incidents, (incident) => happen(test, incident), { concurrency: "unbounded" })
  )
  const processes = Effect.forEach(scenario.processes, (_, i) => runProcess(recording, i), { concurrency: "unbounded" })
  const ended = yield* Effect.timeoutOption(processes, patience.run)
  yield* Fiber.interrupt(incidents)
  const unused = new Set(yield* test.unusedFaults)
  const met = scenario.disturbances.filter(({ faults }) => faults.some((fault) => !unused.has(fault)))
  yield* test.clearFaults
  yield* Effect.sleep("1 hour")
  // what is stuck would lock its resource for ever
  for (const { id, status } of yield* test.actions("main"))
    if (status === "in-progress") yield* test.endAction(id, "errored", "main")
  yield* Effect.sleep(patience.quiet)
  const end = yield* truthOf(test)
  const count = runs.length
  const last: Array<Observation["last"][number]> = []
  for (const job of distinctJobs(scenario)) {
    const before = yield* truthOf(test)
    const { perMinute } = scenario.processes[0]!
    const limited = perMinute === undefined ? {} : { perMinute }
    const process: Process = { jobs: [job], start: 0, endings: [], clock: [], pollsSeldom: true, ...limited }
    const run = yield* runOnce(recording, process, { process: 100 + last.length, attempt: 0 }, undefined)
    yield* Effect.sleep("1 minute")
    last.push({ run, before, after: yield* truthOf(test) })
  }
  return {
    ...{ scenario, requests, last, end },
    runs: runs.slice(0, count),
    met: new Set(met.map(({ title }) => title)),
    repeated: yield* test.violations,
    timeline: yield* test.timeline,
    endless: ended._tag === "None" ? patience.run : undefined
  }
})

/** Every job of a scenario once. */
export const distinctJobs = ({ processes }: Scenario): ReadonlyArray<Job> => [
  ...new Map(processes.flatMap(({ jobs }) => jobs).map((job) => [JSON.stringify(job), job])).values()
]

const happen = Effect.fnUntraced(function* (test: Test, { at, what }: Incident) {
  yield* Effect.sleep(`${at} seconds`)
  switch (what) {
    case "action errors": {
      const action = (yield* test.actions("main")).findLast(({ status }) => status === "in-progress")
      return action === undefined ? undefined : yield* test.endAction(action.id, "errored", "main")
    }
    case "image is added":
      return yield* test.putImage({ id: 80, name: "arrived", created_at: "2026-01-01T00:00:00Z" }, "main")
    case "image is deleted":
      return yield* test.removeImage(70, "main")
  }
})

/** Starts a process, and starts it again after each ending. */
const runProcess = Effect.fnUntraced(function* (recording: Recording, i: number) {
  const process = recording.scenario.processes[i]!
  yield* Effect.sleep(`${process.start} seconds`)
  for (const [attempt, ending] of [...process.endings, undefined].entries()) {
    const run = yield* runOnce(recording, process, { process: i, attempt }, ending)
    if (run.how === "ended") return
    yield* Effect.sleep(`${ending?.pause ?? 0} seconds`)
  }
})

/** Starts a process once, until its jobs have ended or it is ended. */
const runOnce = Effect.fnUntraced(function* (
  recording: Recording,
  process: Process,
  which: Pick<Run, "process" | "attempt">,
  ending: Ending | undefined
) {
  const { clock } = recording
  const now = () => clock.currentTimeMillisUnsafe()
  const own = ProcessClock.make(clock, process.clock)
  const run: Run = {
    ...which,
    isLast: ending === undefined,
    startedAt: now(),
    jobs: process.jobs.map((job) => jobRun(job, now())),
    left: [],
    cutOffAt: undefined,
    how: "ended",
    endedAt: undefined,
    sleeping: own.sleeping
  }
  recording.runs.push(run)
  const cutOff = yield* Deferred.make<void>()
  const end = Effect.suspend(() => {
    if (ending === undefined || run.cutOffAt !== undefined) return Effect.void
    run.how = ending.how
    run.cutOffAt = now()
    return Deferred.succeed(cutOff, undefined)
  })
  const http = clientOf(recording, run, { ending, end })
  const jobs = Effect.flatMap(Effect.orDie(Planned.services(process.perMinute)), (services) =>
    Effect.forEach(run.jobs, (job) => runJob(job, process, now), { concurrency: "unbounded", discard: true }).pipe(
      Effect.provide(services)
    )
  ).pipe(
    Effect.provideService(HttpClient.HttpClient, http),
    Effect.provideService(Clock.Clock, own.clock),
    Effect.provideService(Cleanup.OnLeftBehind, (left) => Effect.sync(() => void run.left.push(left)))
  )
  const fiber = yield* Effect.forkDetach(jobs)
  yield* Effect.raceFirst(Fiber.await(fiber), Deferred.await(cutOff))
  // nobody waits for what is killed: it can send nothing, but its clocks would tick on
  if (run.how === "killed") yield* Effect.forkDetach(Fiber.interrupt(fiber), { startImmediately: true })
  else if (run.how === "interrupted") yield* Fiber.interrupt(fiber)
  run.endedAt = now()
  return run
})

const jobRun = (job: Job, startedAt: number): JobRun => ({
  ...{ job, startedAt, plan: undefined, plannedAt: startedAt, planError: undefined },
  ...{ results: [], undeclared: [], defects: [], endedAt: undefined }
})

const runJob = (job: JobRun, process: Process, now: () => number) =>
  Effect.gen(function* () {
    const planned = yield* Effect.result(Planned.plan(job.job, process))
    job.plannedAt = now()
    if (planned._tag === "Failure") {
      job.planError = planned.failure
      return
    }
    const { events, isDeclared, plan } = planned.success
    job.plan = plan
    yield* Stream.runForEach(events, (event) =>
      Effect.sync(() => {
        if (event._tag !== "Finished") return
        const { item, outcome } = event
        job.results.push({ item, outcome })
        if ("error" in outcome && !isDeclared(outcome.error)) job.undeclared.push(textOf(outcome.error))
      })
    )
  }).pipe(
    Effect.onExit((exit) =>
      Effect.sync(() => {
        job.endedAt = now()
        if (Exit.isFailure(exit)) job.defects.push(...defectsOf(exit.cause))
      })
    ),
    Effect.exit
  )

const defectsOf = ({ reasons }: Cause.Cause<unknown>): ReadonlyArray<string> =>
  reasons.flatMap((reason) => (reason._tag === "Die" ? [String(reason.defect)] : []))

const textOf = ({ _tag, message }: Outcome.TaggedError): string => `${_tag}: ${message}`

/** The `HttpClient` of a run: records its requests, and ends it at the request that the ending names. */
const clientOf = (
  { clock, http, requests, test }: Recording,
  run: Run,
  { end, ending }: { readonly ending: Ending | undefined; readonly end: Effect.Effect<unknown> }
) => {
  let count = 0
  return HttpClient.make((request, url) =>
    Effect.gen(function* () {
      if (run.how === "killed") return yield* Effect.never
      const truth =
        request.method === "GET" ? undefined : yield* Effect.provideService(truthOf(test), Clock.Clock, clock)
      const record: Request = {
        ...{ run, truth, at: clock.currentTimeMillisUnsafe(), method: request.method, path: url.pathname },
        token: (request.headers["authorization"] ?? "").replace("Bearer ", ""),
        body: request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : "",
        endedAt: undefined,
        exchange: undefined
      }
      const n = requests.push(record) - 1
      const sent = Effect.provideService(
        http.execute(HttpClientRequest.setHeader(request, "x-request", String(n))),
        Clock.Clock,
        clock
      )
      const ended = Effect.sync(() => {
        record.endedAt = clock.currentTimeMillisUnsafe()
      })
      if (count++ !== ending?.request) return yield* Effect.ensuring(sent, ended)
      // the moment of an interruption is signalled, and the request continues for as long as it is let
      const moment = Effect.andThen(end, ending.how === "killed" ? Effect.never : Effect.yieldNow)
      const cut = ending.when === "after" ? Effect.tap(sent, () => moment) : Effect.andThen(moment, sent)
      return yield* Effect.ensuring(cut, ended)
    })
  )
}
