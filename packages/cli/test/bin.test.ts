import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { node } from "../src/version.ts"
import { root } from "./support/process.ts"

const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")

const run = (program: string, ...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8" })
  return { code: status, out: stdout, err: stderr }
}

/** Node, as if it were another version. */
const as = (version: string) => {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`
  return ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`]
}

const refusal = (version: string) => ({
  ...{ code: 1, out: "", err: `doimg: Node.js ${node} or later is needed, and this is ${version}\n` }
})

// R59
describe("doimg on a Node that is too old", () => {
  it("needs the version that its manifest names", () => {
    assert.deepStrictEqual(JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")).engines, {
      node: `>=${node}`
    })
  })

  for (const version of ["18.20.8", "20.20.2", "22.9.0", "22.18.99", "21.99.99"]) {
    it(`says in one sentence that ${version} is`, () =>
      assert.deepStrictEqual(run(process.execPath, ...as(version), bin, "list"), refusal(version)))
  }

  for (const version of ["22.19.0", "22.20.1", "24.0.0", "25.0.0-nightly20260101"]) {
    it(`runs on ${version}`, () => {
      const { code, err } = run(process.execPath, ...as(version), bin, "--version")
      assert.deepStrictEqual({ code, err }, { code: 0, err: "" })
    })
  }

  const folders = (process.env["PATH"] ?? "").split(":")
  const old = folders
    .map((folder) => join(folder, "node"))
    .filter(existsSync)
    .map((path) => ({ path, version: run(path, "--version").out.trim().slice(1) }))
    .find(({ version }) => /^(1[4-9]|2[01])\./.test(version))

  it.skipIf(old === undefined)("says so instead of a SyntaxError where the Node is really old", () => {
    for (const args of [["list"], ["--version"], []])
      assert.deepStrictEqual(run(old?.path ?? "", bin, ...args), refusal(old?.version ?? ""))
  })
})
