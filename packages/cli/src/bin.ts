#!/usr/bin/env node
import { enableCompileCache } from "node:module"
import { version } from "./version.ts"

const [only, ...others] = process.argv.slice(2)

if (others.length === 0 && (only === "--version" || only === "-v")) {
  process.stdout.write(`doimg v${version}\n`)
} else {
  // what is compiled once need not be compiled at the next start
  enableCompileCache?.()
  const { main } = await import("./main.ts")
  main()
}
