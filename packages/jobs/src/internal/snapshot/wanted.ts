import * as Action from "@effect-digitalocean/client/Action"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RegExp_ from "effect/RegExp"
import { nameOf } from "../unknownName.ts"
import type { Wanted } from "./run.ts"

/** What decides which image is the snapshot of a plan. */
export interface Criteria {
  readonly dropletName: string
  /** the name that was chosen; undefined for the default name, which is a new one each time */
  readonly name: string | undefined
  /** whether the Droplet is powered off for it: then an image that was made since a killed run did so is it */
  readonly powerOff: boolean
  /** the images that were listed when the plan was made */
  readonly known: ReadonlySet<Image.Id>
  readonly plannedAt: DateTime.Utc
}

/** The name of a snapshot by default: the Droplet's name and the time. */
export const defaultName = (dropletName: string, time: DateTime.DateTime): string =>
  `${dropletName}-${DateTime.formatIso(DateTime.toUtc(time)).slice(0, 23).replace(/[T:.]/g, "-")}`

const isDefaultName = (dropletName: string, name: string): boolean =>
  new RegExp(`^${RegExp_.escape(dropletName)}-\\d{4}(-\\d\\d){5}(-\\d{3})?$`, "u").test(name)

/**
 * Decides which image is the snapshot of a plan: one of its name, or of any default name if none was chosen, that
 *
 * - was not listed when the plan was made; or
 * - was made since a killed run powered the Droplet off; or
 * - has the name that was chosen, and was completed within the last 10 minutes.
 */
export const wantedOf = (criteria: Criteria): Wanted => {
  const { dropletName, name } = criteria
  const isThis = (image: Image.Image) =>
    name === undefined ? isDefaultName(dropletName, image.name) : image.name === name
  const mayBe = (image: Image.Image, state: Ensure.SnapshotState) =>
    isNew(image, criteria) || isSinceKilledRun(image, state, criteria) || (name !== undefined && isRecent(image, state))
  return {
    withNames: (state) =>
      Effect.map(
        Effect.forEach(state.snapshots, (row) =>
          mayBe(row, state) ? Effect.map(nameOf(row), (name) => ({ ...row, name })) : Effect.succeed(row)
        ),
        (snapshots) => ({ ...state, snapshots })
      ),
    find: (state) => state.snapshots.find((image) => isThis(image) && mayBe(image, state)),
    isThis
  }
}

/** An image that was not listed yet when the plan was made. */
const isNew = ({ created_at, id }: Image.Image, { known, plannedAt }: Criteria): boolean =>
  !known.has(id) && DateTime.isGreaterThan(created_at, DateTime.subtract(plannedAt, { days: 1 }))

/** The Droplet has been off since, so it is the same disk. */
const isSinceKilledRun = (
  image: Image.Image,
  { actions, readAt }: Ensure.SnapshotState,
  { powerOff }: Criteria
): boolean =>
  powerOff && Option.exists(Ensure.poweredOffByJob(actions, readAt), (action) => Ensure.mayBeImageOf(action)(image))

/** An image whose snapshot completed a moment ago. When a completion is not returned, it may have been. */
const isRecent = (image: Image.Image, { actions, readAt }: Ensure.SnapshotState): boolean => {
  const made = actions.find((action) => Ensure.mayBeSnapshot(action) && Ensure.mayBeImageOf(action)(image))
  if (made === undefined || !Action.isCompleted(made)) return false
  const since = (time: DateTime.Utc, age: Partial<DateTime.DateTime.PartsForMath>) =>
    DateTime.isGreaterThan(DateTime.add(time, age), readAt)
  return made.completed_at === null ? since(made.started_at, { days: 1 }) : since(made.completed_at, { minutes: 10 })
}
