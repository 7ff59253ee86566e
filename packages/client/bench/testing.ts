import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Bench, Row } from "./harness/report.ts"

interface Measured {
  readonly megabytes: number
  readonly milliseconds: Readonly<Record<string, number>>
}

const script = fileURLToPath(new URL("../../testing/bench/account.ts", import.meta.url))

/** The in-memory account, when it is large. */
export const testing: Bench = {
  name: "testing",
  what: "an in-memory account of 10,000 images and 1,000 running actions: its memory, and pages of 200",
  seconds: 5,
  run: async () => {
    const node = [...process.execArgv, "--expose-gc", script, "--json"]
    const { stdout } = await promisify(execFile)(process.execPath, node)
    const { megabytes, milliseconds } = JSON.parse(stdout) as Measured
    const pages = Object.entries(milliseconds).map(
      ([what, value]): Row => ({ what, value, unit: "ms", ...(what.startsWith("/v2/images") ? { atMost: 5 } : {}) })
    )
    return {
      json: { megabytes, ...milliseconds },
      rows: [{ what: "memory", value: megabytes, unit: "MB", atMost: 100 }, ...pages]
    }
  }
}
