import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { defineConfig, type Plugin } from "rolldown"

const here = fileURLToPath(new URL(".", import.meta.url))

/** What is bundled keeps its licence: the texts of all packages, beside the bundle. */
const licences: Plugin = {
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
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENCES", source: texts.join("\n---\n\n") })
  }
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

export default defineConfig({
  input: bin,
  platform: "node",
  resolve: { conditionNames: ["@effect-digitalocean/source", "node", "import", "default"] },
  // no module of ours or of Effect does anything but declare, so what is not used is left out
  treeshake: { moduleSideEffects: false },
  plugins: [licences],
  output: {
    dir: join(here, "dist"),
    format: "esm",
    minify: true,
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
