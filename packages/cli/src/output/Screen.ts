/**
 * The terminal that stdout is, if it is one.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as GlobalFlags from "../config/GlobalFlags.ts"

/**
 * A terminal: its size in characters, and whether it shows colours.
 *
 * @since 0.1.0
 */
export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly hasColor: boolean
}

const onStdout = (): Option.Option<Screen> => {
  const { columns, isTTY, rows } = process.stdout
  if (isTTY !== true || columns === 0) return Option.none()
  return Option.some({ columns, rows, hasColor: canColor(process.env) })
}

/**
 * Whether the environment lets a terminal be coloured: `NO_COLOR` is not set, and `TERM` is not `dumb`.
 *
 * @since 0.1.0
 */
export const canColor = (env: NodeJS.ProcessEnv): boolean => (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb"

/**
 * Reads the terminal anew each time, as its size changes. Tests replace it.
 *
 * @since 0.1.0
 */
export const Current = Context.Reference<() => Option.Option<Screen>>("@effect-digitalocean/cli/Screen", {
  defaultValue: () => onStdout
})

/**
 * The terminal, without colours if `--no-color` is given.
 *
 * @since 0.1.0
 */
export const get: Effect.Effect<Option.Option<Screen>, never, GlobalFlags.Settings> = Effect.gen(function* () {
  const noColor = yield* GlobalFlags.NoColor
  const current = yield* Current
  return Option.map(current(), (screen) => ({ ...screen, hasColor: screen.hasColor && !noColor }))
})
