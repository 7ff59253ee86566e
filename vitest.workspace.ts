import { existsSync, readdirSync } from "node:fs"
import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

const conditions = ["@effect-digitalocean/source"]

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    // many tests only wait for a process
    maxWorkers: availableParallelism() + 1,
    // no module keeps anything that a test changes: a file of tests need not load all of them again
    isolate: false,
    // what hangs is ended; a busy machine is no reason to fail
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: readdirSync("packages").map((name) => ({
      extends: true as const,
      test: {
        name,
        root: `packages/${name}`,
        include: ["test/**/*.test.ts"],
        globalSetup: existsSync(`packages/${name}/test/bundled.ts`) ? ["test/bundled.ts"] : []
      }
    }))
  }
})
