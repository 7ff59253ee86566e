/**
 * Decoding that tolerates invalid optional fields.
 *
 * A body is first decoded strictly, which is sufficient for most bodies. If that fails, the schema issue contains the
 * invalid parts: invalid optional fields become null, invalid elements of optional lists are dropped, and the result is
 * decoded again. A required field that is missing or invalid is a failure that contains its path.
 *
 * This applies only to fields that a schema declares with `lenient` or `list` (`model.ts`). A schema of a caller is
 * decoded strictly.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Depth from "./depth.ts"

const nullable = "@effect-digitalocean/client/readsAsNull"
const skipping = "@effect-digitalocean/client/skipsInvalid"

/** The annotation of a field that decodes to null if it is invalid. */
export const readsAsNull = { [nullable]: true }

/** The annotation of a list that drops its invalid elements. */
export const skipsInvalid = { [skipping]: true }

/** Creates a decoder: strict, and if that fails, without the invalid optional parts. */
export const decoder = <A>(
  schema: Schema.Codec<A, unknown>
): ((body: unknown) => Effect.Effect<A, Schema.SchemaError>) => {
  const strictly = Schema.decodeUnknownEffect(schema)
  // every round removes invalid parts; an invalid part that cannot be removed is the failure
  const leniently = (body: unknown): Effect.Effect<A, Schema.SchemaError> =>
    Effect.catch(strictly(body, { errors: "all" }), (error) => {
      const valid = withoutInvalid(error.issue, body)
      return valid === unchanged ? Effect.fail(error) : leniently(valid)
    })
  // if the first issue is a failure in any case, do not collect all issues: a malicious body can have millions
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

/** Removes the optional invalid parts of an issue from a value. Returns `unchanged` if there are none. */
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

/** Replaces the invalid parts of an object or a list, if they are optional. */
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

/** Drops the invalid elements of a list. An element with only optional invalid parts is kept without them. */
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
