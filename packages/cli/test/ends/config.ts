import { defineConfig } from "vitest/config"

const conditions = ["@effect-digitalocean/source"]

/** `npm run test:ends`: every command that changes something, ended in every way. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    name: "ends",
    root: "packages/cli",
    include: ["test/ends/*.ends.ts"],
    globalSetup: ["test/bundled.ts"],
    isolate: false,
    // they wait for processes and for a sandbox most of the time
    maxWorkers: 2,
    maxConcurrency: 10,
    testTimeout: 90_000
  }
})
