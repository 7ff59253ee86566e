import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { start } from "./harness/child.ts"
import { worstMinute } from "./harness/measure.ts"
import type { Bench, Row } from "./harness/report.ts"
import type { TestAccount } from "./stub/testAccount.ts"
import type { DurableCost, DurableReplications } from "./workers/durableReplications.ts"
import type { PlainReplications, Replications } from "./workers/plainReplications.ts"

const count = 500

const images = Array.from({ length: count }, (_, i) => 100_000_001 + i)

const regions = ["fra1", "sfo3", "sgp1"]

/** Runs something with an account of its own; returns its result, and the requests that the account has received. */
const withAccount = async <A>(isLimited: boolean, run: (replications: Replications) => Promise<A>) => {
  const account = await start<TestAccount>(new URL("./stub/testAccount.ts", import.meta.url))
  // without the limits, transfers take two seconds
  const address = await account.call("listenImages", { images, isLimited, speed: isLimited ? 1 : 40 })
  const cost = await run({ address, images, regions, isLimited })
  const arrivals = await account.call("arrivals")
  await account.stop()
  return { ...cost, requests: arrivals.length, worstMinute: worstMinute(arrivals) }
}

const plain = (isLimited: boolean) =>
  withAccount(isLimited, async (replications) => {
    const child = await start<PlainReplications>(new URL("./workers/plainReplications.ts", import.meta.url))
    const cost = await child.call("replicate", replications)
    await child.stop()
    return cost
  })

const durable = (isLimited: boolean) =>
  withAccount(isLimited, async (replications) => {
    const child = await start<DurableReplications>(new URL("./workers/durableReplications.ts", import.meta.url))
    const cost = await child.call("replicate", replications)
    await child.stop()
    return cost
  })

type Measured<A> = A & { readonly ms: number; readonly requests: number; readonly worstMinute: number }

const figuresOf = ({ ms, requests, worstMinute }: Measured<unknown>) => ({ seconds: ms / 1000, requests, worstMinute })

const compared = (what: string, two: Measured<DurableCost>, one: Measured<unknown>): ReadonlyArray<Row> => {
  const [durable, plain] = [figuresOf(two), figuresOf(one)]
  return [
    {
      what: `${what}: time`,
      value: durable.seconds,
      unit: "s",
      beside: `${plain.seconds.toFixed(1)} s in one process`
    },
    { what: `${what}: requests`, value: durable.requests, beside: `${plain.requests}` },
    { what: `${what}: attempts`, value: two.attempts, beside: `${count} jobs` },
    { what: `${what}: fail-overs`, value: two.failovers }
  ]
}

/** Durable jobs on two runners over Postgres, compared with the same jobs in one process. */
export const durableJobs: Bench = {
  name: "durable",
  what: `${count} replications of 3 regions on two runners over Postgres, and in one process`,
  seconds: 1000,
  isOnlyNamed: true,
  run: async () => {
    const install = new URL("../../guards/src/scripts/installPostgres.ts", import.meta.url)
    execFileSync(process.execPath, [fileURLToPath(install)], { stdio: ["ignore", "ignore", "inherit"] })
    const unlimited = { plain: await plain(false), durable: await durable(false) }
    // these mostly wait for the rate limit
    const [one, two] = await Promise.all([plain(true), durable(true)])
    const each = {
      rows: unlimited.durable.rows / count,
      bytes: unlimited.durable.bytes / count,
      statements: (unlimited.durable.statements - unlimited.durable.rateLimitStatements) / count,
      rateLimitStatements: unlimited.durable.rateLimitStatements / count,
      submitStatements: unlimited.durable.submitStatements / count
    }
    const { connectionsPerRunner, idleStatementsPerSecond } = unlimited.durable
    const peakMb = Math.max(unlimited.durable.peakMb, two.peakMb)
    return {
      json: {
        unlimited: { durable: figuresOf(unlimited.durable), plain: figuresOf(unlimited.plain) },
        limited: { durable: figuresOf(two), plain: figuresOf(one) },
        job: each,
        runner: { connections: connectionsPerRunner, idleStatementsPerSecond: idleStatementsPerSecond / 2, peakMb }
      },
      rows: [
        ...compared("without a rate limit", unlimited.durable, unlimited.plain),
        ...compared("with the rate limit", two, one),
        {
          what: "with the rate limit: worst minute",
          value: two.worstMinute,
          atMost: 245,
          beside: `${one.worstMinute}`
        },
        { what: "rows a job", value: each.rows },
        { what: "bytes a job, on disk", value: each.bytes },
        { what: "statements a job", value: each.statements },
        { what: "  for the rate limit", value: each.rateLimitStatements },
        { what: "  of who submits it", value: each.submitStatements },
        { what: "idle statements a second and runner", value: idleStatementsPerSecond / 2 },
        { what: "connections of a runner", value: connectionsPerRunner },
        { what: "memory of a runner", value: peakMb, unit: "MB", beside: `${one.peakMb.toFixed(0)} MB in one process` }
      ]
    }
  }
}
