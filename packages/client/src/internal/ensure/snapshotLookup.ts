import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import * as Action from "../../Action.ts"
import type * as Actions from "../../Actions.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import { catchNotFound, type DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import type * as Image from "../../Image.ts"
import { ofDroplet } from "../endpoints/actions.ts"
import { endpoints } from "../endpoints/images.ts"
import { pollCapacityOf } from "../rateLimit/pollCapacity.ts"
import { asPoll } from "../polling/asPoll.ts"
import * as Wait from "../waiting/waitLoop.ts"
import { retryWhileLocked } from "./lock.ts"
import { isCreatedAfter, isSnapshotLocked, startSnapshot } from "./startSnapshot.ts"

/** Options to take a snapshot; documented at `Droplets`. */
export interface SnapshotOptions extends Actions.AwaitOptions {
  /** unique, or a different image may be returned; by default the Droplet's name and the time */
  readonly name?: string | undefined
  /** how long the image may take to be listed after the action has completed; by default 5 minutes */
  readonly imageVisibilityTimeout?: Actions.AwaitOptions["timeout"]
  /** how long to wait for other actions of the Droplet; by default `EventPending` is returned at once */
  readonly waitForEvents?: Actions.AwaitOptions["timeout"]
}

/** The operations of the service that the lookup uses. */
interface Operations {
  readonly get: (droplet: Droplet.Ref) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
  readonly snapshots: (droplet: Droplet.Ref) => Stream.Stream<Image.Image, DigitalOceanError>
  readonly snapshot: (
    droplet: Droplet.Ref,
    name?: string
  ) => Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>
}

interface Lookup {
  readonly takeSnapshot: (
    droplet: Droplet.Ref,
    options?: SnapshotOptions
  ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.EventPending | Droplet.SnapshotNotFound>
  readonly awaitSnapshot: (
    snapshot: { readonly droplet_id: Droplet.Ref; readonly image_name: string; readonly action: Action.Ref },
    options?: SnapshotOptions
  ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.SnapshotNotFound>
}

/** Takes a snapshot, and finds the image that it creates; documented at `Droplets`. */
export const make = (
  client: DigitalOceanClient["Service"],
  waits: Actions.Actions["Service"],
  droplets: Operations
): Lookup => {
  const capacity = pollCapacityOf(client)

  const awaitSnapshot: Lookup["awaitSnapshot"] = Effect.fn("Droplets.awaitSnapshot")((snapshot, options = {}) => {
    const { image_name } = snapshot
    const droplet_id = Droplet.idOf(snapshot.droplet_id)
    let action = Predicate.isNumber(snapshot.action) ? undefined : snapshot.action
    const search = Effect.gen(function* () {
      const completed = yield* waits.await(snapshot.action, options)
      action = completed
      const missing = () =>
        new Droplet.SnapshotNotFound({
          droplet_id,
          image_name,
          action: completed,
          detail: "no image with that name is listed"
        })
      const lookup = droplets.snapshots(droplet_id).pipe(
        Stream.filter((image) => image.name === image_name && isCreatedAfter(completed.started_at, image.created_at)),
        Stream.runHead,
        Effect.flatMap((listed) => (Option.isSome(listed) ? getIfVisible(listed.value.id) : Effect.succeedNone))
      )
      const image = yield* Wait.awaitFinal<Option.Option<Image.Image>, Droplet.SnapshotNotFound>({
        operation: "Droplets.awaitSnapshot",
        initial: undefined,
        join: Effect.succeed(Wait.pollAlone(asPoll(lookup))),
        input: (_, { elapsed, monotonic }) => ({
          age: elapsed,
          window: undefined,
          pages: 1,
          spare: capacity.spare(monotonic)
        }),
        isFinal: Option.isSome,
        waitOptions: { timeout: options.imageVisibilityTimeout ?? "5 minutes" },
        onNotFound: missing,
        onTimeout: missing
      })
      return Option.isSome(image) ? image.value : yield* missing()
    })
    // the error contains the name and the action, so that the lookup can be continued
    return Effect.mapError(search, (error) => {
      if (error._tag !== "DigitalOceanError" && error._tag !== "ActionTimedOut") return error
      const last = (error._tag === "ActionTimedOut" ? error.action : null) ?? action
      return last === undefined
        ? error
        : new Droplet.SnapshotNotFound({ droplet_id, image_name, action: last, detail: error.message })
    })
  })

  /** Reads the complete image. It may be listed before it can be read. */
  const getIfVisible = (image_id: Image.Id) => catchNotFound(client.run(endpoints.get, { path: { image_id } }))

  const recent = (droplet: Droplet.Ref) =>
    Effect.map(
      client.run(ofDroplet.list, { path: { droplet_id: Droplet.idOf(droplet) }, query: { page: 1, per_page: 50 } }),
      ({ items }) => items
    )

  /** Starts the snapshot. With `waitForEvents`, other actions of the Droplet are waited for. */
  const start = (droplet: Droplet.Ref, name: string, options: SnapshotOptions) => {
    const { waitForEvents } = options
    const actions = recent(droplet)
    const started = (before: ReadonlyArray<Action.Action>) =>
      startSnapshot({ snapshot: droplets.snapshot, recent }, droplet, name, before)
    if (waitForEvents === undefined) return Effect.flatMap(actions, started)
    const awaitDone = (action: Action.Action) =>
      Effect.catch(
        Effect.asVoid(waits.await(action, { ...options, timeout: waitForEvents })),
        (error): Effect.Effect<void, Actions.AwaitError> =>
          ["ActionErrored", "ActionNotFound"].includes(error._tag) ? Effect.void : Effect.fail(error)
      )
    const attempt = Effect.flatMap(actions, (all) =>
      Effect.andThen(Effect.forEach(all.filter(Action.isInProgress), awaitDone), Effect.flatMap(actions, started))
    )
    return retryWhileLocked(attempt, { actions, isLocked: isSnapshotLocked, isJoined: () => false, waitForEvents })
  }

  const takeSnapshot: Lookup["takeSnapshot"] = Effect.fn("Droplets.takeSnapshot")(function* (droplet, options = {}) {
    const name = options.name ?? (yield* nameFor(droplet))
    const action = yield* start(droplet, name, options)
    return yield* awaitSnapshot({ droplet_id: droplet, image_name: name, action }, options)
  })

  const nameFor = Effect.fnUntraced(function* (ref: Droplet.Ref) {
    const { name } = Predicate.isNumber(ref) ? yield* droplets.get(ref) : ref
    const now = yield* DateTime.now
    return `${name}-${DateTime.formatIso(now).replace(/[:.]/g, "-")}`
  })

  return { takeSnapshot, awaitSnapshot }
}
