import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { Runners } from "../../../jobs/test/chaos/runners.ts"
import * as Store from "../../../jobs/test/chaos/store.ts"
import { Server } from "../../../jobs/test/postgres/server.ts"
import { serve } from "../harness/child.ts"
import { timed } from "../harness/measure.ts"
import type { Replications } from "./plainReplications.ts"

/** What durable jobs cost: in total, unless it is said. */
export interface DurableCost {
  readonly ms: number
  readonly statements: number
  /** of these, those that count requests for the rate limit */
  readonly rateLimitStatements: number
  readonly submitStatements: number
  readonly rows: number
  readonly bytes: number
  readonly idleStatementsPerSecond: number
  readonly connectionsPerRunner: number
  readonly attempts: number
  readonly failovers: number
  /** of one runner */
  readonly peakMb: number
}

const count = 2

/** Runners have a user of their own, so that their statements are counted alone. */
const setUp = ["CREATE EXTENSION pg_stat_statements", "CREATE ROLE runner SUPERUSER LOGIN PASSWORD 'correct-horse'"]

const idleSeconds = 20

const statementsOf = (user: string, containing = "") =>
  `SELECT coalesce(sum(calls), 0)::integer AS value FROM pg_stat_statements
    WHERE userid = '${user}'::regrole AND query LIKE '%${containing}%'`

const rowsAndBytes = `SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes,
    sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %s', c.oid::regclass), false, true, '')))[1]
      ::text::integer)::integer AS rows
  FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`

const methods = {
  /** Runs a job for each image on two runners over a Postgres of their own. */
  replicate: async ({ address, images, isLimited, regions }: Replications): Promise<DurableCost> => {
    const server = await Server.start({ shared_preload_libraries: "pg_stat_statements" })
    const folder = mkdtempSync(join(tmpdir(), "bench-durable-"))
    const runtime = ManagedRuntime.make(Store.layer(server.url()))
    const query = <A extends object>(statement: string) => runtime.runPromise(Store.query<A>(statement))
    const value = async (statement: string) => (await query<{ readonly value: number }>(statement))[0]!.value
    for (const statement of setUp) await query(statement)
    const runners = new Runners({
      command: undefined,
      count,
      folder,
      env: () => environment(server.url("runner"), address, isLimited),
      onEnd: (runner, how) => {
        throw new Error(`runner ${runner} has ended: ${how}; its log is in ${folder}`)
      }
    })
    await runners.startAll()
    // until the runners have shared all shards
    await pause(40_000)
    await query("SELECT pg_stat_statements_reset()")
    await pause(idleSeconds * 1000)
    const idle = (await value(statementsOf("runner"))) / idleSeconds
    const [before] = await query<{ readonly rows: number; readonly bytes: number }>(rowsAndBytes)
    await query("SELECT pg_stat_statements_reset()")

    let connections = 0
    const submit = (image: number) =>
      Store.submit({ account: "bench", kind: "replicate", options: { images: [image], regions } })
    const ms = await timed(async () => {
      await runtime.runPromise(Effect.forEach(images, submit, { concurrency: 16, discard: true }))
      while ((await value(unfinished)) > 0) {
        connections = Math.max(connections, await value(connected))
        await pause(500)
      }
    })
    const statements = (await value(statementsOf("runner"))) - idle * (ms / 1000)
    const rateLimitStatements = await value(statementsOf("runner", "digitalocean_rate_limits"))
    const submitStatements = await value(statementsOf("postgres", "INSERT INTO"))
    const [after] = await query<{ readonly rows: number; readonly bytes: number }>(rowsAndBytes)
    const [job] = await query<{ readonly attempts: number; readonly failovers: number; readonly undone: number }>(
      totals
    )
    if (job!.undone > 0) throw new Error(`${job!.undone} jobs are not done`)
    const peakMb = Math.max(...runners.pids.map(peakOf))
    runners.endAll()
    await runtime.dispose()
    await server.delete()
    rmSync(folder, { recursive: true })
    return {
      ...{ ms, statements, rateLimitStatements, submitStatements, peakMb, idleStatementsPerSecond: idle },
      ...{ rows: after!.rows - before!.rows, bytes: after!.bytes - before!.bytes },
      ...{ connectionsPerRunner: connections / count, attempts: job!.attempts, failovers: job!.failovers }
    }
  }
}

const unfinished = `SELECT count(*)::integer AS value FROM digitalocean_jobs WHERE state IN ('submitted', 'running')`

const connected = `SELECT count(*)::integer AS value FROM pg_stat_activity WHERE usename = 'runner'`

const totals = `SELECT sum(attempts)::integer AS attempts, sum(failovers)::integer AS failovers,
  count(*) FILTER (WHERE state <> 'done')::integer AS undone FROM digitalocean_jobs`

/** As in the README, but with all jobs at once, as in one process. */
const environment = (database: string, address: string, isLimited: boolean): NodeJS.ProcessEnv => ({
  DOIMG_DATABASE: database,
  DIGITALOCEAN_API_URL: address,
  DIGITALOCEAN_TOKEN_BENCH: "bench",
  RUNNER_JOBS: "250",
  SHARDS_PER_GROUP: String(Store.shards),
  SHARD_LOCK_EXPIRATION: "15 seconds",
  SHARD_LOCK_REFRESH_INTERVAL: "5 seconds",
  ...(isLimited ? {} : { RUNNER_REQUESTS: "1000000" })
})

/** The most memory that a process has had, in MB. */
const peakOf = (pid: number): number => {
  const [, kilobytes = "0"] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kilobytes) / 1024
}

/** The methods of the process that submits durable jobs. */
export type DurableReplications = typeof methods

serve(methods)
