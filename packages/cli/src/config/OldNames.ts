/**
 * Names that commands and flags had before, each answered with the new one.
 *
 * @since 0.1.0
 */

const commands: Readonly<Record<string, string>> = {
  act: "perform-action",
  keep: "preserve",
  drill: "verify"
}

const flags: ReadonlyArray<readonly [flag: string, command: string | undefined, now: string]> = [
  [
    "--apply",
    "rotate",
    "rotate shows its plan and asks: --yes does without, and is needed where there is no terminal, in place of --apply"
  ],
  ["--completions", undefined, "--completions SHELL is now doimg completion SHELL"]
]

/**
 * What to say of a command line that uses an old name; undefined if it uses none.
 *
 * @since 0.1.0
 */
export const explain = (command: string | undefined, args: ReadonlyArray<string>): string | undefined => {
  const renamed = command === undefined ? undefined : commands[command]
  if (renamed !== undefined) return `${command} is now doimg ${renamed}`
  const uses = (flag: string) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))
  return flags.find(([flag, of]) => (of === undefined || of === command) && uses(flag))?.[2]
}
