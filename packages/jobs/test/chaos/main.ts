/**
 * `npm run chaos`: kills, pauses and drains runners of durable jobs over a real Postgres, which is restarted and away too,
 * and counts what exists twice or is lost in the account of a sandbox. Its options are in `options.ts`.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import { chaos } from "./chaos.ts"
import { read } from "./options.ts"

const options = read(process.argv.slice(2))

if (options !== undefined) {
  NodeRuntime.runMain(
    // what the store reports while it is away
    Effect.scoped(chaos(options)).pipe(Effect.provide(Logger.layer([]))),
    {
      teardown: (exit, onExit) => {
        if (Exit.isFailure(exit)) process.stderr.write(`${String(exit.cause)}\n`)
        onExit(Exit.isSuccess(exit) && exit.value ? 0 : 1)
      }
    }
  )
}
