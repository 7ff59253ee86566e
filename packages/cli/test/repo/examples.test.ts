import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { find, toModule } from "./examples.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))
const folder = `${root}packages/cli/.examples`

const sources = [
  "README.md",
  ...readdirSync(`${root}packages`).flatMap((name) => [
    `packages/${name}/README.md`,
    ...readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `packages/${name}/src/${path}`)
  ])
]

const examples = sources
  .flatMap((path) => find(path, readFileSync(`${root}${path}`, "utf8")))
  .map((example) => ({ ...example, file: `${example.path.replace(/[^\w]+/g, "_")}_${example.line}.ts` }))

const tsconfig = {
  extends: "../../../tsconfig.base.json",
  compilerOptions: {
    rootDir: "../../..",
    noEmit: true,
    composite: false,
    incremental: false,
    declarationMap: false,
    noUnusedLocals: false,
    customConditions: ["@effect-digitalocean/source"],
    types: ["node"]
  },
  include: ["*.ts"]
}

/** Runs modules one after the other where no socket leaves this machine. */
const runner = `
import { isDeepStrictEqual, inspect } from "node:util"
import { Socket } from "node:net"
import { Equal } from "effect"
const connect = Socket.prototype.connect
Socket.prototype.connect = function (...args) {
  const host = args.flat().find((one) => typeof one === "object" && one !== null)?.host ?? "localhost"
  if (!/^(localhost|127\\.|::1)/.test(host)) throw new Error("an example reaches for " + host)
  return connect.apply(this, args)
}
globalThis.__check = (actual, expected, at) => {
  if (isDeepStrictEqual(actual, expected) || Equal.equals(actual, expected)) return
  throw new Error(at + ": expected " + inspect(expected) + ", got " + inspect(actual))
}
try {
  await import(process.argv[2])
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
`

describe("the documentation's examples", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const example of examples) writeFileSync(`${folder}/${example.file}`, toModule(example))
    writeFileSync(
      `${folder}/check.d.ts`,
      "declare const __check: (actual: unknown, expected: unknown, at: string) => void\n"
    )
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(tsconfig))
    writeFileSync(`${folder}/run.mjs`, runner)
  })

  it("are there, in the README of the repo and of every package", () => {
    const documented = new Set(examples.map(({ path }) => path))
    assert.includeMembers([...documented], ["README.md", "packages/client/README.md", "packages/testing/README.md"])
  })

  it("are held against the types", () => {
    const { status, stdout } = spawnSync("tsc", ["-p", folder], { cwd: root, encoding: "utf8" })
    assert.strictEqual(stdout, "")
    assert.strictEqual(status, 0)
  }, 60_000)

  for (const example of examples.filter(({ runs }) => runs)) {
    it(`${example.path}:${example.line} does what it says`, () => {
      const args = ["--conditions=@effect-digitalocean/source", `${folder}/run.mjs`, `./${example.file}`]
      execFileSync("node", args, { cwd: folder, encoding: "utf8", timeout: 30_000 })
    }, 40_000)
  }
})

describe("an example", () => {
  const text = "```ts\nconst x = 1\nx + 1 // => 2\n```\n"

  it("is found with its line, in a README and in a comment", () => {
    assert.deepStrictEqual(find("README.md", text), [
      { path: "README.md", line: 2, runs: true, code: "const x = 1\nx + 1 // => 2" }
    ])
    const [comment] = find("a.ts", text.replace(/^/gm, " * "))
    assert.strictEqual(comment?.code, "const x = 1\nx + 1 // => 2")
  })

  it("checks what it promises", () => {
    const [example] = find("README.md", text)
    assert.strictEqual(example && toModule(example), 'const x = 1\n__check(x + 1, 2, "README.md:3")\nexport {}\n')
  })
})
