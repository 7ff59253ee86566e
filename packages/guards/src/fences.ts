import { parseAst } from "vitest/node"
import type { File } from "./repository.ts"

/** A TypeScript code block of a document or a doc comment. */
export interface Fence {
  readonly path: string
  /** the line that opens it, counted from 1 */
  readonly line: number
  /** its code, on the lines and in the columns it has in the file */
  readonly code: string
  /** false for `ts no-run`, which is compiled and not run */
  readonly runs: boolean
}

const opening = /^(\s*(?:\* )?\s*)```(\w*) *(.*)$/

/** The TypeScript code blocks of a file. Throws for one that is not marked `ts` or `ts no-run`. */
export const fencesOf = ({ path, text }: File): ReadonlyArray<Fence> => {
  const fences: Array<Fence> = []
  const lines = text.split("\n")
  for (let at = 0; at < lines.length; at++) {
    const [found, prefix = "", language = "", info = ""] = opening.exec(lines[at] ?? "") ?? []
    if (found === undefined) continue
    const line = at + 1
    at = lines.findIndex((line, index) => index > at && line.trimEnd() === `${prefix}\`\`\``)
    if (at < 0) throw new Error(`${path}:${line}: the code block is not closed`)
    if (language === "ts" && ["", "no-run"].includes(info)) {
      const body = lines.slice(line, at).map((text) => " ".repeat(prefix.length) + text.slice(prefix.length))
      fences.push({ path, line, code: "\n".repeat(line) + body.join("\n"), runs: info === "" })
    } else if (/^(ts|tsx|typescript|js|jsx|javascript)$/.test(language)) {
      throw new Error(`${path}:${line}: "${`${language} ${info}`.trim()}" is not one of "ts", "ts no-run" and "text"`)
    }
  }
  return fences
}

/** Turns a code block into a program that checks every `expression // => value`: the two must be equal. */
export const programOf = ({ code, path }: Fence): { readonly program: string; readonly claims: number } => {
  const claims = [...code.matchAll(/\/\/ =>(.*)$/gm)]
  const expressions = claims.length === 0 ? [] : expressionsOf(parseAst(code, { lang: "ts" }))
  const program = claims.reduceRight((program, claim, index) => {
    const end = code.slice(0, claim.index).trimEnd().length
    const expression = expressions.find((expression) => expression.end === end)
    if (expression === undefined) {
      const line = code.slice(0, claim.index).split("\n").length
      throw new Error(`${path}:${line}: "// =>" does not follow an expression statement`)
    }
    const logged = code.startsWith("console.log(", expression.start) ? expression.arguments?.[0] : undefined
    const checked = code.slice((logged ?? expression).start, (logged ?? expression).end)
    const call = `$claim(${index}, ${checked}, (${claim[1]?.trim()}))`
    return program.slice(0, expression.start) + call + program.slice(claim.index + claim[0].length)
  }, code)
  return { program, claims: claims.length }
}

interface Expression {
  readonly start: number
  readonly end: number
  readonly arguments?: ReadonlyArray<Expression>
}

/** The expressions of a syntax tree that are statements of their own. */
const expressionsOf = (tree: unknown): ReadonlyArray<Expression> => {
  if (typeof tree !== "object" || tree === null) return []
  const inner = Object.values(tree).flatMap(expressionsOf)
  const isStatement = "type" in tree && tree.type === "ExpressionStatement" && "expression" in tree
  return isStatement ? [tree.expression as Expression, ...inner] : inner
}
