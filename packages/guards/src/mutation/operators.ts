import { field, type Node, nodesOf } from "./syntax.ts"

/** A change of a module at one place, which a test is expected to notice. */
export interface Mutant {
  /** the place in the text of the module */
  readonly start: number
  readonly end: number
  /** the expression that replaces the one at the place; undefined where a statement is removed */
  readonly replacement: string | undefined
  /** the change for a reader: `a === b → !==` */
  readonly change: string
}

/** Returns the mutants of a module, in the order of its text. */
export const mutantsOf = (text: string): ReadonlyArray<Mutant> =>
  nodesOf(text)
    .flatMap(({ isCondition, node }) => [
      ...(operators[node.type] ?? []).flatMap((operator) => operator(node, text)),
      ...(isCondition && negatable.has(node.type) ? negated(node, text) : [])
    ])
    .sort((a, b) => a.start - b.start || b.end - a.end)

type Operator = (node: Node, text: string) => ReadonlyArray<Mutant>

const textOf = ({ end, start }: Node, text: string): string => text.slice(start, end)

const replaced = (node: Node, text: string, replacement: string, change = replacement): Mutant => ({
  start: node.start,
  end: node.end,
  replacement,
  change: `${short(textOf(node, text))} → ${change}`
})

/** Conditions without an operator that has an opposite. */
const negatable: ReadonlySet<string> = new Set([
  ...["CallExpression", "Identifier", "MemberExpression", "ChainExpression", "YieldExpression"]
])

const negated: Operator = (node, text) => [replaced(node, text, `!(${textOf(node, text)})`, "negated")]

/** The operators that replace one. */
const opposites: Readonly<Record<string, ReadonlyArray<string>>> = {
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "+=": ["-="],
  "-=": ["+="],
  "++": ["--"],
  "--": ["++"],
  "&&=": ["||="],
  "||=": ["&&="]
}

const otherOperator: Operator = (node, text) => {
  const [left, right] = [field(node, "left"), field(node, "right")]
  const operator = String(node["operator"])
  if (left === undefined || right === undefined) return []
  if (["instanceof", "in"].includes(operator)) return negated(node, text)
  if (operator.startsWith("+") && (isString(left) || isString(right))) return []
  const at = text.indexOf(operator, left.end)
  const [before, after] = [text.slice(node.start, at), text.slice(at + operator.length, node.end)]
  const isAssignment = node.type === "AssignmentExpression"
  return (opposites[operator] ?? []).map((other) =>
    // the parentheses keep the order of evaluation
    replaced(node, text, isAssignment ? before + other + after : `(${before}\n) ${other} (${after}\n)`, other)
  )
}

const isString = (node: Node): boolean =>
  node.type === "TemplateLiteral" ||
  typeof node["value"] === "string" ||
  (node["operator"] === "+" && ["left", "right"].some((key) => isString(field(node, key) ?? node)))

const otherCount: Operator = (node, text) =>
  (opposites[String(node["operator"])] ?? []).map((other) => {
    const argument = textOf(field(node, "argument") ?? node, text)
    return replaced(node, text, node["prefix"] === true ? other + argument : argument + other, other)
  })

const withoutNegation: Operator = (node, text) => {
  const argument = field(node, "argument")
  if (node["operator"] !== "!" || argument === undefined) return []
  return [replaced(node, text, text.slice(node.start + 1, node.end), "without !")]
}

const otherValue: Operator = (node, text) => {
  const { value } = node
  if (typeof value === "boolean") return [replaced(node, text, String(!value))]
  if (typeof value !== "number") return []
  return [replaced(node, text, String(Math.abs(value) < 10 ? value + 1 : value * 2))]
}

const removed: Operator = (node, text) =>
  typeof node["directive"] === "string"
    ? []
    : [{ start: node.start, end: node.end, replacement: undefined, change: `${short(textOf(node, text))} removed` }]

/** Methods of a list that return a list. */
const listMethods = /^(concat|filter|flatMap|map|slice|toReversed|toSorted)$/

/** Returns nothing: an empty list, an empty text, or undefined. */
const emptyReturn: Operator = (node, text) => {
  const result = field(node, node.type === "ReturnStatement" ? "argument" : "body")
  if (result === undefined) return []
  const empty = emptyOf(result)
  if (empty !== undefined) return textOf(result, text) === empty ? [] : [replaced(result, text, empty)]
  const isUndefined = result["name"] === "undefined" || typeof result["value"] === "boolean"
  return node.type === "ReturnStatement" && !isUndefined ? [replaced(result, text, "undefined")] : []
}

const emptyOf = (result: Node): string | undefined => {
  if (result.type === "ArrayExpression") return "[]"
  if (isString(result)) return '""'
  const callee = result.type === "CallExpression" ? field(result, "callee") : undefined
  const [object, property] = callee === undefined ? [] : [field(callee, "object"), field(callee, "property")]
  // `Effect.map` is a function of a module
  const isModule = /^[A-Z]/.test(String(object?.["name"] ?? ""))
  return listMethods.test(String(property?.["name"] ?? "")) && !isModule ? "[]" : undefined
}

const operators: Readonly<Record<string, ReadonlyArray<Operator>>> = {
  BinaryExpression: [otherOperator],
  LogicalExpression: [otherOperator],
  AssignmentExpression: [otherOperator],
  UpdateExpression: [otherCount],
  UnaryExpression: [withoutNegation],
  Literal: [otherValue],
  ExpressionStatement: [removed],
  BreakStatement: [removed],
  ContinueStatement: [removed],
  ReturnStatement: [emptyReturn],
  ArrowFunctionExpression: [emptyReturn]
}

const short = (source: string): string => {
  const line = source.replaceAll(/\s+/g, " ")
  return line.length <= 70 ? line : `${line.slice(0, 69)}…`
}
