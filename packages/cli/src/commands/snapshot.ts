import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ColdSnapshot from "../droplets/ColdSnapshot.ts"
import * as DropletArguments from "../args/DropletArguments.ts"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import * as Power from "../droplets/Power.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import * as WatchedDroplets from "../droplets/WatchedDroplets.ts"
import { dryRun, wait } from "../args/ChangeFlags.ts"
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
    wait: wait(true),
    dryRun
  },
  withAccount(
    ({ dryRun, wait }) => (dryRun ? Plan.fields : wait ? Rows.imageFields : Rows.actionFields),
    (input) => Effect.provide(snapshot(input), WatchedDroplets.layer)
  )
).pipe(
  Command.withDescription(
    "Take a snapshot of a Droplet, and print the image it made. Never takes a second one: when it is not known whether the first was begun, it looks. With --no-wait the action is printed. With --power-off it can be killed at any moment and run again: it powers on what the run before powered off, and does not take a snapshot again that is in progress or, with the same --name, was taken within the last 10 minutes. A Droplet counts as powered off by a run that was killed when its latest power action is a power_off (no shutdown) of the last 25 hours, followed by nothing but snapshots, the first of them within an hour"
  ),
  Command.withShortDescription("Take a snapshot of a Droplet"),
  Command.withExamples([
    { command: "doimg snapshot web-01 --name web-2026-11-25", description: "And print the image" },
    { command: "doimg snapshot 413118204 --power-off", description: "With a disk nobody writes to" },
    {
      command: "doimg snapshot 413118204 --power-off --power-on",
      description: "And on afterwards, even if it was off before"
    },
    { command: "doimg snapshot web-01 --no-wait --format json", description: "Only begin it" }
  ])
)

const snapshot = Effect.fnUntraced(function* (input: {
  readonly droplet: string
  readonly name: Option.Option<string>
  readonly powerOff: boolean
  readonly powerOn: boolean
  readonly wait: boolean
  readonly dryRun: boolean
}) {
  if (input.powerOff && !input.wait) {
    const problem = "--power-off needs to wait for the snapshot before it powers on again: leave --no-wait out"
    return yield* new UsageError({ problem })
  }
  if (input.powerOn && !input.powerOff) {
    return yield* new UsageError({
      problem: "--power-on goes with --power-off: a Droplet that is off stays off without it"
    })
  }
  const droplet = yield* DropletArguments.resolve(input.droplet)
  const now = yield* ServerTime.now
  const name = Option.getOrElse(input.name, () => ColdSnapshot.defaultName(droplet, now))
  if (input.dryRun) return yield* plan(droplet, name, input)
  if (!input.powerOff) return yield* input.wait ? taken(droplet, name) : started(droplet, name)
  const { powerOn } = input
  return yield* ColdSnapshot.take({ droplet, name, isNamed: Option.isSome(input.name), powerOn }, (image) =>
    Output.one(Rows.image(image))
  )
})

/** The requests that would be sent. */
const plan = Effect.fnUntraced(function* (
  droplet: Droplet.Droplet,
  name: string,
  { powerOff, powerOn }: { readonly powerOff: boolean; readonly powerOn: boolean }
) {
  const post = (type: string, does: string, body = {}) => ({
    ...{ id: droplet.id, name: droplet.name, does, method: "POST", path: `/v2/droplets/${droplet.id}/actions` },
    body: { type, ...body }
  })
  const take = post("snapshot", `take the snapshot ${name}`, { name })
  if (!powerOff) return yield* Output.rows([Rows.own(take)], Plan.fields)
  const { actions } = yield* Ensure.inspectSnapshots(droplet)
  const { _tag } = Power.stateOf(droplet, actions, yield* ServerTime.now)
  const steps = [
    ...(_tag === "On" ? [post("power_off", "power off")] : []),
    take,
    ...(_tag !== "Off" || powerOn ? [post("power_on", "power on")] : [])
  ]
  return yield* Output.rows(steps.map(Rows.own), Plan.fields)
})

const taken = Effect.fnUntraced(function* (droplet: Droplet.Droplet, name: string) {
  const droplets = yield* Droplets.Droplets
  return yield* Output.one(Rows.image(yield* droplets.takeSnapshot(droplet, { name })))
})

const started = Effect.fnUntraced(function* (droplet: Droplet.Droplet, name: string) {
  const state = yield* Ensure.inspectDroplet(droplet)
  return yield* Output.one(Rows.action(yield* Ensure.startSnapshot(droplet, name, state)))
})
