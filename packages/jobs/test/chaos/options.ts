import { parseArgs } from "node:util"

const help = `Kills runners of durable jobs, and counts what exists twice or is lost.

  npm run chaos -- --kills 30 --jobs 40

  --kills N        how many runners are killed with SIGKILL, half of them right after a POST (30)
  --jobs N         how many jobs of seven kinds are submitted meanwhile (40)
  --seed N         repeats the order of what happens, and its random numbers
  --runners N      how many runners there are (3)
  --lock SECONDS   the lock expiration of the runners (4)
  --speed N        how many times faster than at DigitalOcean the actions of the sandbox are (10)
  --outage SECONDS for how long Postgres is away once (60); 0: never, and it is not restarted either
  --logs FOLDER    keeps the logs of the runners there
  --runner COMMAND another program as the runner, by default the one beside this file
  --bug NAME       a runner with a bug: recreate, forget or own-limit; this run has to fail

Its last line is "J jobs, K kills, D duplicates, L lost".
`

/** What to do to how many jobs. */
export interface Options {
  readonly kills: number
  readonly jobs: number
  readonly seed: number
  readonly runners: number
  /** in seconds */
  readonly lock: number
  readonly speed: number
  /** in seconds */
  readonly outage: number
  /** a folder for the logs of the runners, which stay there */
  readonly logs: string | undefined
  /** a program and its arguments */
  readonly runner: ReadonlyArray<string> | undefined
  readonly bug: string
}

const number = (name: string, text: string, least: number): number => {
  const value = Number(text)
  if (text !== "" && Number.isFinite(value) && value >= least) return value
  throw new Error(`--${name} is not a number of at least ${least}: ${JSON.stringify(text)}`)
}

/** Reads the arguments of this process; undefined if it should only print the help. */
export const read = (args: ReadonlyArray<string>): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h", default: false },
      kills: { type: "string", default: "30" },
      jobs: { type: "string", default: "40" },
      seed: { type: "string", default: String(process.pid) },
      runners: { type: "string", default: "3" },
      lock: { type: "string", default: "4" },
      speed: { type: "string", default: "10" },
      outage: { type: "string", default: "60" },
      logs: { type: "string" },
      runner: { type: "string" },
      bug: { type: "string", default: "" }
    }
  })
  if (values.help) {
    process.stdout.write(help)
    return undefined
  }
  return {
    kills: number("kills", values.kills, 0),
    jobs: number("jobs", values.jobs, 1),
    seed: number("seed", values.seed, 0),
    runners: number("runners", values.runners, 2),
    lock: number("lock", values.lock, 1),
    speed: number("speed", values.speed, 1),
    outage: number("outage", values.outage, 0),
    logs: values.logs,
    runner: values.runner?.split(" "),
    bug: values.bug
  }
}
