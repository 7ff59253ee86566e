import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** What is wrong with a value, and where. */
export const Problem = Schema.Struct({ place: Schema.String, problem: Schema.String })

export type Problem = typeof Problem.Type

export const toText = (problems: ReadonlyArray<Problem>): string =>
  problems.map(({ place, problem }) => (place === "" ? problem : `${place}: ${problem}`)).join("; ")

/** Parses JSON text. */
export const parseJson = (text: string): Result.Result<unknown, ReadonlyArray<Problem>> => {
  try {
    return Result.succeed(JSON.parse(text))
  } catch (error) {
    return Result.fail([{ place: "", problem: `Expected JSON: ${error instanceof Error ? error.message : error}` }])
  }
}

/** Decodes a value by a schema, or returns every problem; an unknown key is one. */
export const decoder = <A>(schema: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty: "error", errors: "all" })
  return (value: unknown): Result.Result<A, ReadonlyArray<Problem>> =>
    Result.mapError(decode(value), ({ issue }) => format(issue).issues.map(problemOf))
}

/** Formats the issues of a schema, briefly for unknown and missing keys. */
export const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "UnexpectedKey"
      ? "unknown"
      : issue._tag === "MissingKey"
        ? "missing"
        : SchemaIssue.defaultLeafHook(issue)
})

const problemOf = ({
  message,
  path = []
}: {
  readonly message: string
  readonly path?: ReadonlyArray<unknown> | undefined
}): Problem => ({
  place: path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, ""),
  problem: message
})
