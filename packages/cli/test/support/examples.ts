import type * as Command from "effect/cli/Command"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Subcommands from "../../src/Subcommands.ts"
import { type Fence, fencesIn } from "./commandLines.ts"
import { root } from "./process.ts"

const examplesOf = (command: Command.Command.Any): ReadonlyArray<string> => [
  ...command.examples.map(({ command }) => command),
  ...command.subcommands.flatMap(({ commands }) => commands.flatMap(examplesOf))
]

const commands = await Promise.all(Subcommands.entries.map(({ load }) => load()))

/** The command lines of all examples of the help. */
export const lines: ReadonlyArray<string> = [...new Set(commands.flatMap(examplesOf))]

/** Whether a text works on stored jobs: it is run over a real Postgres, by `npm run test:postgres`. */
export const needsDatabase = (text: string): boolean => /\bdoimg (jobs|runner)\b|--durable/.test(text)

/** How the code of a README is run. */
export const shells: Readonly<Record<string, ReadonlyArray<string>>> = {
  sh: ["sh", "-ec"],
  bash: ["bash", "-ec"],
  zsh: ["zsh", "-fec"],
  fish: ["fish", "-c"]
}

/** The code of all READMEs that a shell runs. */
export const readmeFences: ReadonlyArray<Fence> = [
  "README.md",
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`)
].flatMap((path) => fencesIn(path, Object.keys(shells)))
