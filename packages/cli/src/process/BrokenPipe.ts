/**
 * What becomes of output that cannot be written. It never ends the process by itself, for finalizers may have to run.
 *
 * - stderr: messages are dropped, and the work goes on to its end.
 * - stdout, whose reader has gone (`doimg ... | head`) or whose disk is full: the result is lost, which is a matter of the
 *   whole process; see {@link watch}.
 *
 * @since 0.1.0
 */

/**
 * Why stdout cannot be written.
 *
 * @since 0.1.0
 */
export interface Failure {
  /** nobody reads on */
  readonly isClosed: boolean
  readonly message: string
}

/**
 * Keeps errors of the streams from ending the process, and calls `onStdout` at the first one of stdout.
 *
 * @since 0.1.0
 */
export const watch = (onStdout: (failure: Failure) => void): void => {
  process.stderr.on("error", () => undefined)
  let isBroken = false
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (isBroken) return
    isBroken = true
    onStdout({ isClosed: code === "EPIPE", message })
  })
}
