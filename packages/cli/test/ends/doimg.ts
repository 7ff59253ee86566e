import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import type { Account } from "./sandbox.ts"

/** Where a stream goes: somebody reads it, nobody does, or its disk is full. */
export type Sink = "read" | "closed" | "full"

/** A doimg that was started. */
export interface Started {
  readonly pid: number
  readonly signal: (signal: NodeJS.Signals) => void
  readonly out: () => string
  readonly err: () => string
  /** the exit code, or the name of the signal, and when it came */
  readonly ended: Promise<{ readonly code: number | string | null; readonly at: number }>
}

/** Throws where nobody catches it when SIGUSR2 comes. */
const planted = (how: "exception" | "rejection"): string => {
  const body = how === "exception" ? `throw new Error("planted")` : `void Promise.reject(new Error("planted"))`
  return `data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2", () => setImmediate(() => { ${body} }))`)}`
}

/** Starts the doimg that is published on an account. */
export const doimg = (
  account: Account,
  args: ReadonlyArray<string>,
  options: {
    readonly stdout?: Sink | undefined
    readonly stderr?: Sink | undefined
    readonly planted?: "exception" | "rejection" | undefined
    readonly env?: NodeJS.ProcessEnv | undefined
  } = {}
): Started => {
  const { stderr = "read", stdout = "read" } = options
  const sinks = [stdout, stderr].map((sink) => (sink === "full" ? openSync("/dev/full", "w") : ("pipe" as const)))
  const preload = options.planted === undefined ? [] : ["--import", planted(options.planted)]
  const child = spawn(process.execPath, [...preload, account.bin, ...args], {
    env: { ...process.env, ...account.env(options.env) },
    stdio: ["ignore", ...sinks]
  })
  const written = { out: "", err: "" }
  const connect = (sink: Sink, stream: typeof child.stdout, name: "out" | "err") => {
    if (sink === "closed") stream?.destroy()
    else stream?.setEncoding("utf8").on("data", (text: string) => (written[name] += text))
  }
  connect(stdout, child.stdout, "out")
  connect(stderr, child.stderr, "err")
  for (const sink of sinks) if (typeof sink === "number") closeSync(sink)
  return {
    pid: child.pid!,
    signal: (signal) => void child.kill(signal),
    out: () => written.out,
    err: () => written.err,
    ended: new Promise((resolve) =>
      child.on("close", (code, signal) => resolve({ code: signal ?? code, at: performance.now() }))
    )
  }
}
