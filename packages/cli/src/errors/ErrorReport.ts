/**
 * Failures on stderr: a line for people, or a JSON object where the result is JSON.
 *
 * @since 0.1.0
 */
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Complaint from "./Complaint.ts"

/**
 * Schema of a failure in JSON: `code` is the name of the error, `status` and `request_id` are those of DigitalOcean's
 * response if there was one.
 *
 * @since 0.1.0
 */
export const Json = Schema.Struct({
  error: Schema.Struct({
    code: Schema.String,
    message: Schema.String,
    status: Schema.NullOr(Schema.Int),
    request_id: Schema.NullOr(Schema.String)
  })
})

/**
 * Whether failures are written as JSON, as far as the command line is known: the configuration file may add to it.
 *
 * @since 0.1.0
 */
export const Form = Context.Reference<{ asJson: boolean }>("@effect-digitalocean/cli/ErrorForm", {
  defaultValue: () => ({ asJson: false })
})

/**
 * Whether a command line wants JSON: known before it is parsed, as what is wrong with it is a failure too.
 *
 * @since 0.1.0
 */
export const wantsJson = (args: ReadonlyArray<string>): boolean =>
  args.some(
    (arg, i) =>
      arg === "--json" ||
      /^(--format|-o)=(nd)?json$/.test(arg) ||
      ((arg === "--format" || arg === "-o") && /^(nd)?json$/.test(args[i + 1] ?? ""))
  )

/**
 * The name of an error by which a script can tell it from others.
 *
 * @since 0.1.0
 */
export const codeOf = (error: unknown): string => {
  if (DigitalOceanError.isDigitalOceanError(error)) return error.reason._tag
  return Predicate.hasProperty(error, "_tag") ? String(error._tag) : "Error"
}

/**
 * Writes a failure, with the name of its item where there are several.
 *
 * @since 0.1.0
 */
export const print = (error: unknown, label?: string): Effect.Effect<void> =>
  Effect.flatMap(Form, ({ asJson }) => {
    if (!asJson) return Console.error(Complaint.line(error, label))
    const known = DigitalOceanError.isDigitalOceanError(error) ? error : undefined
    return printJson({
      code: codeOf(error),
      message: Complaint.message(error, label),
      status: known?.status ?? null,
      request_id: known?.requestId ?? null
    })
  })

/**
 * Writes what is wrong with a command line that the parser refused.
 *
 * @since 0.1.0
 */
export const printUsage = (message: string): Effect.Effect<void> =>
  Effect.flatMap(Form, ({ asJson }) =>
    asJson
      ? printJson({ code: "UsageError", message, status: null, request_id: null })
      : Console.error(`doimg: ${message}`)
  )

const printJson = (error: typeof Json.Type.error) => Console.error(JSON.stringify({ error }))
