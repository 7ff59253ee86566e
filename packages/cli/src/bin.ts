#!/usr/bin/env node
// Every Node parses this file: what an old one lacks is imported after the version is known.
import module from "node:module"
import * as StoredJobs from "./config/StoredJobs.ts"
import * as CacheFolder from "./files/CacheFolder.ts"
import { node, version } from "./version.ts"

const isOlder = (has: ReadonlyArray<number>, needs: ReadonlyArray<number>): boolean => {
  const at = needs.findIndex((part, i) => part !== has[i])
  return at >= 0 && (has[at] || 0) < needs[at]!
}

const parts = (version: string): ReadonlyArray<number> => version.split(".").map(Number)

const [only, ...others] = process.argv.slice(2)

if (isOlder(parts(process.versions.node), parts(node))) {
  process.stderr.write(`doimg: Node.js ${node} or later is needed, and this is ${process.versions.node}\n`)
  process.exitCode = 1
} else if (others.length === 0 && (only === "--version" || only === "-v")) {
  process.stdout.write(`doimg v${version}\n`)
} else {
  // what is compiled once is not compiled at the next start; never in a folder that another user can write to
  const folder = process.env["NODE_COMPILE_CACHE"] ? undefined : CacheFolder.open("compiled")
  if (folder !== undefined) module.enableCompileCache(folder)
  const isStored = StoredJobs.areNamed(process.argv.slice(2), process.env)
  const { main } = await (isStored ? import("./stored.ts") : import("./main.ts"))
  main()
}
