import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePort } from "../postgres/server.ts"

/** How runners are started. */
export interface Settings {
  /** a program and its arguments; by default `runner.ts` */
  readonly command: ReadonlyArray<string> | undefined
  readonly count: number
  /** a folder for their logs */
  readonly folder: string
  readonly env: () => NodeJS.ProcessEnv
  /** called when a runner ends that was not ended */
  readonly onEnd: (runner: number, how: string) => void
}

/** A process, and what was done to it. */
interface Slot {
  child: ChildProcess
  state: "up" | "paused" | "draining" | "down"
  /** when it was started, in milliseconds since 1970 */
  since: number
}

const program = [
  process.execPath,
  "--conditions=@effect-digitalocean/source",
  fileURLToPath(new URL("runner.ts", import.meta.url))
]

/** Runners in processes of their own, by their numbers. */
export class Runners {
  readonly #settings: Settings
  readonly #slots: Array<Slot> = []

  constructor(settings: Settings) {
    this.#settings = settings
    process.once("exit", () => this.endAll())
  }

  async startAll(): Promise<void> {
    for (let runner = 0; runner < this.#settings.count; runner++) await this.start(runner)
  }

  /** Starts one that is down, on another port than before. */
  async start(runner: number): Promise<void> {
    const { command = program, env, folder, onEnd } = this.#settings
    const [file = "", ...args] = command
    const log = openSync(join(folder, `runner-${runner}.log`), "a")
    const child = spawn(file, args, {
      env: { ...process.env, ...env(), HOST: "127.0.0.1", PORT: String(await freePort()) },
      stdio: ["ignore", log, log]
    })
    closeSync(log)
    const slot: Slot = { child, state: "up", since: Date.now() }
    this.#slots[runner] = slot
    child.once("exit", (code, signal) => {
      const isExpected = slot.state === "down" || slot.state === "draining"
      slot.state = "down"
      if (!isExpected) onEnd(runner, String(signal ?? code))
    })
  }

  /** The numbers of those that were started at least so many milliseconds ago, and work. */
  up(forMs = 0): ReadonlyArray<number> {
    const now = Date.now()
    return this.#slots.flatMap(({ since, state }, i) => (state === "up" && now - since >= forMs ? [i] : []))
  }

  /** The process of each. */
  get pids(): ReadonlyArray<number> {
    return this.#slots.map(({ child }) => child.pid!)
  }

  /** Ends one at once. */
  kill(runner: number): void {
    const slot = this.#slots[runner]!
    slot.state = "down"
    slot.child.kill("SIGKILL")
  }

  /** Lets one put down its work; resolves when it has ended. */
  async drain(runner: number): Promise<void> {
    const slot = this.#slots[runner]!
    slot.state = "draining"
    slot.child.kill("SIGTERM")
    if (slot.child.exitCode === null && slot.child.signalCode === null) {
      await new Promise((resolve) => slot.child.once("exit", resolve))
    }
  }

  /** Stops the time of one, as a machine does that is suspended. */
  pause(runner: number): void {
    const slot = this.#slots[runner]!
    slot.state = "paused"
    slot.child.kill("SIGSTOP")
  }

  /** Lets time pass again for one; false if it is not paused any more. */
  resume(runner: number): boolean {
    const slot = this.#slots[runner]!
    if (slot.state !== "paused") return false
    slot.state = "up"
    return slot.child.kill("SIGCONT")
  }

  endAll(): void {
    for (const slot of this.#slots) {
      slot.state = "down"
      slot.child.kill("SIGKILL")
    }
  }
}
