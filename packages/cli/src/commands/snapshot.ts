import * as Actions from "@effect-digitalocean/client/Actions"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Complaint from "../Complaint.ts"
import * as DropletArguments from "../DropletArguments.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Rows from "../Rows.ts"
import * as Stderr from "../Stderr.ts"
import { UsageError } from "../Usage.ts"
import { dryRun, onAccount, wait } from "./shared.ts"

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
      Flag.withDescription("Power the Droplet off before, and on again after it"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    wait: wait(true),
    dryRun
  },
  onAccount(
    ({ dryRun, wait }) => (dryRun ? Plan.fields : wait ? Rows.imageFields : Rows.actionFields),
    (input) => Effect.provide(snapshot(input), Layer.effect(Droplets.Droplets, Droplets.make))
  )
).pipe(
  Command.withDescription(
    "Take a snapshot of a Droplet, and print the image it made. Never takes a second one: when it is not known whether the first was begun, it looks. With --no-wait the action is printed"
  ),
  Command.withShortDescription("Take a snapshot of a Droplet"),
  Command.withExamples([
    { command: "doimg snapshot web-01 --name web-2026-11-25", description: "And print the image" },
    { command: "doimg snapshot 413118204 --power-off", description: "With a disk nobody writes to" },
    { command: "doimg snapshot web-01 --no-wait --format json", description: "Only begin it" }
  ])
)

const snapshot = Effect.fnUntraced(function* (input: {
  readonly droplet: string
  readonly name: Option.Option<string>
  readonly powerOff: boolean
  readonly wait: boolean
  readonly dryRun: boolean
}) {
  const droplets = yield* Droplets.Droplets
  if (input.powerOff && !input.wait) {
    const problem = "--power-off needs to wait for the snapshot before it powers on again: leave --no-wait out"
    return yield* new UsageError({ problem })
  }
  const droplet = yield* DropletArguments.resolve(input.droplet)
  const now = DateTime.formatIso(yield* DateTime.now)
    .slice(0, 19)
    .replace(/[T:]/g, "-")
  const name = Option.getOrElse(input.name, () => `${droplet.name}-${now}`)
  const off = input.powerOff && droplet.status === "active"
  if (input.dryRun) {
    const post = (type: string, does: string, body = {}) => ({
      ...{ id: droplet.id, name: droplet.name, does, method: "POST", path: `/v2/droplets/${droplet.id}/actions` },
      body: { type, ...body }
    })
    const take = post("snapshot", `take the snapshot ${name}`, { name })
    const steps = off ? [post("power_off", "power off"), take, post("power_on", "power on")] : [take]
    return yield* Output.rows(steps, Plan.fields)
  }
  const action = (type: "powerOff" | "powerOn") =>
    Effect.flatMap(droplets[type](droplet), ({ id }) => Actions.Actions.use((actions) => actions.await(id)))
  const take = input.wait ? taken(droplet, name) : begun(droplet, name)
  if (!off) return yield* take
  yield* Stderr.note(`doimg: ${droplet.name} is powered off`)
  return yield* Effect.ensuring(Effect.andThen(action("powerOff"), take), poweredOn(droplet, action("powerOn")))
})

/** Whatever became of the snapshot, the Droplet is not left off: while the snapshot is still being taken, it is waited for. */
const poweredOn = <E, R>(droplet: Droplet.Droplet, powerOn: Effect.Effect<unknown, E | Droplet.PendingEvent, R>) =>
  powerOn.pipe(
    Effect.catchIf(isBusy, () =>
      Effect.andThen(
        Stderr.note(`doimg: ${droplet.name} is busy, and is powered on after that; Ctrl-C again leaves it off`),
        Effect.retry(powerOn, {
          while: isBusy,
          schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: "1 day" })
        })
      )
    ),
    Effect.andThen(Stderr.note(`doimg: ${droplet.name} is powered on`)),
    Effect.catch((error) => Console.error(Complaint.line(error, `${droplet.name} is off, and could not be powered on`)))
  )

const isBusy = (error: unknown): error is Droplet.PendingEvent => error instanceof Droplet.PendingEvent

const taken = Effect.fnUntraced(function* (droplet: Droplet.Droplet, name: string) {
  const droplets = yield* Droplets.Droplets
  return yield* Output.one(Rows.image(yield* droplets.takeSnapshot(droplet, { name })))
})

const begun = Effect.fnUntraced(function* (droplet: Droplet.Droplet, name: string) {
  const droplets = yield* Droplets.Droplets
  return yield* Output.one(Rows.action(yield* droplets.snapshot(droplet, name)))
})
