import { start } from "./harness/child.ts"
import { bursts, median, worstMinute } from "./harness/measure.ts"
import type { Bench, Row } from "./harness/report.ts"
import { fewestRequests, workloads } from "./simulation/workloads.ts"
import { withStub } from "./stub/stub.ts"
import type { Measured, SimulatedWaits } from "./workers/simulatedWaits.ts"
import type { Waits } from "./workers/waits.ts"

const wait = (begin: {
  readonly count: number
  readonly images: number
  readonly fromMs: number
  readonly toMs: number
  readonly overMs: number
}) =>
  withStub({}, async (stub, address) => {
    const client = await start<Waits>(new URL("./workers/waits.ts", import.meta.url))
    const started = await stub.call("begin", begin)
    const lags = await client.call("waits", { address, started })
    await client.stop()
    const times = (await stub.call("requests")).map(({ at }) => at)
    return { lags, times, requests: times.length }
  })

const thousand = (name: string, what: string, overMs: number, most: { requests: number; minute: number }): Bench => ({
  name,
  what,
  seconds: 127 + overMs / 1000,
  inBackground: true,
  run: async () => {
    const { lags, requests, times } = await wait({ count: 1000, images: 1000, fromMs: 115_000, toMs: 125_000, overMs })
    const result = { requests, worstMinute: worstMinute(times), medianLagSeconds: median(lags) / 1000 }
    // a GET each every 5 seconds, from 5 seconds on
    const alone = begunAlone(overMs)
    const rows: ReadonlyArray<Row> = [
      {
        what: "requests",
        value: result.requests,
        atMost: most.requests,
        beside: `${alone.requests} one GET each, 5 s`
      },
      { what: "worst minute", value: result.worstMinute, atMost: most.minute, beside: `${alone.minute}` },
      { what: "median lag", value: result.medianLagSeconds, unit: "s", atMost: 5.5, beside: "2.5 s" }
    ]
    return { json: result, rows }
  }
})

/** The calculated number of requests of a client that polls each action separately every 5 seconds. */
const begunAlone = (overMs: number) => {
  const times = Array.from({ length: 1000 }, (_, i) => {
    const duration = 115_000 + (10_000 * ((i * 617) % 1000)) / 999
    return Array.from({ length: Math.ceil(duration / 5000) }, (_, tick) => (overMs * i) / 1000 + 5000 * (tick + 1))
  }).flat()
  return { requests: times.length, minute: worstMinute(times) }
}

/** 1,000 actions of 115 to 125 seconds, started at one instant. */
export const waits1000 = thousand("waits1000", "1,000 waits of 115 to 125 s, started at once", 0, {
  requests: 130,
  minute: 80
})

/** The same, started evenly over a minute. */
export const waits1000spread = thousand("waits1000spread", "1,000 waits of 115 to 125 s, started over 60 s", 60_000, {
  requests: 300,
  minute: 120
})

/** Nine transfers of one image. */
export const transfers9: Bench = {
  name: "transfers9",
  what: "9 transfers of one image, 40 s",
  seconds: 42,
  inBackground: true,
  run: async () => {
    const { requests, times } = await wait({ count: 9, images: 1, fromMs: 40_000, toMs: 40_000, overMs: 0 })
    const requestsPerTick = requests / bursts(times, 500)
    return {
      json: { requestsPerTick },
      rows: [{ what: "requests per tick", value: requestsPerTick, atMost: 1, beside: "9 one GET each" }]
    }
  }
}

type Figures = Readonly<Record<"requests" | "medianLagSeconds" | "worstMinute", number>>

/** Measures a workload: the mean number of polls of its instances, the median lag of all waits, and the worst minute. */
const simulate = async (name: string, isWarm: boolean): Promise<Figures & { readonly fewest: number }> => {
  const { instances } = workloads[name]!
  const client = await start<SimulatedWaits>(new URL("./workers/simulatedWaits.ts", import.meta.url))
  const all: Array<Measured> = []
  for (let seed = 1; seed <= instances; seed++) all.push(await client.call("simulate", { name, seed, isWarm }))
  await client.stop()
  const mean = (of: (measured: Measured) => number) =>
    Math.round(all.reduce((sum, one) => sum + of(one), 0) / instances)
  return {
    requests: mean(({ posts, requests }) => requests.length - posts),
    medianLagSeconds: median(all.flatMap(({ actions }) => actions.map(({ lag }) => lag))),
    worstMinute: Math.max(...all.map(({ requests }) => worstMinute(requests.map((seconds) => 1000 * seconds)))),
    fewest: mean(({ actions }) => fewestRequests(actions))
  }
}

const rowsOf = (what: string, fewest: number, { medianLagSeconds, requests, worstMinute }: Figures, target: Target) => [
  { what: `${what}: polls`, value: requests, atMost: target[0], beside: `${fewest} if all ends were known` },
  { what: `${what}: median lag`, value: medianLagSeconds, unit: "s", atMost: target[1], beside: "0.5 s" },
  { what: `${what}: worst minute`, value: worstMinute, atMost: 245 }
]

type Target = readonly [requests: number, lag: number]

/** All workloads, by a clock of the test and without latency. */
export const waits: Bench = {
  name: "waits",
  what: "waits of six kinds, with a simulated clock: without and with known durations",
  seconds: 215,
  inBackground: true,
  run: async () => {
    const json: Record<string, Record<string, Figures>> = {}
    const rows: Array<Row> = []
    for (const [name, { target, what }] of Object.entries(workloads)) {
      for (const state of ["cold", "warm"] as const) {
        const { fewest, ...figures } = await simulate(name, state === "warm")
        json[name] = { ...json[name], [state]: figures }
        rows.push(...rowsOf(`${name}, ${what}, ${state}`, fewest, figures, target[state]))
      }
    }
    return { json, rows }
  }
}
