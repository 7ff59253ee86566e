/**
 * A question whose answer is not shown.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"

const enter = /[\r\n\u0004]/
const interrupt = "\u0003"
const erase = /[\u0008\u007f]/

/**
 * Asks on the terminal, and returns what is typed until Enter without an echo. Ctrl-C ends the process as everywhere.
 *
 * @since 0.1.0
 */
export const ask = (question: string): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    const { stderr, stdin } = process
    let typed = ""
    const stop = () => {
      stdin.off("data", onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write("\n")
    }
    const onData = (text: string) => {
      for (const char of text) {
        if (char === interrupt) {
          stop()
          process.kill(process.pid, "SIGINT")
          return
        }
        if (enter.test(char)) {
          stop()
          resume(Effect.succeed(typed))
          return
        }
        typed = erase.test(char) ? typed.slice(0, -1) : typed + char
      }
    }
    stderr.write(question)
    stdin.setEncoding("utf8").setRawMode(true).on("data", onData).resume()
    return Effect.sync(stop)
  })
