/** `npm test`: runs every check in order, and stops at the first one that fails. */
import { run } from "./run.ts"

const checks = ["check:types", "check:effect", "check:style", "test:unit", "check:packages"]

for (const check of checks) await run("npm", "run", check)
process.stdout.write(`\nAll checks passed: ${checks.join(", ")}\n`)
