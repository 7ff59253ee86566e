/**
 * Stands for npm where the examples of READMEs are run: nothing is installed or run, but every package and every script
 * that is named has to be there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"

const root = new URL("../../../../", import.meta.url)
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"))

const [command = "", ...words] = process.argv.slice(2)
const names = words.filter((word) => !word.startsWith("-"))

const own = readdirSync(new URL("packages", root))
  .filter((folder) => existsSync(new URL(`packages/${folder}/package.json`, root)))
  .map((folder): string => read(`packages/${folder}/package.json`).name)
const { devDependencies, scripts } = read("package.json")

const isThere = (): boolean => {
  switch (command) {
    case "ci":
      return names.length === 0
    case "install":
      return names.length > 0 && names.every((name) => own.includes(name) || name in devDependencies)
    case "run":
      return (names[0] ?? "") in scripts
    default:
      return command in scripts
  }
}

if (!isThere()) {
  process.stderr.write(`npm ${[command, ...words].join(" ")}: there is no such command, package or script\n`)
  process.exitCode = 1
}
