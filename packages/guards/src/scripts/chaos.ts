/** `npm run chaos`: disturbs runners of durable jobs over a real Postgres. */
import { run } from "./run.ts"

await run("node", "packages/guards/src/scripts/installPostgres.ts")
const program = ["--conditions=@effect-digitalocean/source", "packages/jobs/test/chaos/main.ts"]
await run("node", ...program, ...process.argv.slice(2))
