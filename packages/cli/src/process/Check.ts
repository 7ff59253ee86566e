/**
 * The command of `doimg verify --check`: a process group of its own, which ends with the check, and an environment without
 * the token.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import * as Leftovers from "./Leftovers.ts"

/**
 * The command did not end well.
 *
 * @since 0.1.0
 */
export class CheckEnded extends Schema.TaggedError<CheckEnded>("@effect-digitalocean/cli/CheckEnded")("CheckEnded", {
  problem: Schema.String
}) {
  override get message(): string {
    return this.problem
  }
}

/** How long a process group has between SIGTERM and SIGKILL, in milliseconds. */
const grace = 2000

/** On Windows there are no process groups; the command itself is ended. */
const hasGroups = process.platform !== "win32"

/**
 * Runs a command in a shell, which has to succeed. What it prints goes to `onLine`. It ends with all of its process
 * group, also when it is interrupted: SIGTERM first, and SIGKILL two seconds later.
 *
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* (
  command: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly onLine: (line: string) => void }
) {
  const { processes } = yield* Leftovers.Leftovers
  return yield* Effect.callback<void, CheckEnded>((resume) => {
    const child = spawn(command, {
      ...{ shell: true, detached: hasGroups, env: options.env, stdio: ["ignore", "pipe", "pipe"] }
    })
    const kill = () => void signalGroup(child, "SIGKILL")
    processes.add(kill)
    const endAll = Effect.ensuring(
      endGroup(child),
      Effect.sync(() => void processes.delete(kill))
    )
    for (const input of [child.stdout!, child.stderr!]) createInterface({ input }).on("line", options.onLine)
    let hasEnded = false
    let late: ReturnType<typeof setTimeout> | undefined
    const end = (result: Effect.Effect<void, CheckEnded>) => {
      if (hasEnded) return
      hasEnded = true
      clearTimeout(late)
      child.stdout?.destroy()
      child.stderr?.destroy()
      resume(Effect.andThen(endAll, result))
    }
    const ofExit = (code: number | null, signal: NodeJS.Signals | null) =>
      code === 0 ? Effect.void : new CheckEnded({ problem: `it ended with ${signal ?? `exit code ${code}`}` })
    child.once("error", (error) => end(new CheckEnded({ problem: error.message })))
    child.once("close", (code, signal) => end(ofExit(code, signal)))
    // what it has left running may hold its output open
    child.once("exit", (code, signal) => {
      late = setTimeout(() => end(ofExit(code, signal)), 1000)
    })
    return Effect.suspend(() => {
      hasEnded = true
      clearTimeout(late)
      return endAll
    })
  })
})

/** Ends what is left of a process group, and waits until it is gone or was killed. */
const endGroup = (child: ChildProcess): Effect.Effect<void> =>
  Effect.gen(function* () {
    signalGroup(child, "SIGTERM")
    for (let waited = 0; waited < grace && signalGroup(child, 0); waited += 50) yield* Effect.sleep("50 millis")
    signalGroup(child, "SIGKILL")
  })

/** Sends a signal to a process group; false when there is none any more. */
const signalGroup = (child: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  if (child.pid === undefined) return false
  try {
    return process.kill(hasGroups ? -child.pid : child.pid, signal)
  } catch {
    return false
  }
}

/**
 * An environment without the token: without the variables that hold it, whatever they are called, and without those that
 * name one or say where one is. `DIGITALOCEAN_API_URL` stays.
 *
 * @since 0.1.0
 */
export const withoutToken = (env: NodeJS.ProcessEnv, token: Redacted.Redacted): NodeJS.ProcessEnv => {
  const secret = Redacted.value(token)
  return Object.fromEntries(
    Object.entries(env).filter(([name, value = ""]) => !namesToken.test(name) && !value.includes(secret))
  )
}

/** `DIGITALOCEAN_TOKEN`, `DIGITALOCEAN_CONTEXT`, `DIGITALOCEAN_CONFIG`, `DO_API_TOKEN`, `TF_VAR_do_token`, `DO_PAT`, ... */
const namesToken = /^(DIGITALOCEAN_(?!API_URL$)|((TF_VAR_)?DO|DOCTL)_.*(TOKEN|PAT|KEY|SECRET|CONTEXT|CONFIG))/i
