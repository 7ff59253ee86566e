import { afterAll, assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Fence, fencesOf, programOf } from "./fences.ts"
import { files, packages, read, root } from "./root.ts"

const conditions = ["@effect-digitalocean/source"]
const preload = join(root, "packages/cli/test/repo/preload.ts")
const folders: Array<string> = []

/** Lays fences out as programs, beside the packages they import. */
const layOut = (fences: ReadonlyArray<Fence>) => {
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
      execFile(process.execPath, args, { cwd: folder, timeout }, (error, stdout, stderr) => {
        const said = `${stdout}${stderr}`.replaceAll(`file://${folder}/`, "").replaceAll(`${folder}/`, "")
        resolve(error === null ? "" : said.replace(/\.from\d+\.ts\b/g, "") || error.message)
      })
    })
  return {
    /** What the compiler finds wrong, empty when nothing. */
    compile: () => node([join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"], 150_000),
    /** What a program that fails has printed, empty for one that ends well. */
    run: (fence: Fence) => {
      const setup = [...conditions.map((condition) => `--conditions=${condition}`), `--import=${preload}`]
      return node([...setup, nameOf(fence), String(programOf(fence).claims)])
    }
  }
}

const nameOf = ({ line, path }: Fence): string => `${path}.from${line}.ts`

const fencesIn = (path: string, ...lines: ReadonlyArray<string>) => fencesOf({ path, text: lines.join("\n") })

const fence = (...code: ReadonlyArray<string>): Fence => {
  const [found] = fencesIn("README.md", "Text", "```ts", ...code, "```")
  assert.isDefined(found)
  return found
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe("a fence", () => {
  it("is found in a README and in a doc comment, on the lines it has there", () => {
    assert.deepStrictEqual(
      fencesIn("a.md", "# A", "", "```ts", "a", "```", "```sh", "b", "```", "```ts no-run", "c", "```"),
      [
        { path: "a.md", line: 3, language: "ts", code: "\n\n\na", runs: true },
        { path: "a.md", line: 9, language: "ts", code: "\n\n\n\n\n\n\n\n\nc", runs: false }
      ]
    )
    assert.deepStrictEqual(fencesIn("a.ts", "/**", " * ```ts", " * a", " *", " * b", " * ```", " */"), [
      { path: "a.ts", line: 2, language: "ts", code: "\n\n   a\n   \n   b", runs: true }
    ])
  })

  it("is refused when it has no end, or hides behind another word for TypeScript", () => {
    assert.throws(() => fencesIn("a.md", "```ts", "a"), "a.md:1: the fence has no end")
    assert.throws(() => fencesIn("a.md", "", "```typescript", "```"), 'a.md:2: "typescript " is none of')
    assert.throws(() => fencesIn("a.md", "```ts norun", "```"), 'a.md:1: "ts norun" is none of')
  })

  it("claims what stands behind an expression of any length, in any block, logged or not", () => {
    const { claims, program } = programOf(
      fence("f(", "  1", ") // => 2", "function* g() {", "  yield* x // => { a: 1 }", "}", "console.log(a) // => [a]")
    )
    assert.strictEqual(claims, 3)
    assert.strictEqual(
      program.trimStart(),
      "$claim(0, f(\n  1\n), (2))\nfunction* g() {\n  $claim(1, yield* x, ({ a: 1 }))\n}\n$claim(2, a, ([a]))"
    )
  })

  it("is refused when a claim follows no expression", () => {
    assert.throws(() => programOf(fence("const a = 1 // => 1")), 'README.md:3: "// =>" follows no expression')
  })

  const wrong: ReadonlyArray<readonly [why: string, code: ReadonlyArray<string>, says: ReadonlyArray<string>]> = [
    ["a value that differs", ["", "1 + 1 // => 3"], ["README.md:4:1", "2 !== 3"]],
    ["an error nobody handles", ["await Promise.reject(new Error('no'))"], ["README.md:3:22", "Error: no"]],
    ["a claim that is never reached", ["if (Date.now() < 0) {", "  1 // => 1", "}"], ["only 0 of 1 values"]],
    ["waiting for what never comes", ["await new Promise(() => {})"], ["README.md:3"]],
    ["reaching for the network", ["await fetch('http://192.0.2.1/')"], ["an example reaches for 192.0.2.1"]]
  ]
  for (const [why, code, says] of wrong) {
    it.concurrent(`fails for ${why}, and says where`, { timeout: 60_000 }, async ({ expect }) => {
      const planted = fence(...code)
      const said = await layOut([planted]).run(planted)
      for (const part of says) expect(said).toContain(part)
    })
  }

  it.concurrent("fails for a type error, and says where", { timeout: 60_000 }, async ({ expect }) => {
    const said = await layOut([fence("export const a: string = 1", "", "$claim satisfies 1")]).compile()
    for (const part of ["README.md(3,14): error TS2322", "README.md(5,8): error"]) expect(said).toContain(part)
  })
})

describe("every example", () => {
  const readmes = ["README.md", ...packages.map((name) => `packages/${name}/README.md`)].flatMap((path) => {
    try {
      return [{ path, text: read(path) }]
    } catch {
      return []
    }
  })
  const fences = [...readmes, ...files(["src"], ".ts")].flatMap(fencesOf)
  const examples = layOut(fences)

  it.concurrent("compiles", { timeout: 180_000 }, async ({ expect }) => {
    expect(await examples.compile()).toBe("")
  })

  for (const fence of fences.filter(({ runs }) => runs)) {
    it.concurrent(`runs: ${fence.path}:${fence.line}`, { timeout: 90_000 }, async ({ expect }) => {
      expect(await examples.run(fence)).toBe("")
    })
  }
})
