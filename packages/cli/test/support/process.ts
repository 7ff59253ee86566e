import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** A program that was started: what it has written so far, and how it ends. */
export interface Running {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** the exit code, or the name of the signal */
  readonly ended: Promise<number | string | null>
  /** resolves when stdout matches */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>
}

/** Starts a program at the root of the repo. */
export const start = (command: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}): Running => {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] })
  const written = { out: "", err: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.err += text))
  const ended = new Promise<number | string | null>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? code))
  )
  return {
    child,
    out: () => written.out,
    err: () => written.err,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(written.out)
          if (found !== null) resolve(found)
        }
        look()
        child.stdout.on("data", look)
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${written.out}\n${written.err}`)))
      })
  }
}

/** Starts the doimg that `bundled.ts` built. */
export const startDoimg = (...args: ReadonlyArray<string>): Running =>
  start("node", [join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js"), ...args])

/** Runs the doimg that `bundled.ts` built to its end. */
export const doimg = async (...args: ReadonlyArray<string>) => {
  const running = startDoimg(...args)
  return { code: await running.ended, out: running.out(), err: running.err() }
}
