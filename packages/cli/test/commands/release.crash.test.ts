import { Release } from "@effect-digitalocean/jobs"
import { describe, it } from "@effect/vitest"
import * as CliConfig from "effect/cli/CliConfig"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Crash from "../../../jobs/test/support/crash.ts"
import { begin, seed, web } from "../../../jobs/test/support/releases.ts"
import { config, optionsOf } from "../../src/commands/release.ts"
import * as Environment from "../../src/process/Environment.ts"

/** The options of the job that a command line of `doimg release` leads to. */
const parse = (line: string) =>
  Effect.gen(function* () {
    let options: Release.Options | undefined
    const command = Command.make("release", config, (input) =>
      Effect.sync(() => {
        options = optionsOf(input, web)
      })
    )
    yield* Command.runWith(command, { version: "0" })(["web-01", ...line.split(" ")])
    return options!
  }).pipe(Effect.provideService(CliConfig.CliConfig, { builtIns: [] }), Effect.provide(Environment.layer), Effect.orDie)

const forms = [
  "--series web",
  "--series web --to ams3",
  "--series web --tag golden",
  "--series web --keep-last 2",
  "--series web --power-off",
  "--series web --power-off --power-on",
  "--series web --to ams3 --keep-last 3",
  "--series web-{date} --to ams3 --tag golden --keep-last 2 --power-off"
]

// R1
describe("doimg release, killed at any request and run again with the same line, ends as if it had not been killed", () => {
  for (const form of forms) {
    it.effect(
      form,
      () =>
        Effect.gen(function* () {
          const options = yield* parse(form)
          yield* Crash.survivesEveryCrash({
            job: Crash.as("any")(Release.execute(options, { wait: Crash.wait })),
            account: { seed, speed: 4 },
            begin,
            alike: (text) => text.replaceAll(/web-2026-11-25[^"\\]*/g, "new"),
            // nobody can tell a release that is finished from the end of one
            except: ({ request, when }, requests) => when === "after" && request === requests - 1
          })
        }),
      Crash.patience
    )
  }
})
