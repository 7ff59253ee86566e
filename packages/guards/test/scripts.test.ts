import { assert, describe, it } from "@effect/vitest"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { read, root } from "../src/repository.ts"

const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> }

/** Starts `npm run`, waits for the first line, interrupts npm itself, and returns its output and how it ended. */
const interrupt = async (cwd: string, ...args: ReadonlyArray<string>) => {
  const npm = spawn("npm", ["run", "--silent", ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] })
  const ended = once(npm, "close")
  const output = lines(npm)
  const first = await output.next()
  const responds = await isReachable(String(first.value))
  npm.kill("SIGINT")
  const rest: Array<string> = []
  for await (const line of output) rest.push(line)
  const [code, signal] = await ended
  return {
    first: first.value,
    responds,
    rest,
    code,
    signal,
    respondsAfterwards: await isReachable(String(first.value))
  }
}

const lines = ({ stdout }: ChildProcess): AsyncIterator<string> & AsyncIterable<string> =>
  createInterface({ input: stdout as NonNullable<typeof stdout> })[Symbol.asyncIterator]()

/** Whether a server responds at the address that a line contains. */
const isReachable = async (line: string): Promise<boolean> => {
  const [address] = /http:\/\/\S+/.exec(line) ?? []
  if (address === undefined) return false
  return fetch(`${address}/v2/images`).then(
    () => true,
    () => false
  )
}

describe("a signal to npm run", () => {
  it("reaches the program of a script that starts with exec", { timeout: 60_000 }, async () => {
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

  it("stops the sandbox, which closes its port and exits with code 0", { timeout: 60_000 }, async () => {
    const { code, first, responds, respondsAfterwards } = await interrupt(root, "doimg", "--", "sandbox", "--port", "0")
    assert.match(String(first), /^listening on http:\/\/127\.0\.0\.1:\d+$/)
    assert.deepStrictEqual(
      { code, responds, respondsAfterwards },
      { code: 0, responds: true, respondsAfterwards: false }
    )
  })
})

describe("every script of package.json", () => {
  it("is one command that replaces its shell, so that it receives the signals", () => {
    assert.deepStrictEqual(
      Object.entries(scripts).filter(([, script]) => !/^exec [^;&|]+$/.test(script)),
      []
    )
  })
})

describe("the runner of scripts", () => {
  const runner = JSON.stringify(new URL("../src/scripts/run.ts", import.meta.url).href)

  it("stops at the first program that fails, with its exit code, and prints the command", () => {
    const program = `const { run } = await import(${runner})
      await run("node", "--version")
      await run("node", "--eval", "process.exit(3)")
      await run("node", "--version")`
    const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8"
    })
    assert.deepStrictEqual({ status, stderr }, { status: 3, stderr: "exit code 3: node --eval process.exit(3)\n" })
    assert.match(stdout, /^v[\d.]+\n$/)
  })
})
