import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as DurableFlags from "../args/DurableFlags.ts"

/** What works on stored jobs is loaded when one of these commands is run. */
const load = Effect.promise(() => import("../durable/StoredJobs.ts"))

const id = Argument.String("id").pipe(Argument.withMetavar("ID"), Argument.withDescription("The id of a stored job"))

const states = ["submitted", "running", "done", "incomplete", "failed", "cancelled", "unreadable"] as const

const optional = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

const list = Command.make(
  "list",
  {
    durable: DurableFlags.database,
    states: Flag.Literals("state", states).pipe(
      Flag.withDescription("Only jobs in this state; may be given several times"),
      Flag.atLeast(0)
    ),
    kind: optional("kind", "NAME", "Only jobs of this kind, such as replicate"),
    account: optional("account", "NAME", "Only jobs of this account"),
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("At most N jobs, the newest first"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))),
      Flag.withDefault(100)
    )
  },
  (input) => Effect.flatMap(load, ({ list }) => list(input))
).pipe(
  Command.withDescription("List stored jobs, the newest first"),
  Command.withExamples([
    { command: "doimg jobs list", description: "The newest" },
    { command: "doimg jobs list --state failed --state incomplete --format json", description: "What needs somebody" }
  ])
)

const show = Command.make("show", { id, durable: DurableFlags.database }, (input) =>
  Effect.flatMap(load, ({ show }) => show(input))
).pipe(
  Command.withDescription(
    "Show a stored job: its state and attempts, why it is not done, what became of each item, and what DigitalOcean continues"
  ),
  Command.withShortDescription("Show a stored job and what became of its items"),
  Command.withExamples([{ command: "doimg jobs show miiq3v2x0k3f9" }])
)

const follow = Command.make("follow", { id, durable: DurableFlags.database }, (input) =>
  Effect.flatMap(load, ({ follow }) => follow(input))
).pipe(
  Command.withDescription(
    "Follow a stored job to its end, and print what became of each item, as the command of the job does. Ctrl-C only ends the following"
  ),
  Command.withShortDescription("Follow a stored job to its end"),
  Command.withExamples([{ command: "doimg jobs follow miiq3v2x0k3f9" }])
)

const cancel = Command.make("cancel", { id, durable: DurableFlags.database }, (input) =>
  Effect.flatMap(load, ({ cancel }) => cancel(input))
).pipe(
  Command.withDescription(
    "Stop a stored job, and show it: left are the actions that DigitalOcean continues. What is done stays done"
  ),
  Command.withShortDescription("Stop a stored job"),
  Command.withExamples([{ command: "doimg jobs cancel miiq3v2x0k3f9" }])
)

const retry = Command.make("retry", { id, durable: DurableFlags.database, detach: DurableFlags.detach }, (input) =>
  Effect.flatMap(load, ({ retry }) => retry(input))
).pipe(
  Command.withDescription("Run a finished job again, with a new plan, which finds what is done already; and follow it"),
  Command.withShortDescription("Run a finished job again"),
  Command.withExamples([{ command: "doimg jobs retry miiq3v2x0k3f9 --detach" }])
)

const loadSchedules = Effect.promise(() => import("../durable/Schedules.ts"))

const name = Argument.String("name").pipe(
  Argument.withMetavar("NAME"),
  Argument.withDescription("The name of a schedule")
)

const schedule = Command.make(
  "schedule",
  {
    name,
    words: Argument.String("command").pipe(
      Argument.withMetavar("-- COMMAND..."),
      Argument.withDescription(
        "The command line of a job, without doimg: release web-01 --series web. It is checked, and names are resolved to ids now"
      ),
      Argument.variadic({ min: 1 })
    ),
    cron: Flag.String("cron").pipe(
      Flag.withMetavar("'M H D M W'"),
      Flag.withDescription("When: minute, hour, day, month and day of week, such as '0 3 * * *'")
    ),
    timeZone: Flag.String("time-zone").pipe(
      Flag.withMetavar("ZONE"),
      Flag.withDescription("Where these times are, such as Europe/Berlin"),
      Flag.withDefault("UTC")
    ),
    durable: DurableFlags.database
  },
  (input) => Effect.flatMap(loadSchedules, ({ schedule }) => schedule(input))
).pipe(
  Command.withDescription(
    "Store a job again and again: at each of the times once, however many runners there are. After an outage only the newest time that was missed counts; while the job of an earlier time is not finished, none is added. The same name again changes the schedule, within seconds for every runner"
  ),
  Command.withShortDescription("Store a job again and again"),
  Command.withExamples([
    {
      command:
        "doimg jobs schedule nightly --cron '0 3 * * *' --time-zone Europe/Berlin -- release web-01 --series web --to ams3 --keep-last 7 --yes",
      description: "A golden image every night"
    },
    {
      command: "doimg jobs schedule tidy --cron '30 4 * * 1' -- rotate --series web --keep-weekly 8 --yes",
      description: "On Mondays"
    }
  ])
)

const listSchedules = Command.make("list", { durable: DurableFlags.database }, (input) =>
  Effect.flatMap(loadSchedules, ({ list }) => list(input))
).pipe(
  Command.withDescription("List the schedules, with the next and the last time of each"),
  Command.withExamples([{ command: "doimg jobs schedules list" }])
)

const removeSchedule = Command.make("remove", { name, durable: DurableFlags.database }, (input) =>
  Effect.flatMap(loadSchedules, ({ remove }) => remove(input))
).pipe(
  Command.withDescription("Remove a schedule. A job that it has submitted goes on"),
  Command.withExamples([{ command: "doimg jobs schedules remove nightly" }])
)

const schedules = Command.make("schedules").pipe(
  Command.withDescription("List and remove schedules"),
  Command.withSubcommands([listSchedules, removeSchedule])
)

export const command = Command.make("jobs").pipe(
  Command.withDescription(
    "Jobs stored in Postgres, which doimg runner runs: see --durable of replicate, release and others"
  ),
  Command.withShortDescription("List, follow, cancel and schedule stored jobs"),
  Command.withSubcommands([list, show, follow, cancel, retry, schedule, schedules])
)
