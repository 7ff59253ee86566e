/** `npm test`: runs every check, and stops at the first one that fails. */
import { run } from "./run.ts"

const check = (name: string) => run("npm", "run", name)

// each of these keeps about one core busy
const atOnce = ["check:effect", "check:types", "check:style"]
const inOrder = ["test:unit", "check:packages"]

await Promise.all(atOnce.map(check))
for (const name of inOrder) await check(name)
process.stdout.write(`\nAll checks passed: ${[...atOnce, ...inOrder].join(", ")}\n`)
