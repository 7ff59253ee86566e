/** `npm run check:effect`: the diagnostics of Effect's language service for each TypeScript project. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { packages, root } from "../repository.ts"
import { run } from "./run.ts"

const projects = packages.flatMap((name) =>
  readdirSync(join(root, "packages", name))
    .filter((file) => /^tsconfig.*\.json$/.test(file))
    .map((file) => `packages/${name}/${file}`)
)

const options = ["--strict", "--severity", "error,warning", "--format", "text"]
for (const project of projects) await run("effect-tsgo", "diagnostics", "--project", project, ...options)
