import type { Sink, Started } from "./doimg.ts"

/** A way in which a command comes to its end before its time, or without anybody to hear of it. */
export interface Ending {
  readonly name: string
  /** how doimg is started */
  readonly streams?: { readonly stdout?: Sink; readonly stderr?: Sink }
  readonly flags?: ReadonlyArray<string>
  readonly planted?: "exception" | "rejection"
  /** what is done to it once it is under way; without it the command comes to its end by itself */
  readonly act?: (running: Started) => Promise<void>
  readonly code: number
  /** whether the finalizers run, to their end or their deadline */
  readonly undoes: boolean
}

const signal =
  (...signals: ReadonlyArray<NodeJS.Signals>) =>
  async (running: Started) => {
    for (const [i, name] of signals.entries()) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, 150))
      running.signal(name)
    }
  }

export const endings: ReadonlyArray<Ending> = [
  { name: "SIGINT", act: signal("SIGINT"), code: 130, undoes: true },
  { name: "SIGTERM", act: signal("SIGTERM"), code: 143, undoes: true },
  // a shell repeats what the kernel has sent to the whole group
  { name: "SIGHUP, however often", act: signal("SIGHUP", "SIGHUP", "SIGHUP"), code: 129, undoes: true },
  { name: "SIGINT twice", act: signal("SIGINT", "SIGINT"), code: 130, undoes: false },
  { name: "SIGTERM twice", act: signal("SIGTERM", "SIGTERM"), code: 143, undoes: false },
  {
    name: "a terminal that is closed",
    streams: { stderr: "closed", stdout: "closed" },
    act: signal("SIGHUP"),
    code: 129,
    undoes: true
  },
  { name: "stdout that nobody reads", streams: { stdout: "closed" }, code: 141, undoes: true },
  { name: "stderr that nobody reads", streams: { stderr: "closed" }, code: 0, undoes: true },
  { name: "2>&1 that nobody reads", streams: { stdout: "closed", stderr: "closed" }, code: 141, undoes: true },
  { name: "a full disk for stdout", streams: { stdout: "full" }, code: 1, undoes: true },
  { name: "a full disk for stderr", streams: { stderr: "full" }, code: 0, undoes: true },
  { name: "--timeout", flags: ["--timeout", "700ms"], code: 7, undoes: true },
  { name: "an exception that nobody catches", planted: "exception", act: signal("SIGUSR2"), code: 1, undoes: true },
  { name: "a rejection that nobody catches", planted: "rejection", act: signal("SIGUSR2"), code: 1, undoes: true }
]
