import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { bundle, withFolder } from "./harness/bundle.ts"
import { interleaved, median, ratio, timed } from "./harness/measure.ts"
import type { Bench } from "./harness/report.ts"

const rounds = 31
const run = promisify(execFile)
const root = fileURLToPath(new URL("../../..", import.meta.url))

/** Builds the doimg that is published; answers its file. */
const build = async (folder: string): Promise<string> => {
  const rolldown = join(root, "node_modules/rolldown/bin/cli.mjs")
  const config = join(root, "packages/cli/rolldown.config.ts")
  await run(process.execPath, [rolldown, "-c", config, "--dir", folder, "--log-level", "silent"])
  await writeFile(join(folder, "package.json"), '{"type":"module"}')
  return join(folder, "bin.js")
}

/** Runs something against the sandbox of doimg, a process of its own. */
const withSandbox = async <A>(doimg: string, use: (url: string) => Promise<A>): Promise<A> => {
  const sandbox = spawn(process.execPath, [doimg, "sandbox", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
  const ended = once(sandbox, "exit")
  try {
    const { value } = await createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]().next()
    return await use(String(value).replace("listening on ", ""))
  } finally {
    sandbox.kill("SIGINT")
    await ended
  }
}

/** What an operator waits for before doimg does anything: its start. */
export const doimg: Bench = {
  name: "doimg",
  what: `\`doimg\`, as it is published, from its start to its end, ${rounds} rounds`,
  seconds: 25,
  run: () =>
    withFolder(async (folder) => {
      const file = await build(folder)
      const plain = await bundle("listFetch", "rolldown", folder)
      return withSandbox(file, async (url) => {
        const env = { ...process.env, DIGITALOCEAN_TOKEN: "bench", DIGITALOCEAN_API_URL: url }
        const node =
          (...args: ReadonlyArray<string>) =>
          () =>
            timed(() => run(process.execPath, [...args], { env }))
        const contenders = {
          node: node("-e", "0"),
          version: node(file, "--version"),
          list: node(file, "list", "--private"),
          fetch: node(plain, url)
        }
        // the first of each reads files that the system has not in memory yet, and fills the compile cache
        await interleaved(3, contenders)
        const taken = await interleaved(rounds, contenders)
        const versionVsNode = ratio(taken.version, taken.node)
        const listVsFetch = ratio(taken.list, taken.fetch)
        const beside = (one: ReadonlyArray<number>, other: ReadonlyArray<number>) =>
          `${median(one).toFixed(0)} ms to ${median(other).toFixed(0)} ms`
        return {
          json: { versionVsNode, listVsFetch },
          rows: [
            {
              what: "`--version` to `node -e 0`",
              value: versionVsNode,
              atMost: 2.5,
              beside: beside(taken.version, taken.node)
            },
            {
              what: "`list` to a program of plain fetch, bundled",
              value: listVsFetch,
              atMost: 1.6,
              beside: beside(taken.list, taken.fetch)
            }
          ]
        }
      })
    })
}
