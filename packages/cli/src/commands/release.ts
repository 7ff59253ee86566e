import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as AutoscalePools from "@effect-digitalocean/client/AutoscalePools"
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
import * as DropletArguments from "../args/DropletArguments.ts"
import * as WatchedDroplets from "../droplets/WatchedDroplets.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Job from "../run/Job.ts"
import { dryRun, evenIfInUse, isDryRun } from "../args/ChangeFlags.ts"
import { optionalList } from "../args/ListFlags.ts"
import { withJobAccount } from "../run/Account.ts"

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
  tags: optionalList(
    "tag",
    "TAG,...",
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
  dryRun
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

export const command = Command.make(
  "release",
  config,
  withJobAccount(isDryRun, (input) =>
    Effect.gen(function* () {
      const plan = yield* Release.plan(optionsOf(input, yield* DropletArguments.resolve(input.droplet)))
      if (plan.image !== null) {
        const why =
          Plan.changes(plan).length === 0 ? "exists already, and is finished" : "exists already, and is finished now"
        yield* Stderr.note(`doimg: no snapshot is taken: ${plan.name} (${plan.image}) ${why}`)
      }
      return yield* input.dryRun ? Job.printPlan(plan) : Job.run(Release.run(plan))
    }).pipe(Effect.provide(services))
  )
).pipe(
  Command.withDescription(
    "Make a golden image of a Droplet: a snapshot in a series, checked, copied to regions, tagged when it is everywhere, and the oldest of the series retired, unless they are in use. Run again after any end, it goes on and repeats nothing"
  ),
  Command.withShortDescription("Make a golden image of a Droplet"),
  Command.withExamples([
    { command: "doimg release web-01 --series web --to nyc3,ams3 --tag golden --keep-last 3" },
    { command: "doimg release web-01 --series 'web-{date}' --power-off --dry-run", description: "What would be done" }
  ])
)
