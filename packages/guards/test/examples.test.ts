import { afterAll, assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Fence, fencesOf, programOf } from "../src/fences.ts"
import { documents, files, read, root } from "../src/repository.ts"

const conditions = ["@effect-digitalocean/source"]
const preload = join(root, "packages/guards/src/preload.ts")

/** The programs load the same modules, which are compiled once. */
const compileCache = mkdtempSync(join(tmpdir(), "examples-cache-"))
const folders = [compileCache]

/** Writes code blocks as programs into a folder in which they find the packages that they import. */
const writePrograms = (fences: ReadonlyArray<Fence>) => {
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "examples-")))
  folders.push(folder)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
  write("package.json", JSON.stringify({ type: "module" }))
  const tsconfig = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      ...{ rootDir: "/", noEmit: true, composite: false, incremental: false, declarationMap: false },
      ...{ customConditions: conditions, allowImportingTsExtensions: true, types: ["node"] }
    },
    include: ["."],
    files: [preload]
  }
  write("tsconfig.json", JSON.stringify(tsconfig))
  for (const fence of fences) write(nameOf(fence), programOf(fence).program)

  const node = (args: ReadonlyArray<string>, timeout = 80_000) =>
    new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder, env, timeout }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.replaceAll(`file://${folder}/`, "").replaceAll(`${folder}/`, "")
        resolve(error === null ? "" : output.replace(/\.from\d+\.ts\b/g, "") || error.message)
      })
    })
  const setup = [...conditions.map((condition) => `--conditions=${condition}`), `--import=${preload}`]
  const all = fences.filter(({ runs }) => runs)
  const ends = (fence: Fence) => `$end(${JSON.stringify(nameOf(fence))}, ${programOf(fence).claims})`
  write("all.mjs", all.map((fence) => `await import("./${nameOf(fence)}")\n${ends(fence)}\n`).join(""))
  return {
    /** Returns the errors of the compiler, or an empty string. */
    compile: () => node([join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"], 150_000),
    /** Runs all programs in one process, which loads the packages once. Returns the output of one that fails. */
    runAll: () => node([...setup, "all.mjs", "0"]),
    /** Returns the output of a program that fails, or an empty string. */
    run: (fence: Fence) => node([...setup, nameOf(fence), String(programOf(fence).claims)])
  }
}

// a leading dot would hide the folder from the compiler
const nameOf = ({ line, path }: Fence): string => `${path.replace(/^\./, "")}.from${line}.ts`

const fencesIn = (path: string, ...lines: ReadonlyArray<string>) => fencesOf({ path, text: lines.join("\n") })

const fence = (...code: ReadonlyArray<string>): Fence => {
  const [first] = fencesIn("README.md", "Text", "```ts", ...code, "```")
  assert.isDefined(first)
  return first
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe("a code block", () => {
  it("is found in a document and in a doc comment, and keeps its lines and columns", () => {
    assert.deepStrictEqual(
      fencesIn("a.md", "# A", "", "```ts", "a", "```", "```sh", "b", "```", "```ts no-run", "c", "```"),
      [
        { path: "a.md", line: 3, code: "\n\n\na", runs: true },
        { path: "a.md", line: 9, code: "\n\n\n\n\n\n\n\n\nc", runs: false }
      ]
    )
    assert.deepStrictEqual(fencesIn("a.ts", "/**", " * ```ts", " * a", " *", " * b", " * ```", " */"), [
      { path: "a.ts", line: 2, code: "\n\n   a\n   \n   b", runs: true }
    ])
  })

  it("is rejected when it is not closed, or marked with another name of TypeScript or JavaScript", () => {
    assert.throws(() => fencesIn("a.md", "```ts", "a"), "a.md:1: the code block is not closed")
    assert.throws(() => fencesIn("a.md", "", "```typescript", "```"), 'a.md:2: "typescript" is not one of')
    assert.throws(() => fencesIn("a.md", "```ts norun", "```"), 'a.md:1: "ts norun" is not one of')
  })

  it("can claim the value of any expression statement: of several lines, nested, or logged", () => {
    const { claims, program } = programOf(
      fence("f(", "  1", ") // => 2", "function* g() {", "  yield* x // => { a: 1 }", "}", "console.log(a) // => [a]")
    )
    assert.strictEqual(claims, 3)
    assert.strictEqual(
      program.trimStart(),
      "$claim(0, f(\n  1\n), (2))\nfunction* g() {\n  $claim(1, yield* x, ({ a: 1 }))\n}\n$claim(2, a, ([a]))"
    )
  })

  it("is rejected when a claim does not follow an expression", () => {
    assert.throws(() => programOf(fence("const a = 1 // => 1")), 'README.md:3: "// =>" does not follow an expression')
  })

  const failing: ReadonlyArray<readonly [why: string, code: ReadonlyArray<string>, output: ReadonlyArray<string>]> = [
    ["a value that differs", ["", "1 + 1 // => 3"], ["README.md:4:1", "2 !== 3"]],
    ["an unhandled error", ["await Promise.reject(new Error('no'))"], ["README.md:3:22", "Error: no"]],
    ["a claim that is never evaluated", ["if (Date.now() < 0) {", "  1 // => 1", "}"], ["only 0 of 1 claims"]],
    ["a promise that never settles", ["await new Promise(() => {})"], ["README.md:3"]],
    ["a connection to the network", ["await fetch('http://192.0.2.1/')"], ["an example connects to 192.0.2.1"]]
  ]
  for (const [why, code, output] of failing) {
    it.concurrent(`fails for ${why}, and reports the line`, { timeout: 60_000 }, async ({ expect }) => {
      const planted = fence(...code)
      const { run, runAll } = writePrograms([planted])
      const [alone, together] = await Promise.all([run(planted), runAll()])
      for (const part of output) expect(alone).toContain(part)
      expect(together).not.toBe("")
    })
  }

  it.concurrent("fails for a type error, and reports the line", { timeout: 60_000 }, async ({ expect }) => {
    const printed = await writePrograms([fence("export const a: string = 1", "", "$claim satisfies 1")]).compile()
    for (const part of ["README.md(3,14): error TS2322", "README.md(5,8): error"]) expect(printed).toContain(part)
  })
})

describe("every example", () => {
  const fences = [...documents.map((path) => ({ path, text: read(path) })), ...files(["src"], ".ts")].flatMap(fencesOf)
  const examples = writePrograms(fences)

  it.concurrent("compiles", { timeout: 180_000 }, async ({ expect }) => {
    expect(await examples.compile()).toBe("")
  })

  let output: Promise<string> | undefined
  const together = () => (output ??= examples.runAll())

  it("runs after the others in one process", { timeout: 90_000 }, async ({ expect }) => {
    expect(await together()).toBe("")
  })

  // one that fails may end the process before the others have run
  for (const fence of fences.filter(({ runs }) => runs)) {
    it.concurrent(`runs: ${fence.path}:${fence.line}`, { timeout: 90_000 }, async ({ expect }) => {
      expect((await together()) === "" ? "" : await examples.run(fence)).toBe("")
    })
  }
})
