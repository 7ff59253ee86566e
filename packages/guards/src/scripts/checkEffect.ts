/** `npm run check:effect`: the diagnostics of Effect's language service for each TypeScript project. */
import { readdirSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { packages, root } from "../repository.ts"
import { run } from "./run.ts"

const projects = packages.flatMap((name) =>
  readdirSync(join(root, "packages", name))
    .filter((file) => /^tsconfig.*\.json$/.test(file))
    .map((file) => `packages/${name}/${file}`)
)

const options = ["--strict", "--severity", "error,warning", "--format", "text"]
const check = (project: string) => run("effect-tsgo", "diagnostics", "--project", project, ...options)

// one thread each, so as many at once as there are cores
const rest = projects.values()
const worker = async () => {
  for (const project of rest) await check(project)
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
