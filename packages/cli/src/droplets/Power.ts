/**
 * A Droplet that is powered off for a snapshot, and on again.
 *
 * What this process did outranks what it reads: for some seconds after a `power_off` has completed, the Droplet may still
 * be read as active, and its list of actions may not show the action. A refusal because something else is being done to
 * the Droplet leads back to reading what that is, never to the same request again.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import { type DigitalOceanError, isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DropletPower from "@effect-digitalocean/jobs/DropletPower"
import * as Reconcile from "@effect-digitalocean/jobs/Reconcile"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Stderr from "../output/Stderr.ts"

/**
 * Whether a Droplet is on when a command starts, and who powered it off.
 *
 * - `On`: it is on
 * - `KilledJob`: off, or going off, by a job that was killed before it powered the Droplet on again
 * - `Off`: off for another reason
 *
 * @since 0.1.0
 */
export type State =
  | { readonly _tag: "On" }
  | { readonly _tag: "KilledJob"; readonly action: Action.Action }
  | { readonly _tag: "Off" }

/**
 * Decides from the status that was read and from the Droplet's actions. An action that ended less than a minute ago
 * outranks the status, which may lag behind it.
 *
 * @since 0.1.0
 */
export const stateOf = (
  { status }: Pick<Droplet.Droplet, "status">,
  actions: ReadonlyArray<Action.Action>,
  now: DateTime.DateTime
): State => {
  const killed = DropletPower.poweredOffByJob(actions, now)
  if (Option.isSome(killed)) return { _tag: "KilledJob", action: killed.value }
  const recent = Option.filter(DropletPower.latestPowerAction(actions), isYounger("1 minute", now))
  const isOff = Option.match(recent, { onNone: () => status.toLowerCase() === "off", onSome: turnsOff })
  return { _tag: isOff ? "Off" : "On" }
}

const turnsOff = ({ type }: Action.Action): boolean => ["power_off", "shutdown"].includes(type.toLowerCase())

/**
 * Whether an action ended, or was started if that is not known, less than so long ago.
 *
 * @since 0.1.0
 */
export const isYounger =
  (age: Duration.Input, now: DateTime.DateTime) =>
  ({ completed_at, started_at }: Action.Action): boolean =>
    DateTime.isGreaterThan(DateTime.addDuration(completed_at ?? started_at, age), now)

/**
 * Why a Droplet is not powered off or on.
 *
 * @since 0.1.0
 */
export type PowerError = Actions.AwaitError | Droplet.EventPending

type Needs = Droplets.Droplets | Actions.Actions | GlobalFlags.Settings

/**
 * Requests that a Droplet is powered off, once, and waits for it. A refusal is a result: what it means has to be read from
 * the Droplet again. `before` are the actions that were seen right before.
 *
 * @since 0.1.0
 */
export const off = Effect.fnUntraced(function* (
  droplet: Droplet.Droplet,
  before: ReadonlyArray<Action.Action>
): Effect.fn.Return<Result.Result<Action.Action, PowerError>, PowerError, Needs> {
  const posted = yield* Effect.result(post(droplet, "power_off", before))
  if (posted._tag === "Success") return Result.succeed(yield* awaitAction(posted.success))
  return isRefusal(posted.failure) ? Result.fail(posted.failure) : yield* Effect.fail(posted.failure)
})

/**
 * Powers a Droplet on, unless that was done since an action powered it off, or is in progress. What else is done to the
 * Droplet is waited for.
 *
 * @since 0.1.0
 */
export const on = Effect.fnUntraced(function* (
  droplet: Droplet.Droplet,
  since: Option.Option<Action.Action>
): Effect.fn.Return<void, PowerError, Needs> {
  const isLater = ({ id }: Action.Action) => Option.exists(since, (off) => id > off.id)
  for (let refusals = 0; ; ) {
    yield* settle(droplet, "power_on")
    const before = yield* actionsOf(droplet)
    const latest = DropletPower.latestPowerAction(before)
    const joined = Option.filter(
      latest,
      (action) => action.type.toLowerCase() === "power_on" && (Action.isInProgress(action) || isLater(action))
    )
    if (Option.isSome(joined)) {
      const ended = yield* Effect.result(awaitAction(joined.value))
      if (ended._tag === "Success") return
      if (ended.failure._tag !== "ActionErrored") return yield* Effect.fail(ended.failure)
      continue
    }
    const posted = yield* Effect.result(post(droplet, "power_on", before))
    if (posted._tag === "Success") return void (yield* awaitAction(posted.success))
    const error = posted.failure
    if (!isRefusal(error)) return yield* Effect.fail(error)
    // what was done to it a moment ago may not be read yet
    const isLate = Option.exists(latest, isYounger("30 seconds", yield* ServerTime.now))
    if (!(error instanceof Droplet.EventPending) && !isLate && (yield* isActive(droplet))) return
    refusals += 1
    if (refusals > maxRefusals) return yield* Effect.fail(error)
    yield* Effect.sleep(pause)
  }
})

/**
 * How often a Droplet may refuse although nothing is seen that is done to it: its lock outlasts an action a little.
 *
 * @since 0.1.0
 */
export const maxRefusals = 30

/**
 * How long to wait after a refusal before it is inspected again.
 *
 * @since 0.1.0
 */
export const pause: Duration.Input = "2 seconds"

/**
 * A refusal that says what state the Droplet is in, or that it is busy.
 *
 * @since 0.1.0
 */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Droplet.EventPending ||
  (isDigitalOceanError(error) && ["UnprocessableEntity", "Conflict"].includes(error.reason._tag))

/** Sent once, and not cut off; when its outcome is unknown, its action is looked for. */
const post = (droplet: Droplet.Droplet, type: "power_off" | "power_on", before: ReadonlyArray<Action.Action>) =>
  Effect.gen(function* () {
    const droplets = yield* Droplets.Droplets
    const sent: Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending> =
      type === "power_off" ? droplets.powerOff(droplet) : droplets.powerOn(droplet)
    const find = Effect.map(actionsOf(droplet), (now) =>
      Reconcile.newAction((action) => action.type.toLowerCase() === type, before, now)
    )
    return yield* Effect.uninterruptible(Reconcile.orFind(sent, find))
  })

const isActive = (droplet: Droplet.Droplet) =>
  Droplets.Droplets.use((droplets) => Effect.map(droplets.get(droplet), Droplet.isActive))

/**
 * Waits until nothing is done to a Droplet but an action of the given type; what errored has ended too.
 *
 * @since 0.1.0
 */
export const settle: (droplet: Droplet.Droplet, except?: string) => Effect.Effect<void, Actions.AwaitError, Needs> =
  Effect.fnUntraced(function* (droplet, except) {
    while (true) {
      const busy = (yield* actionsOf(droplet)).find(
        (action) => Action.isInProgress(action) && action.type.toLowerCase() !== except
      )
      if (busy === undefined) return
      yield* Stderr.note(
        except === "power_on"
          ? `doimg: ${droplet.name} is busy, and is powered on after that; Ctrl-C again leaves it off`
          : `doimg: ${droplet.name} is busy with its action ${busy.id} (${busy.type}), which is waited for`
      )
      yield* Effect.catchTag(awaitAction(busy), ["ActionErrored", "ActionNotFound"], () => Effect.void)
    }
  })

const awaitAction = (action: Action.Action) => Actions.Actions.use((actions) => actions.await(action))

/**
 * The latest 50 actions on a Droplet.
 *
 * @since 0.1.0
 */
export const actionsOf = (droplet: Droplet.Droplet) =>
  Droplets.Droplets.use((droplets) => Stream.runCollect(Stream.take(droplets.actions(droplet, { per_page: 50 }), 50)))
