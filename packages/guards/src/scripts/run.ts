import { type ChildProcess, spawn } from "node:child_process"
import { constants } from "node:os"
import { delimiter, join } from "node:path"
import { root } from "../repository.ts"

const env = { ...process.env, PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter) }

const running = new Set<ChildProcess>()

/**
 * Runs a program at the root of the repository and waits for it. When it fails, this process stops the other programs
 * and ends with its exit code. Signals are forwarded to it.
 */
export const run = async (program: string, ...args: ReadonlyArray<string>): Promise<void> => {
  const child = spawn(program, args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" })
  running.add(child)
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on("SIGINT", forward).on("SIGTERM", forward)
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]))
  })
  process.off("SIGINT", forward).off("SIGTERM", forward)
  running.delete(child)
  if (code === 0) return
  process.stderr.write(`exit code ${code}: ${[program, ...args].join(" ")}\n`)
  for (const other of running) other.kill()
  process.exit(code)
}
