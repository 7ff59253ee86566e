/**
 * The subcommands by name, each loaded when it is called for: a command line needs one, the help needs all.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as GlobalFlags from "./GlobalFlags.ts"

/**
 * A subcommand that is not loaded yet.
 *
 * @since 0.1.0
 */
export interface Entry {
  readonly names: readonly [name: string, ...aliases: ReadonlyArray<string>]
  readonly group: string
  readonly load: () => Promise<Command.Command.Any>
}

const entry = (group: string, names: Entry["names"], load: Entry["load"]): Entry => ({ group, names, load })

/**
 * All of them, in the order of the help.
 *
 * @since 0.1.0
 */
export const entries: ReadonlyArray<Entry> = [
  entry("Images", ["list", "ls"], async () => (await import("./commands/list.ts")).command),
  entry("Images", ["get"], async () => (await import("./commands/get.ts")).command),
  entry("Images", ["rename"], async () => (await import("./commands/rename.ts")).command),
  entry("Images", ["describe"], async () => (await import("./commands/describe.ts")).command),
  entry("Images", ["delete", "rm"], async () => (await import("./commands/delete.ts")).command),
  entry("Images", ["snapshot"], async () => (await import("./commands/snapshot.ts")).command),
  entry("Actions", ["transfer"], async () => (await import("./commands/transfer.ts")).command),
  entry("Actions", ["convert"], async () => (await import("./commands/convert.ts")).command),
  entry("Actions", ["act"], async () => (await import("./commands/act.ts")).command),
  entry("Actions", ["actions"], async () => (await import("./commands/actions.ts")).command),
  entry("Actions", ["wait"], async () => (await import("./commands/wait.ts")).command),
  entry("Jobs", ["replicate"], async () => (await import("./commands/replicate.ts")).command),
  entry("Jobs", ["release"], async () => (await import("./commands/release.ts")).command),
  entry("Jobs", ["keep"], async () => (await import("./commands/keep.ts")).command),
  entry("Jobs", ["import"], async () => (await import("./commands/import.ts")).command),
  entry("Jobs", ["drill"], async () => (await import("./commands/drill.ts")).command),
  entry("Jobs", ["hand-over"], async () => (await import("./commands/handOver.ts")).handOver),
  entry("Jobs", ["accept"], async () => (await import("./commands/handOver.ts")).accept),
  entry("Jobs", ["rotate"], async () => (await import("./commands/rotate.ts")).command),
  entry("Jobs", ["audit"], async () => (await import("./commands/audit.ts")).command),
  entry("Account", ["regions"], async () => (await import("./commands/places.ts")).regions),
  entry("Account", ["sizes"], async () => (await import("./commands/places.ts")).sizes),
  entry("Account", ["tags"], async () => (await import("./commands/places.ts")).tags),
  entry("Account", ["account"], async () => (await import("./commands/account.ts")).account),
  entry("Account", ["limits"], async () => (await import("./commands/account.ts")).limits),
  entry("Account", ["auth"], async () => (await import("./commands/account.ts")).auth),
  entry("Tools", ["request"], async () => (await import("./commands/request.ts")).command),
  entry("Tools", ["sandbox"], async () => (await import("./Sandbox.ts")).command),
  entry("Tools", ["complete"], async () => (await import("./commands/complete.ts")).command)
]

/**
 * The subcommands that a command line needs: the one it names, or all when it names none.
 *
 * @since 0.1.0
 */
export const called = (args: ReadonlyArray<string>): ReadonlyArray<Entry> => {
  const word = firstWord(args)
  const named = entries.filter(({ names }) => word !== undefined && names.includes(word))
  return named.length === 0 ? entries : named
}

const withValue: ReadonlySet<string> = new Set(
  GlobalFlags.all.map(({ id }) => id).filter((id) => id !== "quiet" && id !== "verbose")
)

/** The first word that is neither a flag nor the value of a global one. */
const firstWord = (args: ReadonlyArray<string>): string | undefined => {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith("-")) return arg
    if (withValue.has(arg.slice(2))) i += 1
  }
  return undefined
}
