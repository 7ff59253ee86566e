import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { root } from "../repository.ts"
import { readPlan, variables } from "./session.ts"

const conditions = ["@effect-digitalocean/source"]
const { modules, tests } = readPlan(process.env[variables.folder] ?? "")
const sources = new Map(Object.entries(modules).map(([path, text]) => [join(root, path), text]))

/** Runs the files of tests in the order of the plan. */
class InOrder extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const position = ({ moduleId }: TestSpecification) => tests.findIndex((test) => join(root, test) === moduleId)
    return files.toSorted((a, b) => position(a) - position(b))
  }
}

/** Runs the tests of a plan with modules that contain all their mutants. */
export default defineConfig({
  root,
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  plugins: [
    {
      name: "mutants",
      enforce: "pre",
      load: (path) => sources.get(path) ?? null
    }
  ],
  test: {
    include: [...tests],
    runner: fileURLToPath(new URL("runner.ts", import.meta.url)),
    sequence: { sequencer: InOrder },
    isolate: false,
    // a module depends on the plan
    fsModuleCache: false,
    silent: true,
    // a mutant may leave something behind that fails later
    dangerouslyIgnoreUnhandledErrors: true,
    reporters: ["dot"],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})
