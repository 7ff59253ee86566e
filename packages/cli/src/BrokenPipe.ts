/**
 * A reader that has read enough (`doimg ... | head`) ends the program in silence.
 *
 * @since 0.1.0
 */

/**
 * Ends the process without a word when nobody reads its output any more.
 *
 * @since 0.1.0
 */
export const endQuietly = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0)
      throw error
    })
  }
}
