/**
 * Flags of commands that change something: `--dry-run`, `--yes` and `--wait`.
 *
 * @since 0.1.0
 */
import * as Flag from "effect/cli/Flag"

export const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Print what would be sent, and change nothing"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

/** Whether a command only prints what it would do. */
export const isDryRun = (input: { readonly dryRun: boolean }): boolean => input.dryRun

export const yes = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do not ask, which is needed where there is no terminal"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

export const evenIfInUse = Flag.Boolean("even-if-in-use").pipe(
  Flag.withDescription(
    "Delete also what a Droplet, an autoscale pool, a channel or an action refers to; not what is protected"
  ),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

/** `--wait` and `--no-wait`, with the default of a command. */
export const wait = (byDefault: boolean) =>
  Flag.Boolean("wait").pipe(
    Flag.withDescription(
      byDefault ? "Wait until it has ended (the default); --no-wait does not" : "Wait until it has ended"
    ),
    Flag.withDefault(byDefault)
  )
