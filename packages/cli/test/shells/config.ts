import { defineConfig } from "vitest/config"

const conditions = ["@effect-digitalocean/source"]

/** `npm run test:shells`: names of every kind, completed in every shell. Each TAB starts a process of doimg. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    name: "shells",
    root: "packages/cli",
    include: ["test/shells/*.shells.ts"],
    globalSetup: ["test/bundled.ts"],
    // a shell waits for its doimg most of the time
    maxConcurrency: 4
  }
})
