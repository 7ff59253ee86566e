/**
 * The signals that end `doimg`: the first one lets the finalizers run, a second Ctrl-C or SIGTERM ends at once.
 *
 * @since 0.1.0
 */
import * as ExitCode from "../errors/ExitCode.ts"

/**
 * A signal that ends the process in good order.
 *
 * @since 0.1.0
 */
export type Signal = keyof typeof ExitCode.ofSignal

/**
 * Two signals within this many milliseconds are one: `npm` and some shells pass on what the terminal has sent to the
 * whole process group already.
 */
const sameSignal = 50

/**
 * Calls `first` at the first signal, and `again` when somebody insists. A SIGHUP never insists: shells send it twice when a
 * terminal is closed, and nobody is waiting there.
 *
 * @since 0.1.0
 */
export const watch = (on: {
  readonly first: (signal: Signal) => void
  readonly again: (signal: Signal) => void
}): void => {
  let count = 0
  /** when somebody last requested an end, in milliseconds */
  let last = Number.NEGATIVE_INFINITY
  let requests = 0
  for (const signal of Object.keys(ExitCode.ofSignal) as ReadonlyArray<Signal>) {
    process.on(signal, () => {
      count += 1
      if (signal !== "SIGHUP" && performance.now() - last >= sameSignal) {
        requests += 1
        last = performance.now()
      }
      if (count === 1) on.first(signal)
      else if (requests > 1) on.again(signal)
    })
  }
}
