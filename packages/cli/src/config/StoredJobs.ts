/**
 * Whether a command line may be about stored jobs: true where that is not certain.
 *
 * @since 0.1.0
 */
export const areNamed = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): boolean =>
  (env["DOIMG_DATABASE"] ?? "").trim() !== "" ||
  args.some((arg) => arg === "jobs" || arg === "runner" || /^--durable($|=)/.test(arg))
