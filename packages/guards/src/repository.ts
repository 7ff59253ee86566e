import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("../../../", import.meta.url))

/** A file of the repository. */
export interface File {
  /** the path from the root, with forward slashes */
  readonly path: string
  readonly text: string
}

/** Reads a file of the repository as text. */
export const read = (path: string): string => readFileSync(join(root, path), "utf8")

/** The folders of all packages, this private one included. */
export const packages: ReadonlyArray<string> = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(join(root, "packages", name, "package.json"))
)

/** The packages that are published. */
export const published: ReadonlyArray<string> = packages.filter(
  (name) => JSON.parse(read(`packages/${name}/package.json`)).private !== true
)

/** The published packages that export modules. */
export const libraries: ReadonlyArray<string> = published.filter(
  (name) => JSON.parse(read(`packages/${name}/package.json`)).exports !== undefined
)

/** The documents for readers: the README of the repository, the documents of all packages, and the guides in `.github`. */
export const documents: ReadonlyArray<string> = [
  "README.md",
  ...packages.flatMap((name) =>
    readdirSync(join(root, "packages", name))
      .filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md")
      .map((file) => `packages/${name}/${file}`)
  ),
  ".github/CONTRIBUTING.md",
  ".github/SECURITY.md"
]

/** The files of all packages in the given folders, without what is installed in them. */
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

const list = (directory: string): ReadonlyArray<string> =>
  existsSync(directory) ? readdirSync(directory, { encoding: "utf8", recursive: true }) : []
