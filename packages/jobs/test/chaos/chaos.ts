import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Server } from "../postgres/server.ts"
import { random } from "../support/random.ts"
import { seedOf } from "../support/subject.ts"
import { disturbancesOf } from "./disturbances.ts"
import { Disturber } from "./disturber.ts"
import { Failovers, type Row } from "./failovers.ts"
import type { Options } from "./options.ts"
import { Runners } from "./runners.ts"
import * as Sandbox from "./sandbox.ts"
import * as Store from "./store.ts"
import { figures, judge } from "./verdict.ts"
import { account, numberOf, worksOf } from "./works.ts"

/** How long all jobs may take after the last disturbance. */
const patience = "10 minutes"

type Print = (line: string) => void

/** Runs jobs while they are disturbed, prints what was found, and returns whether nothing is wrong. */
export const chaos = Effect.fnUntraced(function* (options: Options) {
  const { jobs, kills, lock, seed } = options
  const start = Date.now()
  const print: Print = (line) =>
    void process.stderr.write(`${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
  print(`${jobs} jobs, ${kills} kills, ${options.runners} runners, --seed ${seed}`)

  const works = worksOf(jobs)
  const { droplets, images } = seedOf(works.map(({ subject }) => subject))
  const server = yield* Effect.acquireRelease(
    Effect.promise(() => Server.start()),
    (server) => Effect.promise(() => server.delete())
  )
  const url = server.url()
  let runners: Runners | undefined
  const sandbox = yield* Sandbox.make({
    ...{ speed: options.speed, seed: { droplets, images }, random: seed },
    pids: () => runners?.pids ?? []
  })
  const store = yield* Layer.build(Store.layer(url))
  const folder = options.logs ?? mkdtempSync(join(tmpdir(), "jobs-chaos-"))
  runners = yield* startRunners(options, { folder, print, sandbox, url })

  const ids = new Map<number, string>()
  const failovers = new Failovers()
  const disturber = new Disturber({
    ...{ ...options, failovers, print, random: random(seed), runners, sandbox, server },
    jobOf: (creation) => ids.get(numberOf(creation, sandbox.nameOf) ?? -1)
  })
  const submitUntil = Effect.fnUntraced(function* (count: number) {
    for (const [number, work] of works.slice(0, count).entries()) {
      if (ids.has(number)) continue
      ids.set(number, yield* Store.submit(work.request))
      // the same again joins it
      if (number % 10 === 0) yield* Store.submit(work.request)
    }
  })

  const run = Effect.gen(function* () {
    const counts = { finished: 0, stored: 0 }
    const watch = Effect.map(Store.rows, (rows) => {
      if (rows.length === 0) return
      failovers.read(rows)
      counts.stored = new Set(rows.map(({ intention }) => intention)).size
      counts.finished = counts.stored - new Set(rows.filter(isRunning).map(({ intention }) => intention)).size
    })
    yield* Effect.forkScoped(Effect.repeat(watch, Schedule.spaced("250 millis")))
    const disturbances = disturbancesOf(options, random(seed + 1))
    for (const [i, disturbance] of disturbances.entries()) {
      // a third of the jobs at first, the others while runners are disturbed
      yield* submitUntil(Math.ceil(jobs * (1 / 3 + (2 / 3) * (i / (0.9 * disturbances.length)))))
      yield* Effect.promise(() => disturber.wait())
      print(`${counts.finished} jobs are finished, ${disturbances.length - i} disturbances to come: ${disturbance}`)
      yield* Effect.promise(() => disturber.disturb(disturbance))
    }
    yield* submitUntil(jobs)
    yield* Effect.promise(() => disturber.settled())
    print(`${counts.finished} jobs are finished, no disturbances to come`)
    const all = Effect.repeat(Effect.sleep("1 second"), { while: () => counts.finished < counts.stored })
    yield* Effect.timeoutOption(all, patience)
    yield* Effect.repeat(Effect.delay(sandbox.isBusy, "1 second"), { while: (isBusy) => isBusy })
    print(`${counts.finished} jobs are finished`)
    const ended = yield* Effect.forEach(works, (work, number) =>
      Effect.map(Store.read(ids.get(number)!), (stored) => ({ work, ...stored }))
    )
    return { ended, stored: counts.stored }
  })
  const { ended, stored } = yield* Effect.provide(run, store)

  const before = { images: new Set(images.map(({ id }) => id)), droplets: new Set(droplets.map(({ id }) => id)) }
  const { duplicates, lost, violations } = yield* judge(ended, before, sandbox, failovers.measured, lock)
  for (const line of figures(sandbox, ended, failovers.measured)) print(line)
  const more = stored === jobs ? violations : [...violations, `${stored} jobs are stored`]
  for (const line of duplicates) print(`duplicate: ${line}`)
  for (const line of lost) print(`lost: ${line}`)
  for (const line of more) print(`violation: ${line}`)
  const isFine = duplicates.length + lost.length + more.length === 0 && disturber.kills >= kills
  if (isFine && options.logs === undefined) rmSync(folder, { recursive: true })
  else {
    const lines = sandbox.requests.map(({ at, line, runner }) => `${new Date(at).toISOString()} ${runner} ${line}\n`)
    writeFileSync(join(folder, "requests.log"), lines.join(""))
    print(`the requests, and the logs of the runners, are in ${folder}`)
  }
  process.stdout.write(`${jobs} jobs, ${disturber.kills} kills, ${duplicates.length} duplicates, ${lost.length} lost\n`)
  return isFine
})

/** Starts all runners; those that end by themselves are started again. */
const startRunners = (
  options: Options,
  scene: {
    readonly folder: string
    readonly print: Print
    readonly sandbox: Sandbox.Sandbox
    readonly url: string
  }
) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const runners = new Runners({
        command: options.runner,
        count: options.runners,
        folder: scene.folder,
        env: () => environment(options, scene.url, scene.sandbox.url),
        onEnd: (runner, how) => {
          scene.print(`runner ${runner} has ended by itself: ${how}`)
          void runners.start(runner)
        }
      })
      await runners.startAll()
      return runners
    }),
    (runners) => Effect.sync(() => runners.endAll())
  )

const isRunning = ({ state }: Row) => state === "submitted" || state === "running"

const environment = ({ bug, lock }: Options, database: string, url: string): NodeJS.ProcessEnv => ({
  DOIMG_DATABASE: database,
  DIGITALOCEAN_API_URL: url,
  [`DIGITALOCEAN_TOKEN_${account.toUpperCase()}`]: "chaos",
  SHARDS_PER_GROUP: String(Store.shards),
  SHARD_LOCK_EXPIRATION: `${lock} seconds`,
  SHARD_LOCK_REFRESH_INTERVAL: `${lock / 3} seconds`,
  REFRESH_ASSIGNMENTS_INTERVAL: "1 second",
  ENTITY_MESSAGE_POLL_INTERVAL: "1 second",
  RUNNER_HEALTH_CHECK_INTERVAL: "2 seconds",
  SEND_RETRY_INTERVAL: "200 millis",
  ENTITY_TERMINATION_TIMEOUT: "5 seconds",
  RUNNER_BACKOFF: "5",
  RUNNER_LEASE: String(lock / 2),
  RUNNER_BUG: bug
})
