import { start } from "./harness/child.ts"
import { interleaved, median } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"
import { withStub } from "./stub/stub.ts"
import type { Lister, Listing } from "./workers/list.ts"

const rounds = 7
const whole = 10_000
const names = ["whole", "wide", "lazy", "undici"] as const

const lister = () => start<Lister>(new URL("./workers/list.ts", import.meta.url))

/** Median times of each way to list, and how many requests it sent. */
const times = (latencyMs: number) =>
  withStub({ images: whole, latencyMs, limit: 10_000_000 }, async (stub, address) => {
    const child = await lister()
    const firstRows: Array<number> = []
    const requests = { whole: 0, wide: 0, lazy: 0, undici: 0 }
    const list = (name: (typeof names)[number]) => async () => {
      await stub.call("reset", {})
      const listing: Listing = await child.call(name, address)
      if (listing.rows !== whole || !listing.inOrder) throw new Error(`${name} listed ${listing.rows} rows`)
      requests[name] = (await stub.call("requests")).length
      if (name === "whole") firstRows.push(listing.firstRowMs)
      return listing.ms
    }
    const contenders = { whole: list("whole"), wide: list("wide"), lazy: list("lazy"), undici: list("undici") }
    await interleaved(2, contenders)
    firstRows.length = 0
    const taken = await interleaved(rounds, contenders)
    await child.stop()
    const ms = (name: (typeof names)[number]) => median(taken[name])
    return { ms, requests, firstRowMs: median(firstRows) }
  })

/** MB above an idle client while it streams an account, the median of processes of their own. */
const memory = (
  images: number,
  way: "memory" | "memoryUndici" = "memory",
  options: { readonly announces?: boolean } = {}
) =>
  withStub({ images, limit: 10_000_000, ...options }, async (_, address) => {
    const taken: Array<number> = []
    for (let run = 0; run < 5; run++) {
      const child = await lister()
      const { extraMb, rows } = await child.call(way, address)
      if (rows !== images) throw new Error(`${rows} of ${images} rows`)
      taken.push(extraMb)
      await child.stop()
    }
    return median(taken)
  })

/** Listing 10,000 images. */
export const list10k: Bench = {
  name: "list10k",
  what: `10,000 images, ${rounds} rounds, at 50 ms and at no latency; memory in processes of their own`,
  seconds: 110,
  run: async () => {
    const far = await times(50)
    const near = await times(0)
    const result = {
      defaultMs: far.ms("whole"),
      wideMs: far.ms("wide"),
      requests: far.requests.whole,
      firstRowMs: far.firstRowMs,
      extraRssMb: await memory(whole)
    }
    const beside = `undici page by page ${far.ms("undici").toFixed(0)} ms`
    return {
      json: result,
      rows: [
        { what: "whole, 50 ms latency", value: result.defaultMs, unit: "ms", atMost: 500, beside },
        { what: "whole, wider window", value: result.wideMs, unit: "ms", atMost: 300 },
        { what: "requests", value: result.requests, atMost: 50, beside: `undici ${far.requests.undici}` },
        { what: "requests, wider window", value: far.requests.wide, atMost: 50 },
        { what: "first row", value: result.firstRowMs, unit: "ms", atMost: 100, beside: "a round trip is 50 ms" },
        { what: "page by page, 50 ms latency", value: far.ms("lazy"), unit: "ms", beside },
        {
          what: "whole, no latency",
          value: near.ms("whole"),
          unit: "ms",
          beside: `undici page by page ${near.ms("undici").toFixed(0)} ms`
        },
        { what: "page by page, no latency", value: near.ms("lazy"), unit: "ms" },
        { what: "memory above idle", value: result.extraRssMb, unit: "MB", atMost: 40 },
        {
          what: "memory, 100,000 images",
          value: await memory(100_000),
          unit: "MB",
          atMost: 40,
          beside: `undici page by page ${(await memory(100_000, "memoryUndici")).toFixed(0)} MB`
        },
        {
          what: "the same, when no length is announced",
          value: await memory(100_000, "memory", { announces: false }),
          unit: "MB"
        }
      ]
    }
  }
}
