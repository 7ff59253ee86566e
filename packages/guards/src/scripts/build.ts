/** `npm run build`: builds every published package from scratch. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { packages, root } from "../repository.ts"
import { run } from "./run.ts"

for (const name of packages) {
  for (const output of ["dist", ".tsbuildinfo"]) {
    rmSync(join(root, "packages", name, output), { recursive: true, force: true })
  }
}
await run("tsc", "-b")
await run("rolldown", "-c", "packages/cli/rolldown.config.ts", "--log-level", "warn")
