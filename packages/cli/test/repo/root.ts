import { readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** The root of the repo. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** A file of the repo: its path from the root, with forward slashes, and its text. */
export interface File {
  readonly path: string
  readonly text: string
}

/** Reads a file of the repo. */
export const read = (path: string): string => readFileSync(join(root, path), "utf8")

/** The names of the packages. */
export const packages: ReadonlyArray<string> = readdirSync(join(root, "packages"))

/** The files of the packages that are written by hand, below the given folders of each. */
export const files = (folders: ReadonlyArray<string>, extension: string): ReadonlyArray<File> =>
  packages.flatMap((name) =>
    folders.flatMap((folder) => {
      const directory = join(root, "packages", name, folder)
      return list(directory)
        .filter((file) => file.endsWith(extension) && !file.split(sep).includes("node_modules"))
        .map((file) => relative(root, join(directory, file)).split(sep).join("/"))
        .map((path) => ({ path, text: read(path) }))
    })
  )

const list = (directory: string): ReadonlyArray<string> => {
  try {
    return readdirSync(directory, { encoding: "utf8", recursive: true })
  } catch {
    return []
  }
}
