/**
 * `npm run demo`: an in-memory DigitalOcean on a loopback port, and the demo over real HTTP against it.
 *
 * @since 0.1.0
 */
import { DigitalOcean } from "@effect-digitalocean/client"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as BrokenPipe from "../process/BrokenPipe.ts"
import * as ExitCode from "../errors/ExitCode.ts"
import * as Sandbox from "../Sandbox.ts"
import { program } from "./Demo.ts"

const main = Effect.gen(function* () {
  const baseUrl = yield* Sandbox.address
  yield* Console.log(`An in-memory DigitalOcean listens on ${baseUrl}, with time running 80 times faster.`)
  const account = DigitalOcean.layer({ token: Redacted.make("demo"), baseUrl }).pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )
  yield* Effect.provide(program, account)
  const { requests } = yield* TestDigitalOcean.TestDigitalOcean
  yield* Console.log(`\n${(yield* requests).length} requests`)
}).pipe(Effect.provide([Sandbox.layer({ port: 0, speed: 80 }), NodeServices.layer]))

// the account is in memory: nothing has to be undone
BrokenPipe.watch(({ isClosed }) => process.exit(isClosed ? ExitCode.done : ExitCode.failed))

NodeRuntime.runMain(main)
