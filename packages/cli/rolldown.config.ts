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

export default defineConfig({
  input: join(here, "src/bin.ts"),
  platform: "node",
  resolve: { conditionNames: ["@effect-digitalocean/source", "node", "import", "default"] },
  // no module of ours or of Effect does anything but declare, so what is not used is left out
  treeshake: { moduleSideEffects: false },
  plugins: [licences],
  output: { dir: join(here, "dist"), format: "esm", minify: true, chunkFileNames: "[name]-[hash].js" }
})
