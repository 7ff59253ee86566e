import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type * as Action from "../../Action.ts"
import * as Actions from "../../Actions.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import { catchNotFound, type DigitalOceanError, isDigitalOceanError } from "../../DigitalOceanError.ts"
import * as Droplet from "../../Droplet.ts"
import type * as Image from "../../Image.ts"
import { endpoints } from "../endpoints/images.ts"
import { asPoll } from "./asPoll.ts"
import * as Wait from "./waitLoop.ts"

/** How to take a snapshot; documented at `Droplets`. */
export interface SnapshotOptions extends Actions.AwaitOptions {
  /** unique, or a different image may be returned; by default the Droplet's name and the time */
  readonly name?: string | undefined
  /** how long the image may take to be listed after the action has completed; by default 5 minutes */
  readonly imageVisibilityTimeout?: Actions.AwaitOptions["timeout"]
}

/** What is needed of the service. */
interface Operations {
  readonly get: (droplet: Droplet.Ref) => Effect.Effect<Droplet.Droplet, DigitalOceanError>
  readonly actions: (
    droplet: Droplet.Ref,
    query?: { readonly per_page?: number | undefined }
  ) => Stream.Stream<Action.Action, DigitalOceanError>
  readonly snapshots: (droplet: Droplet.Ref) => Stream.Stream<Image.Image, DigitalOceanError>
  readonly snapshot: (
    droplet: Droplet.Ref,
    name?: string
  ) => Effect.Effect<Action.Action, DigitalOceanError | Droplet.EventPending>
}

interface Lookup {
  readonly take: (
    droplet: Droplet.Ref,
    options?: SnapshotOptions
  ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.EventPending | Droplet.SnapshotNotFound>
  readonly find: (
    snapshot: { readonly droplet_id: Droplet.Ref; readonly name: string; readonly action: Action.Ref },
    options?: SnapshotOptions
  ) => Effect.Effect<Image.Image, Actions.AwaitError | Droplet.SnapshotNotFound>
}

/** Taking a snapshot, and finding the image it made; documented at `Droplets`. */
export const make = (
  client: DigitalOceanClient["Service"],
  waits: Actions.Actions["Service"],
  droplets: Operations
): Lookup => {
  const find: Lookup["find"] = Effect.fn("Droplets.awaitSnapshot")((snapshot, options = {}) => {
    const { name } = snapshot
    const droplet_id = Droplet.idOf(snapshot.droplet_id)
    let action = Predicate.isNumber(snapshot.action) ? undefined : snapshot.action
    const search = Effect.gen(function* () {
      const ended = yield* waits.await(snapshot.action, options)
      action = ended
      const missing = () =>
        new Droplet.SnapshotNotFound({ droplet_id, name, action: ended, detail: "no image of that name is listed" })
      const look = droplets.snapshots(droplet_id).pipe(
        Stream.filter((image) => image.name === name && isSince(ended.started_at, image.created_at)),
        Stream.runHead,
        Effect.flatMap(Option.match({ onNone: () => Effect.succeedNone, onSome: ({ id }) => getIfVisible(id) }))
      )
      const found = yield* Wait.last<Option.Option<Image.Image>, Droplet.SnapshotNotFound>({
        operation: "Droplets.awaitSnapshot",
        initial: undefined,
        poll: () => asPoll(look),
        sleep: Effect.sleep,
        isLast: Option.isSome,
        patience: { schedule: Actions.schedule, timeout: options.imageVisibilityTimeout ?? "5 minutes" },
        onGone: missing,
        onTimeout: missing
      })
      return yield* Effect.mapError(Effect.fromOption(found), missing)
    })
    // what was begun must not be lost with the name it was given
    return Effect.mapError(search, (error) => {
      if (error._tag !== "DigitalOceanError" && error._tag !== "ActionTimedOut") return error
      const last = (error._tag === "ActionTimedOut" ? error.action : null) ?? action
      return last === undefined
        ? error
        : new Droplet.SnapshotNotFound({ droplet_id, name, action: last, detail: error.message })
    })
  })

  /** The whole image, which can be listed before it can be read. */
  const getIfVisible = (image_id: Image.Id) => catchNotFound(client.run(endpoints.get, { path: { image_id } }))

  const recent = (droplet: Droplet.Ref) =>
    droplets.actions(droplet, { per_page: 50 }).pipe(Stream.take(50), Stream.runCollect)

  /** Begins the snapshot; when nobody knows whether it did, its action does. */
  const begin = Effect.fnUntraced(function* (droplet: Droplet.Ref, name: string) {
    const before = new Set((yield* recent(droplet)).map(({ id }) => id))
    const begun = yield* Effect.result(droplets.snapshot(droplet, name))
    if (begun._tag === "Success") return begun.success
    const error = begun.failure
    if (!isDigitalOceanError(error) || error.outcome === "not-executed") return yield* Effect.fail(error)
    const ours = Effect.map(recent(droplet), (actions) =>
      actions.find(({ id, type }) => type.toLowerCase() === "snapshot" && !before.has(id))
    )
    // it may not be visible at once
    const found = yield* Effect.repeat(
      Effect.orElseSucceed(ours, () => undefined),
      {
        until: Predicate.isNotUndefined,
        schedule: Schedule.upTo(Schedule.spaced("2 seconds"), { duration: "10 seconds" })
      }
    )
    return found ?? (yield* error)
  })

  const take: Lookup["take"] = Effect.fn("Droplets.takeSnapshot")(function* (droplet, options = {}) {
    const name = options.name ?? (yield* nameFor(droplet))
    const action = yield* begin(droplet, name)
    return yield* find({ droplet_id: droplet, name, action }, options)
  })

  const nameFor = Effect.fnUntraced(function* (ref: Droplet.Ref) {
    const { name } = Predicate.isNumber(ref) ? yield* droplets.get(ref) : ref
    const now = yield* DateTime.now
    return `${name}-${DateTime.formatIso(now).replace(/[:.]/g, "-")}`
  })

  return { take, find }
}

/** Timestamps are told to the second, an image's may be the very second its action began. */
const isSince = (start: DateTime.Utc, created: DateTime.Utc): boolean =>
  DateTime.toEpochMillis(created) + 1000 > DateTime.toEpochMillis(start)
