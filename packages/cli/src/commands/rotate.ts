import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Rotate from "@effect-digitalocean/jobs/Rotate"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Confirm from "../args/Confirm.ts"
import * as Time from "../text/Time.ts"
import { UsageError } from "../errors/Usage.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import * as UsageServices from "../run/UsageServices.ts"
import * as SeriesFlags from "../args/SeriesFlags.ts"
import { dryRun, evenIfInUse, yes } from "../args/ChangeFlags.ts"

const rules = ["last", "hourly", "daily", "weekly", "monthly", "yearly", "within"] as const

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

const keep = (period: string) =>
  Flag.Int(`keep-${period}`).pipe(
    Flag.withMetavar("N"),
    Flag.withDescription(
      period === "last" ? "Keep the newest N" : `Keep the newest of each of the latest N ${periods[period]}`
    ),
    Flag.withSchema(Count),
    Flag.optional
  )

const periods: Readonly<Record<string, string>> = {
  ...{ hourly: "hours", daily: "days", weekly: "weeks", monthly: "months", yearly: "years" }
}

const services = Layer.mergeAll(Snapshots.layer, UsageServices.layer)

export const command = Command.make(
  "rotate",
  {
    ...SeriesFlags.flags,
    last: keep("last"),
    hourly: keep("hourly"),
    daily: keep("daily"),
    weekly: keep("weekly"),
    monthly: keep("monthly"),
    yearly: keep("yearly"),
    within: Flag.String("keep-within").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("Keep what is at most so much older than the newest, such as 30d"),
      Flag.filterMap(Time.parse, (given) => `Expected a time such as 36h or 30d, got ${JSON.stringify(given)}`),
      Flag.optional
    ),
    minKeep: Flag.Int("min-keep").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Never leave fewer than N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
      Flag.withDefault(1)
    ),
    timeZone: Flag.String("time-zone").pipe(
      Flag.withMetavar("ZONE"),
      Flag.withDescription("Where days begin, such as Europe/Berlin"),
      Flag.filter(
        (zone) => Option.isSome(DateTime.zoneFromString(zone)),
        (zone) => `Expected a time zone such as Europe/Berlin or UTC, got ${JSON.stringify(zone)}`
      ),
      Flag.withDefault("UTC")
    ),
    pinTag: Flag.String("pin-tag").pipe(
      Flag.withMetavar("TAG"),
      Flag.withDescription("Keep every image with this tag; may be given several times"),
      Flag.atLeast(0)
    ),
    evenIfInUse,
    yes,
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.make(Rotate.job, {
    plansOnly: Confirm.isPlanOnly,
    confirm: (input) => input,
    options: Effect.fnUntraced(function* (input) {
      if (rules.every((rule) => input[rule]._tag === "None")) {
        const flags = "--keep-last, -hourly, -daily, -weekly, -monthly, -yearly N or --keep-within TIME"
        return yield* new UsageError({ problem: `what is to be kept? Give at least one of ${flags}` })
      }
      return {
        series: yield* SeriesFlags.seriesOf(input),
        keep: {
          last: Option.getOrUndefined(input.last),
          hourly: Option.getOrUndefined(input.hourly),
          daily: Option.getOrUndefined(input.daily),
          weekly: Option.getOrUndefined(input.weekly),
          monthly: Option.getOrUndefined(input.monthly),
          yearly: Option.getOrUndefined(input.yearly),
          newerThan: Option.getOrUndefined(input.within)
        },
        timeZone: input.timeZone,
        minKeep: input.minKeep,
        evenIfInUse: input.evenIfInUse,
        pinned: { tags: input.pinTag }
      }
    }),
    run: (plan) => Rotate.run(plan),
    stored: (options) => {
      const { droplet } = options.series
      return droplet === undefined
        ? options
        : { ...options, series: { ...options.series, droplet: Droplet.idOf(droplet) } }
    },
    notePlan: (plan) => (plan.items.length === 0 ? SeriesFlags.tellEmpty(plan.options.series) : Effect.void),
    services
  })
).pipe(
  Command.withDescription(
    "Keep of a series of images what rules keep, and delete the rest. Shows its plan and asks on a terminal; elsewhere --yes is needed, and without it the plan is printed and nothing is deleted. Each rule keeps images by itself, and what none keeps is deleted; what is in use or protected stays, and so does an image that has changed since the plan"
  ),
  Command.withShortDescription("Delete the images of a series that no rule keeps"),
  Command.withExamples([
    {
      command: "doimg rotate --series web --keep-daily 7 --keep-weekly 4 --dry-run",
      description: "What would be deleted"
    },
    { command: "doimg rotate --series 'web-{date}' --keep-last 3 --yes", description: "From cron, say" },
    {
      command: "doimg rotate --tag web --keep-within 30d --pin-tag golden --dry-run",
      description: "By a tag, with exceptions"
    }
  ])
)
