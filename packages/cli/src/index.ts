/**
 * The parts of `doimg`.
 *
 * @since 0.1.0
 */
export * as Doimg from "./Doimg.ts"
export * as ExitCode from "./errors/ExitCode.ts"
export * as Sandbox from "./Sandbox.ts"
