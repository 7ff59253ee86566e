/** `npm run check:packages`: builds the published packages, and checks them as those who install them see them. */
import { libraries, published } from "../repository.ts"
import { run } from "./run.ts"

const lint = async () => {
  for (const name of published) await run("publint", "--strict", `packages/${name}`)
}

const checkTypes = async () => {
  for (const name of libraries) await run("attw", "--pack", `packages/${name}`, "--profile", "esm-only", "--quiet")
}

const use = async () => {
  await run("npm", "run", "--silent", "check:declarations")
  await run("node", "packages/cli/test/installed.ts")
}

await run("npm", "run", "--silent", "build")
await Promise.all([lint(), checkTypes(), use()])
