import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Cleanup from "../../Cleanup.ts"
import * as JobItem from "../../Item.ts"
import * as Outcome from "../../Outcome.ts"
import * as Steps from "../steps.ts"
import type { UnknownName } from "../unknownName.ts"
import { power } from "./power.ts"

/** Decides which image is the one that is to be taken, whoever takes the snapshot. */
export interface Wanted {
  /** adds the names that a listing left out, of the images that may be the one */
  readonly withNames: (
    state: Ensure.SnapshotState
  ) => Effect.Effect<Ensure.SnapshotState, DigitalOceanError | UnknownName, Images>
  /** the image, if it is listed */
  readonly find: (state: Ensure.SnapshotState) => Image.Image | undefined
  /** whether the image of a snapshot that was in progress is the one */
  readonly isThis: (image: Image.Image) => boolean
}

/** What a plan says of the three steps. */
export interface Plan {
  readonly items: ReadonlyArray<JobItem.Item>
  readonly droplet: Droplet.Id
  readonly dropletName: string
  readonly name: string
  readonly image: Image.Id | null
  readonly options: {
    readonly powerOff?: boolean | undefined
    readonly powerOn?: boolean | undefined
    readonly waitForEvents?: Duration.Input | undefined
    readonly imageVisibilityTimeout?: Duration.Input | undefined
  }
}

/** A snapshot that is being taken. */
export interface Taking<E> {
  readonly plan: Plan
  readonly wanted: Effect.Effect<Wanted, E>
  readonly wait: Actions.AwaitOptions | undefined
  /** as soon as it is known */
  image: Image.Id | undefined
  /** the power actions of this run */
  readonly own: Array<Action.Action>
  /** whether the Droplet has to be powered on, because this run or an earlier one powered it off */
  owesPower: boolean
}

export const make = <E>(
  plan: Plan,
  wanted: Effect.Effect<Wanted, E>,
  wait: Actions.AwaitOptions | undefined
): Taking<E> => ({ plan, wanted, wait, image: plan.image ?? undefined, own: [], owesPower: isOffAlready(plan) })

/** An earlier run powered it off, and this one is to power it on. */
export const isOffAlready = ({ items }: Pick<Plan, "items">): boolean => {
  const decisionOf = (verb: string) => items.find((item) => item.verb === verb)?.decision
  return decisionOf("power_on") === "run" && decisionOf("power_off") === "skip"
}

/** Powers the Droplet on when the steps are interrupted, if this run or an earlier one powered it off. */
export const withCleanup = <A, E, R, E2>(taking: Taking<E2>, steps: Effect.Effect<A, E, R>) =>
  Effect.onInterrupt(steps, () =>
    taking.owesPower ? Cleanup.run(poweredOnAgain(taking), (problem) => leftOff(taking.plan, problem)) : Effect.void
  )

const leftOff = ({ droplet, dropletName }: Plan, problem: string) =>
  new Cleanup.DropletLeftOff({ droplet, droplet_name: dropletName, problem })

type Changed = (action: Action.Action) => Effect.Effect<void>

/**
 * Finds the image if it exists, whoever took the snapshot; waits for a snapshot that is in progress. Returns the state of
 * the Droplet if it has no such image, else undefined.
 */
const locate = Effect.fnUntraced(function* <E>(taking: Taking<E>, changed: Changed) {
  const { plan, wait } = taking
  const { imageVisibilityTimeout } = plan.options
  const wanted = yield* taking.wanted
  const joined = new Set<Action.Id>()
  while (taking.image === undefined) {
    const state = yield* wanted.withNames(yield* Ensure.inspectSnapshots(plan.droplet))
    taking.image = wanted.find(state)?.id
    if (taking.image !== undefined) break
    const action = Ensure.snapshotInProgress(state, { except: joined, imageVisibilityTimeout })
    if (Option.isNone(action)) return state
    joined.add(action.value.id)
    const options = { name: plan.name, imageVisibilityTimeout, wait, onProgress: changed }
    const image = yield* Ensure.joinSnapshot(plan.droplet, action.value, options)
    if (Option.exists(image, wanted.isThis)) taking.image = Option.getOrThrow(image).id
  }
  return undefined
})

/** Powers the Droplet off, unless the image exists. */
export const powerOff = Effect.fnUntraced(function* <E>(taking: Taking<E>, changed: Changed) {
  yield* locate(taking, changed)
  if (taking.image !== undefined) return Outcome.skipped("the snapshot is taken already")
  return yield* ensureOff(taking, changed)
})

const ensureOff = <E>(taking: Taking<E>, changed: Changed) => {
  const { own, plan, wait } = taking
  const before = () => {
    taking.owesPower = plan.options.powerOn !== false
  }
  const joined = (action: Action.Action) => Effect.andThen(Effect.sync(before), changed(action))
  const { waitForEvents } = plan.options
  return power(plan.droplet, "off", { changed: joined, wait, waitForEvents, own, before })
}

/** In a cleanup there is little time. */
const poweredOnAgain = <E>(taking: Taking<E>) =>
  Effect.flatMap(Cleanup.OnProgress, (changed) =>
    poweredOn(taking, { schedule: Schedule.spaced("2 seconds") }, changed)
  )

/** The lock of a snapshot may outlast it a little, and another process may take one: the Droplet is not left off for it. */
const poweredOn = <E>({ own, plan }: Taking<E>, wait: Actions.AwaitOptions | undefined, changed: Changed) =>
  power(plan.droplet, "on", {
    ...{ changed, wait, own, untilIdle: true },
    waitForEvents: plan.options.waitForEvents ?? "1 minute"
  })

/** Powers the Droplet on if the plan says so or it is off because of this run, whatever became of the snapshot. */
export const powerOn =
  <E>(taking: Taking<E>, item: JobItem.Item) =>
  (changed: Changed) =>
    !JobItem.isWork(item) && !taking.owesPower
      ? Steps.idle(item)()
      : poweredOn(taking, taking.wait, changed).pipe(
          Effect.tap(() =>
            Effect.sync(() => {
              taking.owesPower = false
            })
          ),
          Effect.mapError((error) => (taking.owesPower ? leftOff(taking.plan, error.message) : error))
        )

/** Takes the snapshot, and returns its image; `None` if the image that is wanted exists already. */
export const snapshot = Effect.fnUntraced(function* <E>(taking: Taking<E>, changed: Changed) {
  const { plan, wait } = taking
  const { droplet, name } = plan
  const { imageVisibilityTimeout, powerOff, waitForEvents } = plan.options
  const busy = waitForEvents ?? (powerOff === true ? "1 minute" : undefined)

  /** Inspects, and starts the snapshot unless there is one. */
  const start = Effect.gen(function* () {
    const state = yield* prepare(taking, changed)
    if (state === undefined) return Option.none()
    const action = yield* Ensure.startSnapshot(droplet, name, state, { wrapRequest: Cleanup.finish })
    return Option.some({ state, action })
  })
  // a refusal may mean that another process was quicker: what it started is found
  const started = yield* Ensure.retryWhileLocked(droplet, start, {
    waitForEvents: busy,
    isLocked: Ensure.isSnapshotLocked,
    isJoined: Ensure.mayBeSnapshot
  })
  if (Option.isNone(started)) return Option.none<Image.Image>()
  const { action, state } = started.value
  const options = { name, imageVisibilityTimeout, wait, onProgress: changed, before: state }
  const image = yield* Ensure.awaitSnapshotImage(droplet, action, options)
  taking.image = image.id
  return Option.some(image)
})

/** Returns the state in which the snapshot may be started; undefined if the image exists. */
const prepare = Effect.fnUntraced(function* <E>(taking: Taking<E>, changed: Changed) {
  const { own, plan, wait } = taking
  const { powerOff, waitForEvents } = plan.options
  let isReady = powerOff !== true && waitForEvents === undefined
  while (true) {
    const state = yield* locate(taking, changed)
    if (state === undefined || isReady) return state
    if (powerOff !== true) {
      yield* Ensure.awaitIdle(plan.droplet, { wait: { ...wait, timeout: waitForEvents }, onProgress: changed })
      isReady = true
      continue
    }
    // right before the request: another process may have powered it on meanwhile
    const latest = yield* Ensure.inspectDroplet(plan.droplet, { known: own })
    if (Ensure.hasPower(latest, "off")) return { ...state, actions: latest.actions }
    // what is off already may not be visible yet
    isReady = (yield* ensureOff(taking, changed))._tag === "Skipped"
  }
})
