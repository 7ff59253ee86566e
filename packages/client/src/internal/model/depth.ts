import * as SchemaAST from "effect/SchemaAST"
import type * as Schema from "effect/Schema"

/** The maximum nesting depth of a body. DigitalOcean's bodies are less than ten levels deep. */
export const limit = 100

/**
 * Whether a value is nested more deeply than the limit. Not recursive, as recursive functions (a codec, a formatter, a
 * comparison) cause a stack overflow for such a value.
 */
export const isTooDeep = (value: unknown): boolean => {
  let level: ReadonlyArray<object> = isNested(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((one) => Object.values(one).filter(isNested))
  }
  return false
}

/** Whether a schema accepts a value of any depth. Otherwise it does not read a value below its own depth. */
export const acceptsAnyDepth = (schema: Schema.Constraint): boolean => isOpen(SchemaAST.toEncoded(schema.ast))

const isOpen = (ast: SchemaAST.AST): boolean => {
  switch (ast._tag) {
    case "Unknown":
    case "Any":
    case "ObjectKeyword":
    case "Declaration":
    case "Suspend":
      return true
    case "Objects":
      return (
        ast.propertySignatures.some(({ type }) => isOpen(type)) || ast.indexSignatures.some(({ type }) => isOpen(type))
      )
    case "Arrays":
      return ast.elements.some(isOpen) || ast.rest.some(isOpen)
    case "Union":
      return ast.types.some(isOpen)
    default:
      return false
  }
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null
