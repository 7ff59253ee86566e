import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { read, root } from "../src/repository.ts"

const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> }

/** Starts `npm run`, waits for the first line, interrupts npm itself, and tells what came and how it ended. */
const interrupt = async (cwd: string, ...args: ReadonlyArray<string>) => {
  const npm = spawn("npm", ["run", "--silent", ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] })
  const ended = once(npm, "close")
  const said = lines(npm)
  const first = await said.next()
  const answers = await reaches(String(first.value))
  npm.kill("SIGINT")
  const rest: Array<string> = []
  for await (const line of said) rest.push(line)
  const [code, signal] = await ended
  return { first: first.value, answers, rest, code, signal, reachable: await reaches(String(first.value)) }
}

const lines = ({ stdout }: ChildProcess): AsyncIterator<string> & AsyncIterable<string> =>
  createInterface({ input: stdout as NonNullable<typeof stdout> })[Symbol.asyncIterator]()

/** Whether a server answers at the address a line names. */
const reaches = async (line: string): Promise<boolean> => {
  const [address] = /http:\/\/\S+/.exec(line) ?? []
  if (address === undefined) return false
  return fetch(`${address}/v2/images`).then(
    () => true,
    () => false
  )
}

describe("a signal to npm", () => {
  it("reaches the program of a script that begins with exec", { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "signals-"))
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { start: "exec node program.mjs" } }))
      writeFileSync(
        join(folder, "program.mjs"),
        `setInterval(() => {}, 1000)
         process.on("SIGINT", () => { console.log("interrupted"); process.exit(7) })
         console.log("ready")`
      )
      const { code, first, rest } = await interrupt(folder, "start")
      assert.deepStrictEqual({ code, first, rest }, { code: 7, first: "ready", rest: ["interrupted"] })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("ends the sandbox: its port closes, and the exit code is 0", { timeout: 60_000 }, async () => {
    const { answers, code, first, reachable } = await interrupt(root, "doimg", "--", "sandbox", "--port", "0")
    assert.match(String(first), /^listening on http:\/\/127\.0\.0\.1:\d+$/)
    assert.deepStrictEqual({ answers, code, reachable }, { answers: true, code: 0, reachable: false })
  })

  it("reaches every script that starts one program, for each begins with exec", () => {
    const single = Object.entries(scripts).filter(([, script]) => !/&&|;|^npm /.test(script))
    assert.deepStrictEqual(
      single.filter(([, script]) => !script.startsWith("exec ")),
      []
    )
  })
})
