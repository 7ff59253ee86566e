/**
 * The examples of the documentation as programs: every ```ts fence of a README or a doc comment becomes a module.
 *
 * `expression // => value` becomes a check. A fence ```ts no-run is held against the types and not run.
 */

/** An example, and where it stands. */
export interface Example {
  readonly path: string
  readonly line: number
  readonly runs: boolean
  readonly code: string
}

/** The examples of one file. */
export const find = (path: string, text: string): ReadonlyArray<Example> => {
  const examples: Array<Example> = []
  let open: { readonly line: number; readonly runs: boolean; readonly code: Array<string> } | undefined
  for (const [i, raw] of text.split("\n").entries()) {
    const line = path.endsWith(".ts") ? raw.replace(/^\s*\* ?/, "") : raw
    if (open === undefined) {
      const fence = /^```ts( no-run)?$/.exec(line)
      if (fence !== null) open = { line: i + 2, runs: fence[1] === undefined, code: [] }
    } else if (line === "```") {
      examples.push({ path, line: open.line, runs: open.runs, code: open.code.join("\n") })
      open = undefined
    } else {
      open.code.push(line)
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the example is not closed`)
  return examples
}

/** An example as a module, line for line, so that a message's line is the example's. */
export const toModule = (example: Example): string =>
  `${example.code
    .split("\n")
    .map((line, i) => {
      const check = /^(?:console\.log\((.*)\)|(.*?));?\s*\/\/ => (.*)$/.exec(line)
      if (check === null) return line
      const [, logged, expression, value] = check
      return `__check(${logged ?? expression}, ${value}, ${JSON.stringify(`${example.path}:${example.line + i}`)})`
    })
    .join("\n")}\nexport {}\n`
