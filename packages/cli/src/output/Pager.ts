/**
 * Results that are longer than the terminal, shown by the program that `PAGER` names.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Screen from "./Screen.ts"

/**
 * Writes a text to stdout, or gives it to the pager if stdout is a terminal with fewer rows. There is no pager if
 * `--no-pager` is given or `PAGER` is not set; one that cannot be started is as none.
 *
 * @since 0.1.0
 */
export const print = Effect.fnUntraced(function* (text: string) {
  const screen = yield* Screen.get
  const noPager = yield* GlobalFlags.NoPager
  const pager = process.env["PAGER"]?.trim() ?? ""
  const isLong = Option.isSome(screen) && text.split("\n").length > screen.value.rows
  if (!isLong || noPager || pager === "" || pager === "cat") return yield* write(text)
  // the terminal sends Ctrl-C to the pager too, which decides what it means
  const isShown = yield* Effect.uninterruptible(page(pager, text))
  if (!isShown) yield* write(text)
})

/**
 * Writes to stdout, and waits until a slow reader has taken it.
 *
 * @since 0.1.0
 */
export const write = (text: string): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    process.stdout.write(text, () => resume(Effect.void))
  })

/** The exit codes of a shell whose program is missing or no program. */
const notStarted: ReadonlyArray<number | null> = [126, 127]

/** Whether the pager has shown the text. Its own default is what `less` needs to keep colours and to leave short texts. */
const page = (pager: string, text: string): Effect.Effect<boolean> =>
  Effect.flatMap(
    Effect.promise(() => import("node:child_process")),
    ({ spawn }) =>
      Effect.callback<boolean>((resume) => {
        const child = spawn(pager, {
          shell: true,
          stdio: ["pipe", "inherit", "inherit"],
          env: { LESS: "FRX", ...process.env }
        })
        // it may be left before it has read everything
        child.stdin.on("error", () => undefined)
        child.once("error", () => resume(Effect.succeed(false)))
        child.once("close", (code) => resume(Effect.succeed(!notStarted.includes(code))))
        child.stdin.end(text)
      })
  )
