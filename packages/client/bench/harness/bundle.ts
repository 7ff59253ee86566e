import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { load } from "../peers.ts"

/** The programs that are bundled. */
export type Program = "bareEffect" | "frontDoor" | "images" | "listFetch" | "plainFetch"

/** The bundlers. */
export type Bundler = "esbuild" | "rolldown"

const conditions = ["@effect-digitalocean/source"]

/** Bundles and minifies a program into one file for Node; without `effect`, what is left is ours. */
export const bundle = async (
  program: Program,
  bundler: Bundler,
  folder: string,
  { withoutEffect = false } = {}
): Promise<string> => {
  const input = fileURLToPath(new URL(`../programs/${program}.ts`, import.meta.url))
  const file = join(folder, `${program}.${bundler}${withoutEffect ? ".ours" : ""}.mjs`)
  if (bundler === "esbuild") {
    const { build } = await load("esbuild")
    await build({
      entryPoints: [input],
      outfile: file,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      target: "node22",
      conditions,
      external: withoutEffect ? ["effect/*"] : [],
      legalComments: "none"
    })
  } else {
    const { build } = await load("rolldown")
    await build({
      input,
      platform: "node",
      external: withoutEffect ? /^effect\// : [],
      resolve: { conditionNames: [...conditions, "import", "node", "default"] },
      output: { file, format: "esm", minify: true }
    })
  }
  return file
}

/** Kilobytes of a file, minified as it is, gzipped as well as gzip can. */
export const gzipKb = async (file: string): Promise<number> =>
  gzipSync(await readFile(file), { level: 9 }).byteLength / 1000

/** Runs something with a folder that is gone afterwards. */
export const withFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
