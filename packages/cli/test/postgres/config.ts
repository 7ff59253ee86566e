import { defineConfig } from "vitest/config"

const conditions = ["@effect-digitalocean/source"]

/** Part of `npm run test:postgres`: the published doimg with stored jobs and runners, over a real Postgres. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    name: "doimg postgres",
    root: "packages/cli",
    include: ["test/postgres/*.pg.ts"],
    globalSetup: ["test/bundled.ts", "../jobs/test/postgres/started.ts"],
    isolate: false,
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 90_000
  }
})
