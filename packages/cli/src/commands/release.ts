import * as AutoscalePools from "@effect-digitalocean/client/AutoscalePools"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Plan from "@effect-digitalocean/jobs/Plan"
import * as Release from "@effect-digitalocean/jobs/Release"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Confirm from "../args/Confirm.ts"
import * as DropletArguments from "../args/DropletArguments.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as WatchedDroplets from "../droplets/WatchedDroplets.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import * as Stderr from "../output/Stderr.ts"
import { dryRun, evenIfInUse, yes } from "../args/ChangeFlags.ts"
import { optionalList, optionalTags } from "../args/ListFlags.ts"

const services = Layer.mergeAll(AutoscalePools.layer, WatchedDroplets.layer, Regions.layer, Snapshots.layer, Tags.layer)

/**
 * The arguments and flags of `doimg release`.
 *
 * @since 0.1.0
 */
export const config = {
  droplet: Argument.String("droplet").pipe(
    Argument.withMetavar("DROPLET"),
    Argument.withDescription("The id or the name of the Droplet that the image is made of")
  ),
  series: Flag.String("series").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("The series the image joins: it is named NAME-{timestamp}, or as NAME says")
  ),
  to: optionalList("to", "REGION,...", "Where the image should be"),
  tags: optionalTags(
    "Tag it too, once it is everywhere; the tag release, which marks a finished release, is always put on"
  ),
  powerOff: Flag.Boolean("power-off").pipe(
    Flag.withDescription(
      "Power the Droplet off before, and on again after the snapshot. A Droplet that was off before stays off, unless a killed run of doimg powered it off: power_off in the last 25 hours, with a snapshot or nothing within an hour after it"
    ),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  powerOn: Flag.Boolean("power-on").pipe(
    Flag.withDescription("Power the Droplet on after the snapshot also if it was off before"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  keepLast: Flag.Int("keep-last").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("At the end delete all of the series but the newest N"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
    Flag.optional
  ),
  evenIfInUse,
  yes,
  dryRun,
  ...DurableFlags.flags
}

/**
 * What a command line means to the job.
 *
 * @since 0.1.0
 */
export const optionsOf = (
  input: {
    readonly series: string
    readonly to: ReadonlyArray<string>
    readonly tags: ReadonlyArray<string>
    readonly powerOff: boolean
    readonly powerOn: boolean
    readonly keepLast: Option.Option<number>
    readonly evenIfInUse: boolean
  },
  droplet: Droplet.Ref
): Release.Options => ({
  droplet,
  series: input.series,
  regions: input.to,
  tags: input.tags,
  powerOff: input.powerOff,
  powerOn: input.powerOn ? true : undefined,
  evenIfInUse: input.evenIfInUse ? true : undefined,
  retire: Option.match(input.keepLast, {
    onNone: () => undefined,
    onSome: (last) => ({ keep: { last }, timeZone: "UTC" })
  })
})

/** Only a release that retires images has to ask. */
const isPlanOnly = (input: Confirm.Input & { readonly keepLast: Option.Option<number> }): boolean =>
  Option.isSome(input.keepLast) ? Confirm.isPlanOnly(input) : input.dryRun

export const command = Command.make(
  "release",
  config,
  JobCommand.make(Release.job, {
    plansOnly: isPlanOnly,
    confirm: (input) => (Option.isSome(input.keepLast) ? input : undefined),
    options: (input) => Effect.map(DropletArguments.resolve(input.droplet), (droplet) => optionsOf(input, droplet)),
    run: (plan) => Release.run(plan),
    stored: (options) => ({ ...options, droplet: Droplet.idOf(options.droplet) }),
    notePlan: Effect.fnUntraced(function* (plan) {
      if (plan.image === null) return
      const why =
        Plan.changes(plan).length === 0 ? "exists already, and is finished" : "exists already, and is finished now"
      yield* Stderr.note(`doimg: no snapshot is taken: ${plan.name} (${plan.image}) ${why}`)
    }),
    services
  })
).pipe(
  Command.withDescription(
    "Make a golden image of a Droplet: a snapshot in a series, checked, copied to regions, tagged when it is everywhere, and the oldest of the series retired, unless they are in use. Run again after any end, it goes on and repeats nothing. Before images are retired it shows its plan and asks on a terminal; elsewhere --yes is needed"
  ),
  Command.withShortDescription("Make a golden image of a Droplet"),
  Command.withExamples([
    { command: "doimg release web-01 --series web --to nyc3,ams3 --tag golden --keep-last 3 --yes" },
    { command: "doimg release web-01 --series 'web-{date}' --power-off --dry-run", description: "What would be done" }
  ])
)
