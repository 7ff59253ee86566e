/**
 * Decoding that does not fail because of an optional field.
 *
 * A body is first decoded strictly, which is all that a common body costs. When that fails, what is wrong is read from
 * the schema's own issue: an invalid optional field becomes null, an invalid element of an optional list is left out,
 * and the rest is decoded again. A required field that is missing or invalid remains a failure that names its path.
 *
 * Only what a schema declares as optional with `lenient` or `list` (`model.ts`) is treated so. A schema of a caller is
 * decoded as it is written.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Depth from "./depth.ts"

const nullable = "@effect-digitalocean/client/readsAsNull"
const skipping = "@effect-digitalocean/client/skipsInvalid"

/** The annotation of what reads as null when it is invalid. */
export const readsAsNull = { [nullable]: true }

/** The annotation of a list that leaves out its invalid elements. */
export const skipsInvalid = { [skipping]: true }

/** Decodes a body: strictly, and when that fails, without its invalid optional parts. */
export const decoder = <A>(
  schema: Schema.Codec<A, unknown>
): ((body: unknown) => Effect.Effect<A, Schema.SchemaError>) => {
  const strictly = Schema.decodeUnknownEffect(schema)
  // every round leaves less that is invalid, and what cannot be left out is the failure
  const leniently = (body: unknown): Effect.Effect<A, Schema.SchemaError> =>
    Effect.catch(strictly(body, { errors: "all" }), (error) => {
      const valid = withoutInvalid(error.issue, body)
      return valid === unchanged ? Effect.fail(error) : leniently(valid)
    })
  // what fails in any case fails at its first problem: a hostile body can have millions
  const decode = (body: unknown) =>
    Effect.catch(strictly(body), (error) =>
      withoutInvalid(error.issue, body) === unchanged ? Effect.fail(error) : leniently(body)
    )
  let isOpen: boolean | undefined
  return (body) => {
    isOpen ??= Depth.acceptsAnyDepth(schema)
    return isOpen && Depth.isTooDeep(body) ? tooDeep : decode(body)
  }
}

const tooDeep = Effect.suspend(() => {
  const message = `Expected at most ${Depth.limit} levels of nesting`
  return Effect.fail(new Schema.SchemaError(new SchemaIssue.InvalidValue({ message })))
})

const unchanged = Symbol("unchanged")

/** A value without what an issue says is invalid and optional; `unchanged` when there is no such part. */
const withoutInvalid = (issue: SchemaIssue.Issue, value: unknown): unknown => {
  switch (issue._tag) {
    case "Encoding":
    case "Filter":
      return withoutInvalid(issue.issue, value)
    case "AnyOf": {
      const parts = issue.issues.map((part) => withoutInvalid(part, value)).filter((part) => part !== unchanged)
      if (parts.length > 0) return parts[0]
      return isAnnotated(issue.ast, nullable) ? null : unchanged
    }
    case "Pointer":
      return replaced(value, [issue])
    case "Composite":
      return isAnnotated(issue.ast, skipping) && Array.isArray(value)
        ? skipped(value, issue.issues)
        : replaced(value, issue.issues)
    default:
      return unchanged
  }
}

/** An object or a list whose invalid parts are replaced, as far as they can be. */
const replaced = (value: unknown, issues: ReadonlyArray<SchemaIssue.Issue>): unknown => {
  if (typeof value !== "object" || value === null) return unchanged
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<PropertyKey, unknown>
  let isChanged = false
  for (const [key, issue] of pointers(issues)) {
    const part = withoutInvalid(issue, copy[key])
    if (part === unchanged) continue
    copy[key] = part
    isChanged = true
  }
  return isChanged ? copy : unchanged
}

/** A list without its invalid elements; an element that can be made valid is kept. */
const skipped = (value: ReadonlyArray<unknown>, issues: ReadonlyArray<SchemaIssue.Issue>): unknown => {
  const parts = new Map(pointers(issues).map(([i, issue]) => [i, withoutInvalid(issue, value[i as number])]))
  return value.flatMap((element, i) => {
    const part = parts.has(i) ? parts.get(i) : element
    return part === unchanged ? [] : [part]
  })
}

const pointers = (issues: ReadonlyArray<SchemaIssue.Issue>): ReadonlyArray<readonly [PropertyKey, SchemaIssue.Issue]> =>
  issues.flatMap((issue) => {
    if (issue._tag !== "Pointer") return []
    const [key, ...further] = issue.path
    return key === undefined || further.length > 0 ? [] : [[key, issue.issue] as const]
  })

const isAnnotated = (ast: SchemaAST.AST, key: string): boolean => ast.annotations?.[key] === true
