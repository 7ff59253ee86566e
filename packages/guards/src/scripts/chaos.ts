/** `npm run chaos`: disturbs runners of durable jobs over a real Postgres, which it installs first if it is missing. */
import { installPostgres } from "./installPostgres.ts"
import { run } from "./run.ts"

await installPostgres()
const program = ["--conditions=@effect-digitalocean/source", "packages/jobs/test/chaos/main.ts"]
await run("node", ...program, ...process.argv.slice(2))
