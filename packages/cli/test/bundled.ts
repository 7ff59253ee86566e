import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root } from "./support/process.ts"

/** Builds the published doimg once for all files of tests, in a folder that is gone afterwards. */
export const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "doimg-bundled-"))
  const rolldown = join(root, "node_modules/rolldown/bin/cli.mjs")
  const args = [rolldown, "-c", "packages/cli/rolldown.config.ts", "--dir", folder, "--log-level", "silent"]
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] })
  // as the manifest of the package says it
  writeFileSync(join(folder, "package.json"), '{"type":"module"}')
  process.env["DOIMG_BUNDLED"] = folder
  // what one process of the tests has compiled, the next need not
  process.env["NODE_COMPILE_CACHE"] = join(folder, "compiled")
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
