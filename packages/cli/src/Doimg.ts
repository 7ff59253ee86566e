/**
 * The root of `doimg`: its name, its version, its global flags and its subcommands.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CommandLine from "./config/CommandLine.ts"
import { CommandTree } from "./completion/CommandTree.ts"
import * as ErrorReport from "./errors/ErrorReport.ts"
import { RunLine } from "./run/RunLine.ts"
import * as HelpText from "./text/HelpText.ts"
import * as GlobalFlags from "./config/GlobalFlags.ts"
import type * as Interruption from "./process/Interruption.ts"
import * as Settings from "./config/Settings.ts"
import * as OldNames from "./config/OldNames.ts"
import { UsageError } from "./errors/Usage.ts"
import * as Subcommands from "./Subcommands.ts"
import * as Text from "./text/Text.ts"
import type * as Underway from "./process/Underway.ts"
import { version } from "./version.ts"

/**
 * Runs a command line, given without the program's own name. `help list` is `list --help`.
 *
 * @since 0.1.0
 */
export const run = (
  args: ReadonlyArray<string>
): Effect.Effect<void, unknown, Command.Environment | Interruption.Interruption | Underway.Underway> =>
  Effect.gen(function* () {
    const line = args[0] === "help" ? [...args.slice(1), "--help"] : args
    const old = OldNames.explain(Subcommands.firstWord(line), line)
    if (old !== undefined) return yield* new UsageError({ problem: old })
    const root = yield* rootOf(Subcommands.called(line))
    const tree = Completions.fromCommand(root)
    const whole = yield* withSettings(tree, line)
    const form = yield* ErrorReport.Form
    form.asJson = ErrorReport.wantsJson(whole)
    return yield* Command.runWith(root, { version })(yield* CommandLine.prepare(tree, whole))
  }).pipe(
    Effect.provideService(CommandTree, Effect.map(rootOf(Subcommands.entries), Completions.fromCommand)),
    Effect.provideService(RunLine, run),
    Effect.provideService(CliOutput.Presenter, { present: present(!args.includes("--no-color")) }),
    Effect.provideService(CliConfig.CliConfig, {
      builtIns: [GlobalFlag.Help, GlobalFlag.Version]
    })
  )

/** With the flags that the configuration file sets, but for the command that shells run at each TAB. */
const withSettings = (tree: Completions.CommandDescriptor, line: ReadonlyArray<string>) =>
  tree.subcommands.some(({ name }) => name !== "complete") ? Settings.apply(tree, line) : Effect.succeed(line)

/**
 * The root command with these subcommands.
 *
 * @since 0.1.0
 */
export const rootOf = (entries: ReadonlyArray<Subcommands.Entry>) =>
  Effect.gen(function* () {
    const loaded = yield* Effect.promise(() =>
      Promise.all(entries.map(async ({ group, load }) => ({ group, command: await load() })))
    )
    const groups = Object.entries(Arr.groupBy(loaded, ({ group }) => group)).map(([group, members]) => ({
      group,
      commands: Arr.map(members, ({ command }) => command)
    }))
    return Command.make("doimg").pipe(
      Command.withDescription("DigitalOcean images on the command line"),
      Command.withExamples([
        { command: "doimg list", description: "The account's own images" },
        { command: "doimg snapshot web-01 --name golden", description: "An image of a Droplet" },
        { command: "doimg transfer golden --to sfo3,ams3 --wait", description: "In two more regions" },
        { command: "doimg sandbox --port 8080", description: "An account in memory to try it on" }
      ]),
      // what the subcommands need was checked where they are made, and is lost in the list
      Command.withSubcommands(groups) as (
        self: Command.Command<"doimg", object, object, never, never>
      ) => Command.Command<"doimg", object, object, unknown, Needed>,
      Command.withGlobalFlags(GlobalFlags.all)
    )
  })

type Needed = GlobalFlags.Settings | Command.Environment | Interruption.Interruption | Underway.Underway

/** Help that was asked for is a result; what is wrong with a command line is a line on stderr. */
const present =
  (mayColor: boolean): CliOutput.Presenter["present"] =>
  (event) => {
    if (event._tag === "Version") return CliOutput.defaultPresenter.present(event)
    if (event._tag === "Help") {
      return Effect.flatMap(TerminalCapabilities.TerminalCapabilities, ({ canColor }) => {
        const text = CliOutput.defaultFormatter({ colors: canColor && mayColor }).formatHelpDoc(event.helpDoc)
        const columns = process.stdout.isTTY === true ? process.stdout.columns : undefined
        const ordered = HelpText.globalFlagsLast(text)
        return Console.log(columns === undefined ? ordered : HelpText.wrap(ordered, columns))
      })
    }
    const see = `see "${event.commandPath.join(" ")} --help"`
    const problems = event.errors.map((error) => problemOf(error).replace(/[.:]$/, ""))
    const last = problems.length - 1
    return Effect.forEach(
      problems,
      (problem, i) =>
        ErrorReport.printUsage(
          Text.message(i < last ? problem : `${problem}${problem.endsWith("?") ? "" : ":"} ${see}`)
        ),
      { discard: true }
    )
  }

const notStorable =
  "--durable: what this command does cannot be stored. It is done at once, or, as hand-over and accept, needs two accounts, and a runner has one"

const problemOf = (error: CliError.NonShowHelpErrors): string => {
  if (error._tag === "UnrecognizedOption" && /^(--(access-)?token|-t)$/.test(error.option)) {
    return CommandLine.noToken
  }
  if (error._tag === "UnrecognizedOption" && error.option === "--durable") return notStorable
  const said = error.message
    .replace(/\s*\n\s*/g, " ")
    .replace(/Expected: Schema validation failed: /, "")
    .trim()
  if (!("suggestions" in error) || error.suggestions.length === 0) return said
  return `${said.replace(/ Did you mean this\?.*$/, "")}: did you mean ${error.suggestions.join(" or ")}?`
}
