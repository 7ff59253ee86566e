/**
 * A Droplet that is powered off for a snapshot, and on again.
 *
 * What this process did outranks what it reads: for some seconds after a `power_off` has completed, the Droplet may still
 * be read as active, and its list of actions may not show the action. A refusal because something else is being done to
 * the Droplet leads back to reading what that is, never to the same request again.
 *
 * @since 0.1.0
 */
import type * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import { isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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
  const killed = Ensure.poweredOffByJob(actions, now)
  if (Option.isSome(killed)) return { _tag: "KilledJob", action: killed.value }
  const recent = Option.filter(Ensure.latestPowerAction(actions), isYounger("1 minute", now))
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
 * Powers a Droplet off, and waits for it if this process requested it. What the other results and a refusal mean has to be
 * read from the Droplet again.
 *
 * @since 0.1.0
 */
export const off = Effect.fnUntraced(function* (
  droplet: Droplet.Droplet
): Effect.fn.Return<Ensure.Result, PowerError, Needs> {
  const result = yield* Ensure.power(droplet, "off", { wrapRequest: Effect.uninterruptible })
  return result._tag === "Requested" ? { ...result, action: yield* awaitAction(result.action) } : result
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
  const text = () => `doimg: ${droplet.name} is busy, and is powered on after that; Ctrl-C again leaves it off`
  const onProgress = yield* noteOnce(text)
  // the lock of an action may outlast it a little
  const power = Ensure.power(droplet, "on", {
    known: Option.toArray(since),
    waitForEvents: "1 minute",
    onProgress,
    wrapRequest: Effect.uninterruptible
  })
  while (true) {
    const result = yield* Effect.result(power)
    if (result._tag === "Failure") {
      if (result.failure._tag !== "ActionTimedOut") return yield* Effect.fail(result.failure)
      yield* Ensure.awaitIdle(droplet, { onProgress })
      continue
    }
    if (result.success._tag === "Satisfied") return
    const ended = yield* Effect.result(awaitAction(result.success.action))
    if (ended._tag === "Success") return
    const isOther = result.success._tag === "Joined" && ended.failure._tag === "ActionErrored"
    if (!isOther) return yield* Effect.fail(ended.failure)
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

/**
 * Waits until nothing is done to a Droplet; what errored has ended too.
 *
 * @since 0.1.0
 */
export const settle: (droplet: Droplet.Droplet) => Effect.Effect<void, Actions.AwaitError, Needs> = Effect.fnUntraced(
  function* (droplet) {
    const onProgress = yield* noteOnce(
      ({ id, type }) => `doimg: ${droplet.name} is busy with its action ${id} (${type}), which is waited for`
    )
    yield* Ensure.awaitIdle(droplet, { onProgress })
  }
)

/** Notes each action that is waited for, once. */
const noteOnce = Effect.fnUntraced(function* (text: (action: Action.Action) => string) {
  const settings = yield* Effect.context<GlobalFlags.Settings>()
  const noted = new Set<Action.Id>()
  return (action: Action.Action) => {
    if (noted.has(action.id)) return Effect.void
    noted.add(action.id)
    return Effect.provide(Stderr.note(text(action)), settings)
  }
})

const awaitAction = (action: Action.Action) => Actions.Actions.use((actions) => actions.await(action))
