import { defineConfig } from "vitest/config"

const conditions = ["@effect-digitalocean/source"]

/** `npm run test:postgres`: durable jobs and the shared rate limit over a real Postgres. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    name: "postgres",
    root: "packages/jobs",
    include: ["test/postgres/*.pg.ts"],
    globalSetup: ["test/postgres/started.ts"],
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
