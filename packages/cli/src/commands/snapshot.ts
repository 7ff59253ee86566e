import * as Action from "@effect-digitalocean/client/Action"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Cleanup from "@effect-digitalocean/jobs/Cleanup"
import * as Outcome from "@effect-digitalocean/jobs/Outcome"
import * as Snapshot from "@effect-digitalocean/jobs/Snapshot"
import * as Cause from "effect/Cause"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as DropletArguments from "../args/DropletArguments.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import type * as GlobalFlags from "../config/GlobalFlags.ts"
import * as WatchedDroplets from "../droplets/WatchedDroplets.ts"
import * as ErrorReport from "../errors/ErrorReport.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Rows from "../output/Rows.ts"
import * as Stderr from "../output/Stderr.ts"
import * as Leftovers from "../process/Leftovers.ts"
import { UsageError } from "../errors/Usage.ts"
import { dryRun, isDryRun, wait } from "../args/ChangeFlags.ts"
import { optionalTags } from "../args/ListFlags.ts"
import * as SnapshotReport from "../run/SnapshotReport.ts"
import { withAccount } from "../run/Account.ts"

export const command = Command.make(
  "snapshot",
  {
    droplet: Argument.String("droplet").pipe(
      Argument.withMetavar("DROPLET"),
      Argument.withDescription("The id or the name of a Droplet")
    ),
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("What to call it; else after the Droplet and the time"),
      Flag.withSchema(Schema.NonEmptyString),
      Flag.optional
    ),
    powerOff: Flag.Boolean("power-off").pipe(
      Flag.withDescription(
        "Power the Droplet off before, and on again after it, whatever happens in between. One that was off before stays off"
      ),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    powerOn: Flag.Boolean("power-on").pipe(
      Flag.withDescription("With --power-off: power the Droplet on afterwards also if it was off before"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    tags: optionalTags("Tag the image"),
    wait: wait(true),
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.storable(
    Snapshot.job,
    {
      plansOnly: isDryRun,
      options: (input) =>
        Effect.provide(
          Effect.map(dropletOf(input), (droplet) => optionsOf(input, droplet.id)),
          WatchedDroplets.layer
        ),
      refused: ({ tags, wait }) =>
        !wait
          ? "--no-wait starts the snapshot here: --detach stores the job and ends"
          : tags.length > 0
            ? "--tag is put on by this process, and the snapshot is taken by a runner: leave it out"
            : undefined,
      fields: Rows.imageFields,
      print: SnapshotReport.report
    },
    withAccount(
      ({ dryRun, wait }) => (dryRun ? Plan.fields : wait ? Rows.imageFields : Rows.actionFields),
      (input) => Effect.provide(snapshot(input), WatchedDroplets.layer)
    )
  )
).pipe(
  Command.withDescription(
    "Take a snapshot of a Droplet, and print its image; with --no-wait, its action. It can be killed at any moment and run again: a snapshot that is in progress is waited for, one with the same --name that completed within the last 10 minutes is not taken again, and with --power-off a Droplet that the run before powered off is powered on. A Droplet counts as powered off by a run that was killed when its latest power action is a power_off (no shutdown) of the last 25 hours, followed by nothing but snapshots, the first of them within an hour"
  ),
  Command.withShortDescription("Take a snapshot of a Droplet"),
  Command.withExamples([
    { command: "doimg snapshot web-01 --name web-2026-11-25", description: "And print the image" },
    { command: "doimg snapshot 413118204 --power-off", description: "With a disk nobody writes to" },
    {
      command: "doimg snapshot 413118204 --power-off --power-on",
      description: "And on afterwards, even if it was off before"
    },
    { command: "doimg snapshot web-01 --name golden --tag golden", description: "And tag the image" },
    { command: "doimg snapshot web-01 --no-wait --format json", description: "Only start it" }
  ])
)

interface Input {
  readonly droplet: string
  readonly name: Option.Option<string>
  readonly powerOff: boolean
  readonly powerOn: boolean
  readonly tags: ReadonlyArray<string>
  readonly wait: boolean
  readonly dryRun: boolean
}

/** The Droplet of a command line whose flags do not contradict each other. */
const dropletOf = Effect.fnUntraced(function* (input: Input) {
  if (input.powerOff && !input.wait) {
    const problem = "--power-off needs to wait for the snapshot before it powers on again: leave --no-wait out"
    return yield* new UsageError({ problem })
  }
  if (input.tags.length > 0 && !input.wait) {
    return yield* new UsageError({ problem: "--tag needs to wait for the image: leave --no-wait out" })
  }
  if (input.powerOn && !input.powerOff) {
    return yield* new UsageError({
      problem: "--power-on goes with --power-off: a Droplet that is off stays off without it"
    })
  }
  return yield* DropletArguments.resolve(input.droplet)
})

const optionsOf = (input: Input, droplet: Droplet.Ref): Snapshot.Options => ({
  droplet,
  name: Option.getOrUndefined(input.name),
  powerOff: input.powerOff,
  powerOn: input.powerOn ? true : undefined,
  waitForEvents: input.powerOff ? "1 hour" : undefined
})

const snapshot = Effect.fnUntraced(function* (input: Input) {
  const droplet = yield* dropletOf(input)
  if (!input.wait && !input.dryRun) return yield* started(droplet, input.name)
  const plan = yield* Snapshot.plan(optionsOf(input, droplet))
  if (!input.dryRun) return yield* take(plan, input.tags)
  if (input.tags.length > 0) yield* Stderr.note(`doimg: the image is then tagged ${input.tags.join(", ")}`)
  return yield* printRequests(plan)
})

/** Starts the snapshot, and prints its action. */
const started = Effect.fnUntraced(function* (droplet: Droplet.Droplet, chosen: Option.Option<string>) {
  const now = yield* ServerTime.now
  const name = Option.getOrElse(chosen, () => Snapshot.defaultName(droplet.name, now))
  const state = yield* Ensure.inspectDroplet(droplet)
  return yield* Output.one(Rows.action(yield* Ensure.startSnapshot(droplet, name, state)))
})

/** Prints the requests that the plan would send. */
const printRequests = ({ droplet, dropletName, items, name }: Snapshot.Plan) => {
  const path = { droplet_id: droplet }
  const requests = {
    power_off: RequestDescription.of(Droplets.endpoints.performAction, { path, body: { type: "power_off" } }),
    snapshot: RequestDescription.of(Droplets.endpoints.snapshot, { path, body: { type: "snapshot", name } }),
    power_on: RequestDescription.of(Droplets.endpoints.performAction, { path, body: { type: "power_on" } })
  }
  const does = { power_off: "power off", snapshot: `take the snapshot ${name}`, power_on: "power on" }
  return Plan.print(
    items
      .filter(({ decision }) => decision === "run")
      .map(({ verb }) => ({
        resource: { id: droplet, name: dropletName },
        does: does[verb],
        request: requests[verb]
      }))
  )
}

/**
 * Runs the plan and prints the image as soon as it is known: the Droplet is powered on also if that fails. Fails with the
 * first failure, and writes the others on stderr.
 */
const take = Effect.fnUntraced(function* (plan: Snapshot.Plan, tags: ReadonlyArray<string>) {
  const { droplet, dropletName: name } = plan
  const leftovers = yield* Leftovers.Leftovers
  const images = yield* Images.Images
  yield* noteBefore(plan)
  if (plan.poweredOffBy !== null) Leftovers.addPoweredOff(leftovers, droplet, plan.poweredOffBy)
  const failures: Array<Cause.Cause<Effect.Error<ReturnType<typeof print>> | Snapshot.RunError>> = []
  const finished = Effect.fnUntraced(function* ({ item, outcome }: Extract<Snapshot.Event, { _tag: "Finished" }>) {
    if (!Outcome.isSuccess(outcome)) {
      failures.push(Cause.fail(outcome.error))
      return
    }
    if (item.verb === "power_off" && outcome._tag === "Done") {
      if (!isImage(outcome.value)) Leftovers.addPoweredOff(leftovers, droplet, outcome.value)
      yield* Stderr.note(`doimg: ${name} is powered off`)
    }
    if (item.verb === "snapshot") {
      const exit = yield* Effect.exit(print(images, plan, outcome, tags))
      if (Exit.isFailure(exit)) failures.push(exit.cause)
    }
    if (item.verb === "power_on") {
      const isPoweredOn = outcome._tag === "Done" || leftovers.poweredOff.has(droplet)
      Leftovers.removed(leftovers, droplet)
      if (isPoweredOn) yield* Stderr.note(`doimg: ${name} is powered on`)
    }
  })
  const events = Stream.filter(Snapshot.run(plan), (event) => event._tag === "Finished")
  yield* Effect.provideService(Stream.runForEach(events, finished), Cleanup.OnProgress, yield* noteCleanup(name))
  const [first, ...others] = failures
  for (const cause of others) yield* ErrorReport.print(Cause.squash(cause))
  if (first !== undefined) return yield* Effect.failCause(first)
})

/** Tags and prints the image, if the outcome has one or the plan found it. */
const print = Effect.fnUntraced(function* (
  images: Images.Images["Service"],
  { image }: Snapshot.Plan,
  outcome: Outcome.Outcome<Snapshot.Value, Snapshot.RunError>,
  tags: ReadonlyArray<string>
) {
  const known = image === null ? undefined : yield* images.get(image)
  const taken = outcome._tag === "Done" && isImage(outcome.value) ? outcome.value : known
  if (taken === undefined) return
  const missing = tags.filter((tag) => !Image.hasTag(tag)(taken))
  yield* Effect.forEach(missing, (tag) => Ensure.tag(taken, tag))
  return yield* Output.one(Rows.image({ ...taken, tags: [...(taken.tags ?? []), ...missing] }))
}, Effect.provide(Tags.layer))

const isImage = Schema.is(Image.Image)

/** Notes what the plan found. */
const noteBefore = Effect.fnUntraced(function* ({ dropletName: name, image, items, poweredOffBy }: Snapshot.Plan) {
  if (poweredOffBy !== null) {
    yield* Stderr.note(
      `doimg: ${name} was powered off by another run (action ${poweredOffBy.id}), and is powered on after this one`
    )
  }
  if (image !== null) {
    const taken = items.find(({ verb }) => verb === "snapshot")?.target
    yield* Stderr.note(`doimg: ${taken} was taken a moment ago already, as image ${image}, and is not taken again`)
  } else if (items.some(({ decision, verb }) => verb === "power_on" && decision === "skip")) {
    yield* Stderr.note(`doimg: ${name} was off before, and stays off; --power-on changes that`)
  }
})

/** Notes, when the command is interrupted, what powering on waits for, once, and that it is done. */
const noteCleanup = Effect.fnUntraced(function* (name: string) {
  const settings = yield* Effect.context<GlobalFlags.Settings>()
  const noted = new Set<string>()
  const note = (text: string) =>
    Effect.suspend(() => {
      if (noted.has(text)) return Effect.void
      noted.add(text)
      return Effect.provide(Stderr.note(text), settings)
    })
  return (action: Action.Action) => {
    if (action.type.toLowerCase() !== "power_on") {
      return note(`doimg: ${name} is busy, and is powered on after that; Ctrl-C again leaves it off`)
    }
    return Action.isCompleted(action) ? note(`doimg: ${name} is powered on`) : Effect.void
  }
})
