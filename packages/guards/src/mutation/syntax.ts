import { parseAst } from "vitest/node"

/** A node of a syntax tree, with its place in the text. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** A node, and whether its value decides what is done. */
export interface Visited {
  readonly node: Node
  readonly isCondition: boolean
}

/** Returns the nodes of a TypeScript module that exist when it runs: not its types, and not the names of properties. */
export const nodesOf = (text: string): ReadonlyArray<Visited> => {
  const nodes: Array<Visited> = []
  const visit = (node: Node, isCondition: boolean): void => {
    if (isErased(node)) return
    nodes.push({ node, isCondition })
    for (const [key, child] of childrenOf(node))
      visit(child, isConditionAt(node, key, isCondition) || isPredicateAt(node, child))
  }
  visit(parseAst(text, { lang: "ts" }) as unknown as Node, false) // every node has these fields
  return nodes
}

/** Returns the node in a field of another. */
export const field = (node: Node, key: string): Node | undefined => {
  const value = node[key]
  return isNode(value) ? value : undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

/** Expressions with a type: the expression itself exists when the module runs. */
const typed: ReadonlySet<string> = new Set([
  ...["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSInstantiationExpression"]
])

const isErased = ({ type }: Node): boolean =>
  (type.startsWith("TS") && !typed.has(type)) || ["ImportDeclaration", "ExportAllDeclaration"].includes(type)

const childrenOf = (node: Node): ReadonlyArray<readonly [key: string, child: Node]> =>
  Object.entries(node).flatMap(([key, value]) => {
    // whether results are kept that are not used
    if (nameOf(field(node, "key")) === "discard") return []
    if (key === "key" && node["computed"] !== true) return []
    const all: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
    return all.filter(isNode).map((child) => [key, child] as const)
  })

/** Expressions with the value of the one in them. */
const transparent: ReadonlySet<string> = new Set([...typed, "ParenthesizedExpression"])

const isConditionAt = ({ operator, type }: Node, key: string, isCondition: boolean): boolean => {
  if (type === "LogicalExpression") return operator !== "??"
  if (key === "test") return true
  return isCondition && (transparent.has(type) || (type === "ArrowFunctionExpression" && key === "body"))
}

/** Names of functions that take a predicate, of options that are one, and of functions that are one. */
const predicates = {
  takes: /^(every|exists|filter|find|findIndex|findLast|some|takeUntil|takeWhile)$/,
  is: /^(filter|until|while|(can|has|is|may|was)[A-Z]\w*)$/
}

/** Whether the function at a place returns a condition. */
const isPredicateAt = (parent: Node, child: Node): boolean => {
  if (child.type !== "ArrowFunctionExpression") return false
  const callee = field(parent, "callee")
  const method = callee === undefined ? undefined : (field(callee, "property") ?? callee)
  const name = field(parent, "key") ?? field(parent, "id")
  return predicates.takes.test(nameOf(method)) || predicates.is.test(nameOf(name))
}

const nameOf = (node: Node | undefined): string => String(node?.["name"] ?? "")
