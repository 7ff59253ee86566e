import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as ExitCode from "../../src/errors/ExitCode.ts"
import * as Main from "../../src/main.ts"
import * as Screen from "../../src/output/Screen.ts"
import * as Interruption from "../../src/process/Interruption.ts"
import * as Leftovers from "../../src/process/Leftovers.ts"
import * as Underway from "../../src/process/Underway.ts"
import type { Ended } from "./session.ts"

/** Each run has the environment and the streams of this process for itself. */
let last: Promise<unknown> = Promise.resolve()

/** Runs a program of a command line within another one, and on a terminal if `screen` is given. */
export interface Options {
  readonly screen?: OnScreen
  readonly within?: (program: Effect.Effect<void, unknown>) => Effect.Effect<void, unknown>
}

/** Runs a command line in this process, after those before it: for what does not depend on the process of `doimg`. */
export const inProcess = (
  env: NodeJS.ProcessEnv,
  args: ReadonlyArray<string>,
  options: Options = {}
): Promise<Ended> => {
  const ended = last.then(() => run(env, args, options))
  last = ended.catch(() => undefined)
  return ended
}

/** A terminal, and the time on the clock beside it in milliseconds. */
export interface OnScreen extends Screen.Screen {
  readonly now: number
}

const run = async (
  env: NodeJS.ProcessEnv,
  args: ReadonlyArray<string>,
  { screen, within = (program) => program }: Options
): Promise<Ended> => {
  const written = { out: "", err: "" }
  const writer = (stream: keyof typeof written) =>
    ((text: string, onWritten?: () => void) => {
      written[stream] += text
      onWritten?.()
      return true
    }) as typeof process.stdout.write
  const line = (stream: keyof typeof written) => (text: unknown) => {
    written[stream] += `${String(text)}\n`
  }
  const console = Object.assign(Object.create(globalThis.console) as Console.Console, {
    log: line("out"),
    error: line("err")
  })
  const state = { interruption: Interruption.make(), underway: Underway.make(), leftovers: Leftovers.make() }
  const { env: ownEnv, stderr, stdout } = process
  const writers = { out: stdout.write, err: stderr.write }
  process.env = { ...ownEnv, ...env }
  stdout.write = writer("out")
  stderr.write = writer("err")
  try {
    const exit = await within(Main.run(args, state)).pipe(
      Effect.provideService(Console.Console, console),
      // a clock of its own, as in another process: no client of another run shares its rate limit
      (program) => Effect.clockWith((clock) => Effect.provideService(program, Clock.Clock, clockOf(clock, screen))),
      Effect.provideService(Screen.Current, () => Option.fromUndefinedOr(screen)),
      Effect.runPromiseExit
    )
    if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) throw Cause.squash(exit.cause)
    return { code: ExitCode.ofExit(exit), ...written }
  } finally {
    process.env = ownEnv
    stdout.write = writers.out
    stderr.write = writers.err
  }
}

const clockOf = (clock: Clock.Clock, screen: OnScreen | undefined): Clock.Clock =>
  Object.assign(
    Object.create(clock),
    screen === undefined
      ? {}
      : { currentTimeMillis: Effect.succeed(screen.now), currentTimeMillisUnsafe: () => screen.now }
  )
