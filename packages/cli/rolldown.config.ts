import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { defineConfig, type Plugin, type RolldownOptions } from "rolldown"

const here = fileURLToPath(new URL(".", import.meta.url))

/** What is bundled keeps its licence: the texts of all packages, beside the bundle. */
const licences = (folder: string): Plugin => ({
  name: "licences",
  generateBundle() {
    const packages = new Set<string>()
    for (const id of this.getModuleIds()) {
      const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll("\\", "/")) ?? []
      if (folder !== undefined) packages.add(folder)
    }
    const texts = [...packages].sort().map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
      const file = ["LICENSE", "LICENSE.md", "LICENCE"].map((name) => join(folder, name)).find(existsSync)
      return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(file, "utf8").trim()}\n`
    })
    this.emitFile({ type: "asset", fileName: `${folder}THIRD-PARTY-LICENCES`, source: texts.join("\n---\n\n") })
  }
})

/** Leaves out modules that a program never loads. */
const without = (isAbsent: (source: string) => boolean): Plugin => {
  const absent = "\0absent"
  return {
    name: "without",
    resolveId: (source) => (isAbsent(source) ? { id: absent, moduleSideEffects: true } : null),
    load: (id) => (id === absent ? `throw new Error("this module is not part of this program")` : null)
  }
}

/**
 * What is for stored jobs is in a program of its own: in one with both, a start would load all that either of them needs of
 * the modules that they share.
 */
const storedJobs: Plugin = {
  name: "stored-jobs",
  resolveId: (source) => (source === "./stored.ts" ? { id: "./stored/main.js", external: true } : null)
}

/**
 * What every start needs, and what `doimg list` needs, is one file: to find, read and link many takes longer than to
 * read one. It is not the file that begins, which has to say first that compiled code is kept. Other commands, and the sandbox above all, are files of their own, loaded when they are called for.
 */
const bin = join(here, "src/bin.ts")
const starting = ["src/main.ts", "src/commands/list.ts"].map((path) => join(here, path))

/** The modules that some modules import, in any number of steps, but not those that they import while they run. */
const reach = (
  from: ReadonlyArray<string>,
  info: (id: string) => { readonly importedIds: ReadonlyArray<string> } | null
) => {
  const reached = new Set(from)
  for (const id of reached) for (const imported of info(id)?.importedIds ?? []) reached.add(imported)
  return reached
}

let started: { readonly first: ReadonlySet<string>; readonly later: ReadonlySet<string> } | undefined

const shared = {
  platform: "node",
  resolve: { conditionNames: ["@effect-digitalocean/source", "node", "import", "default"] }
} satisfies RolldownOptions

// no module of ours or of Effect does anything but declare, so what is not used is left out
const moduleSideEffects = false

const dir = join(here, "dist")

const withStoredJobs = defineConfig({
  ...shared,
  input: { main: join(here, "src/stored.ts") },
  treeshake: { moduleSideEffects },
  // for clusters on Kubernetes
  plugins: [without((source) => source.endsWith("/Undici.js")), licences("stored/")],
  output: {
    ...{ dir, format: "esm", minify: true },
    entryFileNames: "stored/[name].js",
    chunkFileNames: "stored/[name]-[hash].js"
  }
})

const withoutThem = defineConfig({
  ...shared,
  input: bin,
  treeshake: { moduleSideEffects },
  plugins: [storedJobs, without((source) => source.startsWith("../durable/")), licences("")],
  output: {
    ...{ dir, format: "esm", minify: true },
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          name: (id, context) => {
            const info = (id: string) => context.getModuleInfo(id)
            started ??= { first: reach([bin], info), later: reach(starting, info) }
            return started.later.has(id) && !started.first.has(id) ? "doimg" : null
          }
        }
      ]
    }
  }
})

export default [withoutThem, withStoredJobs]
