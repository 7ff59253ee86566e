/** `npm run test:peers`: tests the sandbox with npm's other clients of DigitalOcean, which it installs first. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { root } from "../repository.ts"
import { run } from "./run.ts"

const folder = "packages/cli/test/peers"

await run("npm", "ci", "--prefix", folder, "--ignore-scripts")
const tests = readdirSync(join(root, folder)).filter((file) => file.endsWith(".test.js"))
await run("node", "--test", ...tests.map((file) => `${folder}/${file}`))
