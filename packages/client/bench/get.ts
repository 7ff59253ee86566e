import { type Child, start } from "./harness/child.ts"
import { interleaved, median, ratio } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"
import { withStub } from "./stub/stub.ts"
import type { Reader } from "./workers/get.ts"

const npm = ["dots-wrapper", "do-wrapper", "dots"] as const
const names = ["ours", "undici", "fetch", ...npm] as const
const rounds = 11
const requests = 5000

/** One GET, decoded, traced and limited, with deadlines; each contender in a process of its own. */
export const get: Bench = {
  name: "get",
  what: `CPU of a GET, ${rounds} rounds of ${requests}, 50 at once, each client in a process of its own`,
  seconds: 80,
  run: () =>
    withStub({ limit: 10_000_000 }, async (_, address) => {
      const readers = new Map<string, Child<Reader>>()
      for (const name of names) {
        const reader = await start<Reader>(new URL("./workers/get.ts", import.meta.url))
        await reader.call("prepare", { address, name })
        readers.set(name, reader)
      }
      const reader = (name: string) => () => readers.get(name)!.call("measure", requests)
      const contenders = Object.fromEntries(names.map((name) => [name, reader(name)]))
      const taken = await interleaved<(typeof names)[number]>(rounds, contenders as never)
      for (const reader of readers.values()) await reader.stop()

      const beside = (name: (typeof names)[number]) => `${name} ${median(taken[name]).toFixed(0)} us`
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
          { what: "to fetch + json()", value: result.cpuVsFetch, beside: beside("fetch") },
          {
            what: `to the best npm client, ${best}`,
            value: result.cpuVsBestNpmClient,
            atMost: 1,
            beside: beside(best)
          },
          ...npm.map((name) => ({
            what: `${name} to undici.request + JSON.parse`,
            value: ratio(taken[name], taken.undici),
            beside: beside(name)
          }))
        ]
      }
    })
}
