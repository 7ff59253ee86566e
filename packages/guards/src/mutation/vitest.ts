import { spawn } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "../repository.ts"
import { variables } from "./session.ts"

/** A run of tests. */
interface Tests {
  /** the exit code, once they have ended */
  readonly ended: Promise<number>
  readonly stop: () => void
  /** the end of what they printed */
  readonly output: () => string
}

const program = join(root, "node_modules/vitest/vitest.mjs")
const config = fileURLToPath(new URL("config.ts", import.meta.url))

/** The processes that this process stops when it exits. */
const running = new Set<number>()

process.once("exit", () => running.forEach(stop))

/** Starts the tests of a plan. */
export const start = (folder: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}): Tests => {
  const child = spawn(process.execPath, [program, "run", "--config", config, ...args], {
    cwd: root,
    env: { ...process.env, ...env, [variables.folder]: folder },
    stdio: ["ignore", "pipe", "pipe"],
    // a group of its own, which is stopped with the processes that it starts
    detached: true
  })
  const { pid = 0 } = child
  running.add(pid)
  const output: Array<string> = []
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(String(data)))
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => {
      running.delete(pid)
      resolve(code ?? 1)
    })
  })
  return { ended, stop: () => stop(pid), output: () => output.join("").slice(-10_000) }
}

const stop = (pid: number): void => {
  if (!running.delete(pid)) return
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // it has ended
  }
}
