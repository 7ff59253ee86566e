/** `npm run test:postgres`: tests durable jobs over a real Postgres, which it installs first if it is missing. */
import { folder, installPostgres } from "./installPostgres.ts"
import { run } from "./run.ts"

await installPostgres()
await run("vitest", "run", "--config", `${folder}/config.ts`)
