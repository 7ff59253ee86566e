/**
 * Records a session of doimg as `packages/cli/session.svg`: `npm run record`. Needs tmux.
 *
 * The session is real: the published doimg, in a terminal, against its own sandbox. The commands are typed, and the
 * screen is read ten times a second.
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Frame, svg } from "./svg.ts"

const columns = 104
const rows = 26

const commands: ReadonlyArray<readonly [command: string, seconds: number]> = [
  ["doimg list --type snapshot", 2],
  ["doimg get wep-2026-11-20", 2],
  ["doimg transfer web-2026-11-20 --to sfo3,ams3,tor1 --wait --columns id,status,region_slug", 2],
  ["doimg rotate --series 'web-{date}' --keep-last 1 --dry-run", 2]
]

const root = fileURLToPath(new URL("../../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "record-"))
const tmux = (...args: ReadonlyArray<string>) =>
  execFileSync("tmux", ["-L", "doimg-record", "-f", "/dev/null", ...args], { encoding: "utf8" })

const prepare = (url: string) => {
  const doimg = `#!/bin/sh\nexec ${process.execPath} ${join(folder, "bin.js")} "$@"\n`
  writeFileSync(join(folder, "doimg"), doimg, { mode: 0o755 })
  const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, PS1: "$ ", TERM: "screen-256color" }
  const token = { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: "any" }
  const set = Object.entries({ ...env, ...token }).map(([key, value]) => `${key}=${value}`)
  const shell = ["env", "-i", ...set, "bash", "--norc", "--noprofile"]
  tmux("new-session", "-d", "-s", "r", "-x", String(columns), "-y", String(rows), ...shell)
}

const record = async (): Promise<ReadonlyArray<Frame>> => {
  const frames: Array<Frame> = []
  const start = performance.now()
  const look = () => {
    const lines = tmux("capture-pane", "-p", "-e", "-t", "r").split("\n").slice(0, rows)
    const seconds = (performance.now() - start) / 1000
    if (frames.at(-1)?.lines.join("\n") !== lines.join("\n")) frames.push({ seconds, lines })
  }
  const watch = async (seconds: number) => {
    const end = performance.now() + seconds * 1000
    while (performance.now() < end) {
      look()
      await sleep(100)
    }
  }
  await watch(0.6)
  for (const [command, seconds] of commands) {
    for (const char of command) {
      tmux("send-keys", "-t", "r", "-l", char)
      await watch(0.05)
    }
    tmux("send-keys", "-t", "r", "Enter")
    do await watch(seconds)
    while (
      frames
        .at(-1)
        ?.lines.findLast((line) => line !== "")
        ?.trim() !== "$"
    )
  }
  return frames
}

const main = async () => {
  const args = ["-c", "packages/cli/rolldown.config.ts", "--dir", folder, "--log-level", "silent"]
  execFileSync(process.execPath, [join(root, "node_modules/rolldown/bin/cli.mjs"), ...args], { cwd: root })
  writeFileSync(join(folder, "package.json"), '{"type":"module"}')
  const sandbox = spawn(process.execPath, [join(folder, "bin.js"), "sandbox", "--port", "0", "--speed", "25"], {
    stdio: ["ignore", "pipe", "ignore"]
  })
  try {
    const { value } = await createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]().next()
    prepare(String(value).replace("listening on ", ""))
    const file = fileURLToPath(new URL("../session.svg", import.meta.url))
    writeFileSync(file, svg(await record(), { columns, rows }))
    process.stdout.write(`${file}: ${Math.round(readFileSync(file).length / 1024)} KiB\n`)
  } finally {
    tmux("kill-session", "-t", "r")
    sandbox.kill("SIGINT")
    rmSync(folder, { recursive: true })
  }
}

await main()
