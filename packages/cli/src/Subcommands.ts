/**
 * The subcommands by name, each loaded when it is called for: a command line needs one, the help needs all.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as GlobalFlags from "./config/GlobalFlags.ts"

/**
 * A subcommand that is not loaded yet.
 *
 * @since 0.1.0
 */
export interface Entry {
  readonly names: readonly [name: string, ...aliases: ReadonlyArray<string>]
  readonly group: string
  readonly load: () => Promise<Command.Command.Any>
  /** whether a command line of it may change something in the account */
  readonly changes: (args: ReadonlyArray<string>) => boolean
}

/** A command that only reads. */
const reads = (group: string, names: Entry["names"], load: Entry["load"]): Entry => ({
  ...{ group, names, load },
  changes: () => false
})

/** A command that changes something, unless it only plans. */
const changes = (
  group: string,
  names: Entry["names"],
  load: Entry["load"],
  unless: (args: ReadonlyArray<string>) => boolean = (args) => args.includes("--dry-run")
): Entry => ({ group, names, load, changes: (args) => !unless(args) })

const readsJobs = (args: ReadonlyArray<string>): boolean =>
  !args.some((arg) => ["cancel", "retry", "schedule", "remove"].includes(arg))

const isGet = (args: ReadonlyArray<string>): boolean =>
  args.includes("--dry-run") || args.some((arg) => arg.toUpperCase() === "GET")

/**
 * All of them, in the order of the help.
 *
 * @since 0.1.0
 */
export const entries: ReadonlyArray<Entry> = [
  reads("Images", ["list", "ls"], async () => (await import("./commands/list.ts")).command),
  reads("Images", ["get"], async () => (await import("./commands/get.ts")).command),
  changes("Images", ["rename"], async () => (await import("./commands/rename.ts")).command),
  changes("Images", ["describe"], async () => (await import("./commands/describe.ts")).command),
  changes("Images", ["delete", "rm"], async () => (await import("./commands/delete.ts")).command),
  changes("Images", ["tag"], async () => (await import("./commands/tag.ts")).command),
  changes("Images", ["untag"], async () => (await import("./commands/untag.ts")).command),
  reads("Images", ["snapshots"], async () => (await import("./commands/snapshots.ts")).command),
  changes("Images", ["protect"], async () => (await import("./commands/protect.ts")).command),
  changes("Images", ["unprotect"], async () => (await import("./commands/unprotect.ts")).command),
  changes("Images", ["promote"], async () => (await import("./commands/promote.ts")).command),
  reads("Images", ["latest"], async () => (await import("./commands/latest.ts")).command),
  changes("Images", ["snapshot"], async () => (await import("./commands/snapshot.ts")).command),
  changes("Actions", ["transfer"], async () => (await import("./commands/transfer.ts")).command),
  changes("Actions", ["convert"], async () => (await import("./commands/convert.ts")).command),
  changes("Actions", ["perform-action"], async () => (await import("./commands/performAction.ts")).command),
  reads("Actions", ["actions"], async () => (await import("./commands/actions.ts")).command),
  reads("Actions", ["wait"], async () => (await import("./commands/wait.ts")).command),
  changes("Jobs", ["replicate"], async () => (await import("./commands/replicate.ts")).command),
  changes("Jobs", ["release"], async () => (await import("./commands/release.ts")).command),
  changes("Jobs", ["preserve"], async () => (await import("./commands/preserve.ts")).command),
  changes("Jobs", ["import"], async () => (await import("./commands/import.ts")).command),
  changes("Jobs", ["verify"], async () => (await import("./commands/verify.ts")).command),
  changes("Jobs", ["hand-over"], async () => (await import("./commands/handOver.ts")).command),
  changes("Jobs", ["accept"], async () => (await import("./commands/accept.ts")).command),
  changes("Jobs", ["rotate"], async () => (await import("./commands/rotate.ts")).command),
  reads("Jobs", ["audit"], async () => (await import("./commands/audit.ts")).command),
  changes("Stored jobs", ["jobs"], async () => (await import("./commands/jobs.ts")).command, readsJobs),
  reads("Stored jobs", ["runner"], async () => (await import("./commands/runner.ts")).command),
  reads("Account", ["droplets"], async () => (await import("./commands/droplets.ts")).command),
  reads("Account", ["regions"], async () => (await import("./commands/regions.ts")).command),
  reads("Account", ["sizes"], async () => (await import("./commands/sizes.ts")).command),
  reads("Account", ["tags"], async () => (await import("./commands/tags.ts")).command),
  reads("Account", ["account"], async () => (await import("./commands/account.ts")).command),
  reads("Account", ["limits"], async () => (await import("./commands/limits.ts")).command),
  reads("Account", ["auth"], async () => (await import("./commands/auth.ts")).command),
  changes("Tools", ["request"], async () => (await import("./commands/request.ts")).command, isGet),
  reads("Tools", ["sandbox"], async () => (await import("./Sandbox.ts")).command),
  reads("Tools", ["completion"], async () => (await import("./commands/completion.ts")).command),
  reads("Tools", ["version"], async () => (await import("./commands/showVersion.ts")).command),
  reads("Tools", ["complete"], async () => (await import("./commands/complete.ts")).command)
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

/**
 * Whether a command line may change something in the account; true where that is not certain.
 *
 * @since 0.1.0
 */
export const mayChange = (args: ReadonlyArray<string>): boolean => {
  const [only, ...others] = called(args)
  return only !== undefined && others.length === 0 && only.changes(args)
}

const switches: ReadonlySet<string> = new Set(["json", "quiet", "verbose", "no-color", "no-pager"])

const withValue: ReadonlySet<string> = new Set(GlobalFlags.all.map(({ id }) => id).filter((id) => !switches.has(id)))

/**
 * The first word that is neither a flag nor the value of a global one: the name of the subcommand.
 *
 * @since 0.1.0
 */
export const firstWord = (args: ReadonlyArray<string>): string | undefined => {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith("-")) return arg
    if (arg === "-o" || withValue.has(arg.slice(2))) i += 1
  }
  return undefined
}
