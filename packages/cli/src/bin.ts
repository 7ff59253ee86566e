#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Doimg from "./Doimg.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Interruption from "./Interruption.ts"

const interruption = Interruption.make()

Doimg.run(process.argv.slice(2)).pipe(
  Effect.provideService(Interruption.Interruption, interruption),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({
    teardown: (exit, onExit) => {
      const code = ExitCode.ofExit(exit)
      onExit(code === ExitCode.interrupted ? interruption.code : code)
    }
  })
)
