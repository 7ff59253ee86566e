import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { bundle, withFolder } from "./harness/bundle.ts"
import { interleaved, median, ratio, timed } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"
import { withStub } from "./stub/stub.ts"

const rounds = 31

/** From nothing to the answer of one GET: `node program.mjs`, bundled, until it has ended. */
export const start: Bench = {
  name: "start",
  what: `\`node program.mjs\` that gets one image, from its start to its end, ${rounds} rounds`,
  seconds: 15,
  run: () =>
    withFolder((folder) =>
      withStub({}, async (_, address) => {
        const run = async (program: "frontDoor" | "plainFetch") => {
          const file = await bundle(program, "rolldown", folder)
          const env = { ...process.env, DIGITALOCEAN_TOKEN: "bench" }
          return () => timed(() => promisify(execFile)(process.execPath, [file, address], { env }))
        }
        const contenders = { ours: await run("frontDoor"), fetch: await run("plainFetch") }
        // the first of each reads files that the system has not in memory yet
        await interleaved(2, contenders)
        const { fetch, ours } = await interleaved(rounds, contenders)
        const vsFetch = ratio(ours, fetch)
        return {
          json: { vsFetch },
          rows: [
            {
              what: "to the same with plain fetch",
              value: vsFetch,
              atMost: 1.35,
              beside: `${median(ours).toFixed(0)} ms to ${median(fetch).toFixed(0)} ms`
            }
          ]
        }
      })
    )
}
