import type { Cleanup, Item, Outcome, Plan } from "@effect-digitalocean/jobs"
import type { DigitalOceanApi, TestDigitalOcean } from "@effect-digitalocean/testing"
import type { Ending, Job, Scenario } from "../generate/scenario.ts"

/** What the accounts really contain at a time, whatever can be read of it. */
export interface Truth {
  readonly images: ReadonlyArray<DigitalOceanApi.Image>
  readonly others: ReadonlyArray<DigitalOceanApi.Image>
  readonly actions: ReadonlyArray<DigitalOceanApi.Action>
  readonly droplets: ReadonlyArray<DigitalOceanApi.Droplet>
}

/** A request of a run of a process. Times are DigitalOcean's, in milliseconds since 1970. */
export interface Request {
  readonly run: Run
  readonly token: string
  readonly at: number
  readonly method: string
  readonly path: string
  readonly body: string
  /** what the account contained right before a request that changes something */
  readonly truth: Truth | undefined
  /** undefined for as long as it is in flight */
  endedAt: number | undefined
  exchange: TestDigitalOcean.Exchange | undefined
}

/** A job in a run of a process. */
export interface JobRun {
  readonly job: Job
  readonly startedAt: number
  plan: Plan.Plan | undefined
  /** when its plan was made or refused */
  plannedAt: number
  planError: Outcome.TaggedError | undefined
  readonly results: Array<{ readonly item: Item.Item; readonly outcome: Outcome.Outcome<unknown, Outcome.TaggedError> }>
  /** what is no error that the job declares */
  readonly undeclared: Array<string>
  readonly defects: Array<string>
  endedAt: number | undefined
}

/** A run of a process. */
export interface Run {
  readonly process: number
  readonly attempt: number
  readonly isLast: boolean
  readonly startedAt: number
  readonly jobs: ReadonlyArray<JobRun>
  readonly left: Array<Cleanup.LeftBehind>
  /** when it was killed or interrupted */
  cutOffAt: number | undefined
  how: Ending["how"] | "ended"
  endedAt: number | undefined
  /** how many of its fibers are still sleeping */
  sleeping: () => number
}

/** All that happened in a scenario. */
export interface Observation {
  readonly scenario: Scenario
  readonly requests: ReadonlyArray<Request>
  readonly runs: ReadonlyArray<Run>
  /** each job once more, one after the other, when nothing goes wrong any more */
  readonly last: ReadonlyArray<{ readonly run: Run; readonly before: Truth; readonly after: Truth }>
  /** the titles of the faults that a request met */
  readonly met: ReadonlySet<string>
  readonly end: Truth
  readonly repeated: ReadonlyArray<TestDigitalOcean.Violation>
  readonly timeline: string
  /** a process that did not end, with the time that it was given */
  readonly endless: string | undefined
}

/** How a request whose response was lost is called, though it was executed. */
const lost = /^(reset (after|body)|(status \d+|silence) executed)\b/

/** Whether DigitalOcean executed a request that changes something, even if its response was lost. */
export const isExecuted = ({ exchange, method }: Request): boolean => {
  if (method === "GET" || exchange === undefined) return false
  const { fault = "", status } = exchange
  if (fault.startsWith("answer")) return false
  return lost.test(fault) || (status !== 0 && status < 300)
}

/** How long a change may take until it can be read, in milliseconds. */
export const lag = ({ options: { readDelay = 0, speed = 1 } }: Scenario): number => Number(readDelay) / speed

export const isPost = (request: Request, path: RegExp, body?: RegExp): boolean =>
  request.method === "POST" && path.test(request.path) && (body === undefined || body.test(request.body))
