import { parseAst } from "vitest/node"
import type { File } from "./root.ts"

/** An example in a README or a doc comment. */
export interface Fence {
  readonly path: string
  /** The line of the file that opens it, from 1. */
  readonly line: number
  readonly language: string
  /** Its code, on the lines and in the columns it has in the file. */
  readonly code: string
  /** False for `ts no-run`: it is only compiled. */
  readonly runs: boolean
}

const opening = /^(\s*(?:\* )?\s*)```(\w*) *(.*)$/

/** The fences of a file that hold TypeScript. */
export const fencesOf = (file: File): ReadonlyArray<Fence> => fencesIn(file, ["ts"])

/** The fences of a file in any of these languages. */
export const fencesIn = ({ path, text }: File, languages: ReadonlyArray<string>): ReadonlyArray<Fence> => {
  const fences: Array<Fence> = []
  const lines = text.split("\n")
  for (let at = 0; at < lines.length; at++) {
    const [found, prefix = "", language = "", info = ""] = opening.exec(lines[at] ?? "") ?? []
    if (found === undefined) continue
    const line = at + 1
    at = lines.findIndex((line, index) => index > at && line.trimEnd() === `${prefix}\`\`\``)
    if (at < 0) throw new Error(`${path}:${line}: the fence has no end`)
    const isKnown = ["", "no-run"].includes(info)
    if (languages.includes(language) && isKnown) {
      const body = lines.slice(line, at).map((text) => " ".repeat(prefix.length) + text.slice(prefix.length))
      fences.push({ path, line, language, code: "\n".repeat(line) + body.join("\n"), runs: info === "" })
    } else if (!(language === "ts" && isKnown) && /^(ts|tsx|typescript|js|jsx|javascript)$/.test(language)) {
      throw new Error(`${path}:${line}: "${language} ${info}" is none of "ts", "ts no-run" and "text"`)
    }
  }
  return fences
}

/** A fence as a program in which every `expression // => value` is a claim that the two are equal. */
export const programOf = ({ code, path }: Fence): { readonly program: string; readonly claims: number } => {
  const claims = [...code.matchAll(/\/\/ =>(.*)$/gm)]
  const expressions = claims.length === 0 ? [] : expressionsOf(parseAst(code, { lang: "ts" }))
  const program = claims.reduceRight((program, claim, index) => {
    const end = code.slice(0, claim.index).trimEnd().length
    const expression = expressions.find((expression) => expression.end === end)
    if (expression === undefined) {
      const line = code.slice(0, claim.index).split("\n").length
      throw new Error(`${path}:${line}: "// =>" follows no expression that stands alone`)
    }
    const logged = code.startsWith("console.log(", expression.start) ? expression.arguments?.[0] : undefined
    const { end: until, start: from } = logged ?? expression
    const call = `$claim(${index}, ${code.slice(from, until)}, (${claim[1]?.trim()}))`
    return program.slice(0, expression.start) + call + program.slice(claim.index + claim[0].length)
  }, code)
  return { program, claims: claims.length }
}

interface Expression {
  readonly start: number
  readonly end: number
  readonly arguments?: ReadonlyArray<Expression>
}

/** The expressions of a syntax tree that are statements. */
const expressionsOf = (tree: unknown): ReadonlyArray<Expression> => {
  if (typeof tree !== "object" || tree === null) return []
  const inner = Object.values(tree).flatMap(expressionsOf)
  const stands = "type" in tree && tree.type === "ExpressionStatement" && "expression" in tree
  return stands ? [tree.expression as Expression, ...inner] : inner
}
