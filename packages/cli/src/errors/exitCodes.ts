/**
 * The exit codes, which errors name where they are declared; what each means is documented at `ExitCode`.
 *
 * @since 0.1.0
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  someFailed: 3,
  notFound: 4,
  notAuthorised: 5,
  rateLimited: 6,
  timedOut: 7,
  hungUp: 129,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143
} as const
