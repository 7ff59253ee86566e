/**
 * A reader that has read enough (`doimg ... | head`) ends the program in silence; output that cannot be written, as on a
 * full disk, with one line.
 *
 * @since 0.1.0
 */
import * as ExitCode from "./ExitCode.ts"

/**
 * Ends the process without a word when nobody reads its output any more, and as failed when it cannot be written.
 *
 * @since 0.1.0
 */
export const endQuietly = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0)
      if (stream === process.stdout) process.stderr.write(`doimg: the result cannot be written: ${error.message}\n`)
      process.exit(ExitCode.failed)
    })
  }
}
