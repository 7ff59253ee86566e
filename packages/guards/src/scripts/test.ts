/** `npm test`: runs every check, and stops at the first one that fails. */
import { run } from "./run.ts"

const check = (name: string) => run("npm", "run", name)

// each of these keeps about one core busy; the build of `check:packages` compiles what `check:types` compiles
const atOnce = ["check:effect", "check:packages", "check:style"]
// it keeps all cores busy
const last = "test:unit"

await Promise.all(atOnce.map(check))
await check(last)
process.stdout.write(`\nAll checks passed: ${[...atOnce, last].join(", ")}\n`)
