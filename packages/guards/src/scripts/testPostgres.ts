/** `npm run test:postgres`: tests durable jobs and doimg over a real Postgres. */
import { run } from "./run.ts"

await run("node", "packages/guards/src/scripts/installPostgres.ts")
await run("vitest", "run", "--config", "packages/jobs/test/postgres/config.ts")
await run("vitest", "run", "--config", "packages/cli/test/postgres/config.ts")
