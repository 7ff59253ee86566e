import type * as Action from "@effect-digitalocean/client/Action"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import type { Images } from "@effect-digitalocean/client/Images"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Series from "../../Series.ts"
import type { Wanted } from "../snapshot/run.ts"
import { nameOf, type UnknownName } from "../unknownName.ts"

/** What decides which image is this release. */
export interface Criteria {
  readonly pattern: Series.Pattern
  /** what a snapshot of this release is going to be called */
  readonly name: string
  /** whether the name was given: then no other image is this release */
  readonly isNamed: boolean
  /** how young the latest release has to be to be finished instead */
  readonly resume: Duration.Input
  /**
   * The images that were listed when the plan was made. Another image of the series is this release, whoever took the
   * snapshot, also when the snapshot was in progress already when the plan was made.
   */
  readonly known: ReadonlySet<Image.Id>
  /** when the plan was made: an image that is more than a day older is not of this release */
  readonly plannedAt: DateTime.Utc
  readonly imageVisibilityTimeout?: Duration.Input | undefined
}

/**
 * What exists of a release: its image (`Taken`), a young image of the series that is this release unless it is finished
 * (`Latest`), a snapshot in progress that may become its image (`InProgress`), or nothing.
 */
export type Found =
  | { readonly _tag: "Taken" | "Latest"; readonly image: Image.Image }
  | { readonly _tag: "InProgress"; readonly action: Action.Action }
  | { readonly _tag: "Nothing" }

/** Decides which image is this release, for the steps of its snapshot. */
export const wantedOf = (criteria: Criteria): Wanted => ({
  withNames: (state) => named(state, criteria),
  find: (state) => taken(state, criteria),
  isThis: (image) => image.name === criteria.name || isOfSeries(image, criteria)
})

const isOfSeries = ({ name }: Image.Image, { isNamed, pattern }: Criteria): boolean => !isNamed && pattern.matches(name)

const taken = ({ snapshots }: Ensure.SnapshotState, criteria: Criteria): Image.Image | undefined =>
  snapshots.find(({ name }) => name === criteria.name) ??
  snapshots.find((image) => isOfSeries(image, criteria) && isNew(image, criteria))

/** Decides what exists of a release, the most certain first; pure. */
export const decide = (state: Ensure.SnapshotState, criteria: Criteria): ReadonlyArray<Found> => {
  const { imageVisibilityTimeout } = criteria
  const first = <A>(value: A | undefined, of: (value: A) => Found): ReadonlyArray<Found> =>
    value === undefined ? [] : [of(value)]
  const latest = state.snapshots.find((image) => isOfSeries(image, criteria) && isYoung(image, state, criteria))
  const inProgress = Option.getOrUndefined(Ensure.snapshotInProgress(state, { imageVisibilityTimeout }))
  return [
    ...first(taken(state, criteria), (image) => ({ _tag: "Taken", image })),
    ...first(latest, (image) => ({ _tag: "Latest", image })),
    ...first(inProgress, (action) => ({ _tag: "InProgress", action })),
    { _tag: "Nothing" }
  ]
}

/** An image that a new plan finishes. */
const isYoung = (image: Image.Image, { readAt }: Ensure.SnapshotState, { resume }: Pick<Criteria, "resume">): boolean =>
  isAfter(image, DateTime.subtractDuration(readAt, resume))

/** An image that was not listed yet when the plan was made. */
const isNew = (image: Image.Image, { known, plannedAt }: Pick<Criteria, "known" | "plannedAt">): boolean =>
  !known.has(image.id) && isAfter(image, DateTime.subtract(plannedAt, { days: 1 }))

const isAfter = ({ created_at }: Image.Image, time: DateTime.Utc) => DateTime.isGreaterThan(created_at, time)

/**
 * The state of a Droplet with the name of every young snapshot: one that a listing leaves out is read, and while it is
 * not known nobody can say whether the image is the release.
 */
export const named = Effect.fnUntraced(function* (
  state: Ensure.SnapshotState,
  criteria: Pick<Criteria, "resume" | "known" | "plannedAt">
): Effect.fn.Return<Ensure.SnapshotState, DigitalOceanError | UnknownName, Images> {
  const snapshots = yield* Effect.forEach(state.snapshots, (row) =>
    isYoung(row, state, criteria) || isNew(row, criteria)
      ? Effect.map(nameOf(row), (name) => ({ ...row, name }))
      : Effect.succeed(row)
  )
  return { ...state, snapshots }
})
