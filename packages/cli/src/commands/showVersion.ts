import * as Command from "effect/cli/Command"
import * as Pager from "../output/Pager.ts"
import { version } from "../version.ts"

export const command = Command.make("version", {}, () => Pager.write(`doimg v${version}\n`)).pipe(
  Command.withDescription("Show the version"),
  Command.withExamples([{ command: "doimg version" }])
)
