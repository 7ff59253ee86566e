import { type Child, start } from "./harness/child.ts"
import { interleaved, median, ratio } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"
import { withStub } from "./stub/stub.ts"
import type { Reader } from "./workers/get.ts"

const npm = ["dots-wrapper", "do-wrapper", "dots"] as const
const names = ["ours", "undici", "fetch", ...npm] as const
const rounds = 11
const requests = 5000

type Name = (typeof names)[number]

/** Microseconds of CPU that a GET takes, by contender; each in a process of its own. */
const measured = (contenders: ReadonlyArray<Name>, options: { readonly announces?: boolean } = {}) =>
  withStub({ limit: 10_000_000, ...options }, async (_, address) => {
    const readers = new Map<Name, Child<Reader>>()
    for (const name of contenders) {
      const reader = await start<Reader>(new URL("./workers/get.ts", import.meta.url))
      await reader.call("prepare", { address, name })
      readers.set(name, reader)
    }
    const measure = (name: Name) => () => readers.get(name)!.call("measure", requests)
    const taken = await interleaved<Name>(
      rounds,
      Object.fromEntries(contenders.map((name) => [name, measure(name)])) as never
    )
    for (const reader of readers.values()) await reader.stop()
    return taken
  })

/** One GET, decoded, traced and limited, with deadlines. */
export const get: Bench = {
  name: "get",
  what: `CPU of a GET, ${rounds} rounds of ${requests}, 50 at once, each client in a process of its own`,
  seconds: 95,
  run: async () => {
    const taken = await measured(names)
    const unannounced = await measured(["ours", "undici"], { announces: false })
    const beside = (name: Name) => `${name} ${median(taken[name]).toFixed(0)} us`
    const best = npm.toSorted((a, b) => median(taken[a]) - median(taken[b]))[0]!
    const result = {
      cpuVsUndici: ratio(taken.ours, taken.undici),
      cpuVsFetch: ratio(taken.ours, taken.fetch),
      cpuVsBestNpmClient: ratio(taken.ours, taken[best])
    }
    return {
      json: result,
      rows: [
        { what: "ours", value: median(taken.ours), unit: "us" },
        { what: "to undici.request + JSON.parse", value: result.cpuVsUndici, atMost: 3.1, beside: beside("undici") },
        {
          what: "to it, when no length is announced",
          value: ratio(unannounced.ours, unannounced.undici),
          beside: `undici ${median(unannounced.undici).toFixed(0)} us`
        },
        { what: "to fetch + json()", value: result.cpuVsFetch, beside: beside("fetch") },
        { what: `to the best npm client, ${best}`, value: result.cpuVsBestNpmClient, atMost: 1, beside: beside(best) },
        ...npm.map((name) => ({
          what: `${name} to undici.request + JSON.parse`,
          value: ratio(taken[name], taken.undici),
          beside: beside(name)
        }))
      ]
    }
  }
}
