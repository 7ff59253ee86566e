import type { Actions } from "@effect-digitalocean/client/Actions"
import type * as Action from "@effect-digitalocean/client/Action"
import type { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import { DigitalOceanError, RateLimited } from "@effect-digitalocean/client/DigitalOceanError"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import * as Ensure from "@effect-digitalocean/client/Ensure"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Refusal from "@effect-digitalocean/client/Refusal"
import type { Snapshots } from "@effect-digitalocean/client/Snapshots"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import * as Event from "../../Event.ts"
import { visibleWithin } from "../actions/onceVisible.ts"
import type * as Item from "../../Item.ts"
import * as Outcome from "../../Outcome.ts"
import * as Retention from "../../Retention.ts"
import * as Series from "../../Series.ts"
import * as Usage from "../../Usage.ts"
import * as Decisions from "./decisions.ts"

/** How old, in milliseconds, what was read may be when a deletion is sent. */
const maxAge = 15_000

/** How many deletions are sent at once. */
const concurrency = 4

/** How often a deletion is tried that fails transiently, or is refused because the image is busy. */
const maxAttempts = 4

/** How long to wait after such a refusal: an action that explains it is visible by the last attempt. */
const busyPause = Duration.seconds(9)

/** How often what was read may become too old before a deletion is sent, because its requests wait for the rate limit. */
const maxLate = 10

/** An image that a plan deletes. */
interface Deletion extends Item.Item<"delete"> {
  readonly image: Image.Image
}

interface Options extends Retention.Options {
  readonly series: Series.Series
  readonly evenIfInUse?: boolean | undefined
}

type Reads = Images | Snapshots | Actions | Droplets | AutoscalePools

type PlanError = DigitalOceanError | Series.InvalidSeries | Retention.InvalidRetention | Retention.TagsNotVisible

/** An image that the job created, and until when it is waited for in the listing of the series. */
interface Created {
  readonly id: Image.Id
  readonly until: number
}

/** A series as it was read at a time, with what is decided of it now. */
export interface Inspected {
  readonly readAt: number
  /** whether the listing took so long that its first rows are old: then each image is read before it is deleted */
  readonly isLate: boolean
  readonly decisions: ReadonlyMap<Image.Id, Retention.Decision<Image.Image>>
  /** `None` if the actions of the account were not listed: then those of each image are read before it is deleted */
  readonly inProgress: Option.Option<ReadonlyMap<Image.Id, Action.Action>>
}

/**
 * Deletes images: the series and what refers to images are listed, then images are deleted for up to 15 seconds, then both
 * are listed again. No listing overlaps a deletion, which would shift its pages.
 *
 * `created` is an image of the series that was created a moment ago: the series is listed again until it is visible, because
 * without it one more of the older images would be kept.
 */
export const run = Effect.fnUntraced(function* <I extends Deletion>(
  items: ReadonlyArray<I>,
  options: Options,
  emitter: Event.Emitter<I, null, PlanError>,
  created?: Image.Id
): Effect.fn.Return<void, never, Reads> {
  const until = (yield* Clock.currentTimeMillis) + Duration.toMillis(visibleWithin)
  const expected = created === undefined ? undefined : { id: created, until }
  // a deletion takes one permit, a listing takes all of them
  const semaphore = yield* Semaphore.make(concurrency)
  // one listing for all deletions that need another one
  const listing = yield* Semaphore.make(1)
  const left = new Set(items)
  let inspected: Result.Result<Inspected, PlanError> | undefined
  // where requests are few, those for several deletions at once would take them from each other
  let permits = 1
  const inspectNow = Effect.suspend(() =>
    Effect.map(Effect.result(inspect([...left], options, expected)), (result) => {
      inspected = result
    })
  )
  const inspectAgain = (old: typeof inspected) =>
    listing.withPermits(1)(
      Effect.suspend(() => (inspected === old ? semaphore.withPermits(concurrency)(inspectNow) : Effect.void))
    )
  const deleted = Effect.fnUntraced(function* (item: I) {
    for (let attempts: Attempts = { failed: 0, refused: 0, late: 0 }; ; ) {
      const seen = inspected
      if (seen === undefined) {
        yield* inspectAgain(seen)
        continue
      }
      const result = yield* semaphore.withPermits(permits)(
        Effect.flatMap(Effect.fromResult(seen), (seen) => attempt(item, attempts, seen, options))
      )
      if (result._tag !== "Again") return result
      if (result.attempts.refused > attempts.refused) yield* Effect.sleep(busyPause)
      if (result.attempts.late > attempts.late) permits = concurrency
      attempts = result.attempts
      yield* inspectAgain(seen)
    }
  })
  yield* Effect.forEach(
    items,
    (item) =>
      Effect.andThen(
        Event.item(emitter, item, () => deleted(item)),
        Effect.sync(() => left.delete(item))
      ),
    { concurrency, discard: true }
  )
})

/**
 * How often a deletion failed, so that it may have been executed, how often it was refused, and how often it was not sent
 * because what was read had become too old.
 */
interface Attempts {
  readonly failed: number
  readonly refused: number
  readonly late: number
}

/** A deletion that has to be decided again, by another listing. */
interface Again {
  readonly _tag: "Again"
  readonly attempts: Attempts
}

/** Deletes an image if the account still says so, and while what was read is not too old. */
const attempt = Effect.fnUntraced(function* (
  { image }: Deletion,
  attempts: Attempts,
  inspected: Inspected,
  { minKeep = 1 }: Options
): Effect.fn.Return<Outcome.Outcome<null, PlanError> | Again, never, Images | Actions> {
  if ((yield* timeLeft(inspected)) <= 0) return { _tag: "Again", attempts }
  const { decisions, inProgress } = inspected
  const again = decisions.get(image.id)
  if (again === undefined) return yield* missing(image, attempts)
  const keptFor = (inProgress: ReadonlyMap<Image.Id, Action.Action>) =>
    reasonToKeep(image, again, { decisions, inProgress }, minKeep)
  const reason = keptFor(Option.getOrElse(inProgress, () => new Map()))
  if (reason !== undefined) return Outcome.skipped(reason)
  if (Option.isNone(inProgress)) {
    const read = yield* Effect.result(Ensure.actionsInProgress([image.id]))
    if (Result.isFailure(read)) return Outcome.failed(read.failure)
    const reason = keptFor(read.success)
    if (reason !== undefined) return Outcome.skipped(reason)
  }
  if (inspected.isLate) {
    const changed = yield* changedSince(image, attempts)
    if (changed !== undefined) return changed
  }
  const left = yield* timeLeft(inspected)
  if (left <= 0) return late(attempts, tooSlow)
  // sent once: before it is sent again, the series is listed
  const deletion = DigitalOceanClient.withRetry(Ensure.deletion(image, { busyGracePeriod: 0 }), {
    times: 0,
    maxWait: Duration.millis(left)
  })
  return yield* Effect.match(deletion, {
    onSuccess: ({ _tag }) => (_tag === "Requested" ? Outcome.done(null) : deletedAlready(attempts)),
    onFailure: (error): Outcome.Outcome<null, PlanError> | Again => {
      // the next listing waits until requests are allowed
      if (isRateLimited(error)) return late(attempts, error)
      const { failed, refused } = attempts
      const isBusy = Refusal.kindOf(error) === "busy"
      if (failed + refused + 1 === maxAttempts || !(isBusy || error.isRetryable)) return Outcome.failed(error)
      const changed = isBusy ? { refused: refused + 1 } : { failed: failed + 1 }
      return { _tag: "Again", attempts: { ...attempts, ...changed } }
    }
  })
})

/** What becomes of a deletion that could not be sent in time: it is decided again, up to {@link maxLate} times. */
const late = (attempts: Attempts, error: DigitalOceanError): Again | Outcome.Outcome<null, PlanError> =>
  attempts.late + 1 === maxLate
    ? Outcome.failed(error)
    : { _tag: "Again", attempts: { ...attempts, late: attempts.late + 1 } }

const tooSlow = new DigitalOceanError({
  operation: "Images.delete",
  reason: new RateLimited({
    ...{ status: 429, id: "too_many_requests", window: "minute", sent: false },
    detail: "not sent: each time, what was read of the series was too old when the requests before it had been sent"
  })
})

/** For how many milliseconds a deletion may still be sent. */
const timeLeft = ({ readAt }: Inspected) => Effect.map(Clock.currentTimeMillis, (now) => readAt + maxAge - now)

/** Whether a request was not executed because of the rate limit of the token, which others may use up too. */
const isRateLimited = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "RateLimited" && (reason.sent === false || reason.window !== "operation")

/** Reads an image of a listing whose rows are old; returns the outcome if it is not to be deleted, else undefined. */
const changedSince = (image: Image.Image, attempts: Attempts) =>
  readAgain(image, attempts, (now) => {
    const changed = changesOf(image, now)
    return changed.length === 0 ? undefined : Outcome.skipped(changedText(changed))
  })

/** An image that the listing does not contain: it is deleted, or does not belong to the series any more. */
const missing = (image: Image.Image, attempts: Attempts) =>
  readAgain(image, attempts, () => Outcome.skipped("it does not belong to the series any more"))

/** Reads an image, and decides by it; one that does not exist is deleted already. */
const readAgain = <A>({ id }: Image.Image, attempts: Attempts, decide: (now: Image.Image) => A) =>
  Effect.match(
    Images.use((images) => images.get(id)),
    {
      onSuccess: decide,
      onFailure: (error): Outcome.Outcome<null, PlanError> =>
        error.reason._tag === "NotFound" ? deletedAlready(attempts) : Outcome.failed(error)
    }
  )

/** After an attempt whose response was lost, the image is deleted by this job. */
const deletedAlready = ({ failed }: Attempts): Outcome.Outcome<null, never> =>
  failed > 0 ? Outcome.done(null) : Outcome.skipped("it is deleted already")

/** Why an image that a plan deletes is kept after all; undefined when it is not. */
export const reasonToKeep = (
  image: Image.Image,
  now: Retention.Decision<Image.Image>,
  {
    decisions,
    inProgress
  }: Pick<Inspected, "decisions"> & { readonly inProgress: ReadonlyMap<Image.Id, Action.Action> },
  minKeep: number
): string | undefined => {
  if (now.keep) return `it is to be kept now: ${now.reasons.join(", ")}`
  const changed = changesOf(image, now.image)
  if (changed.length > 0) return changedText(changed)
  const action = inProgress.get(image.id)
  if (action !== undefined) return Usage.format(Usage.ofAction(action))
  const kept = [...decisions.values()].filter(({ image, keep }) => keep && Retention.apart(image) === undefined)
  return kept.length < minKeep ? `fewer than ${minKeep} others are left` : undefined
}

/** How often something is read again because the reads took too long. */
const maxReads = 5

/** What was read, and since when: the value is at least as new. */
interface Reading<out A> {
  readonly at: number
  readonly value: A
}

const reading = <A, E, R>(read: Effect.Effect<A, E, R>): Effect.Effect<Reading<A>, E, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (at) => Effect.map(read, (value) => ({ at, value })))

const isOld = ({ at }: Reading<unknown>, now: number): boolean => now - at > maxAge / 2

/**
 * Lists the series and what refers to images, and decides. What is too old at the end is read again, and nothing else: where
 * the rate limit is low, only the first of the requests has waited for it.
 */
const inspect = Effect.fnUntraced(function* (
  items: ReadonlyArray<Deletion>,
  options: Options,
  created: Created | undefined
): Effect.fn.Return<Inspected, PlanError, Reads> {
  const actions =
    items.length > Ensure.maxIndividualReads
      ? Ensure.listActionsInProgress({ maxPages: items.length })
      : Effect.succeed(Option.none())
  let series = yield* seriesWith(created, options.series)
  let inProgress = yield* reading(actions)
  let usage = yield* reading(Usage.read(options))
  for (let reads = 1; ; reads++) {
    const end = yield* Clock.currentTimeMillis
    const isLate = [series, inProgress, usage].some((read) => isOld(read, end))
    if (isLate && reads < maxReads) {
      if (isOld(series, end)) series = yield* seriesWith(created, options.series)
      if (isOld(inProgress, end)) inProgress = yield* reading(actions)
      if (isOld(usage, end)) usage = yield* reading(Usage.read(options))
      continue
    }
    const decided = yield* Effect.fromResult(Decisions.decide(series.value, options, usage.value))
    const decisions = new Map(decided.map((decision) => [decision.image.id, decision]))
    const readAt = isLate ? end : Math.min(series.at, inProgress.at, usage.at)
    return { readAt, isLate, decisions, inProgress: inProgress.value }
  }
})

/** Lists a series, until the created image is visible or is not waited for any longer. */
const seriesWith = Effect.fnUntraced(function* (created: Created | undefined, series: Series.Series) {
  for (;;) {
    const listed = yield* reading(Series.list(series))
    const isMissing = created !== undefined && !listed.value.some(({ id }) => id === created.id)
    if (!isMissing || listed.at >= created.until) return listed
    yield* Effect.sleep("3 seconds")
  }
})

const changedText = (changed: ReadonlyArray<string>) => `it has changed since the plan was made: ${changed.join(", ")}`

const changesOf = (before: Image.Image, now: Image.Image): ReadonlyArray<string> =>
  (Object.keys(before) as ReadonlyArray<keyof Image.Image>).filter(
    (key) => !Equal.equals(asSet(before[key]), asSet(now[key]))
  )

/** Regions and tags are sets: DigitalOcean lists them in any order, a region twice at times. */
const asSet = (value: Image.Image[keyof Image.Image]) =>
  Array.isArray(value) ? [...new Set(value as ReadonlyArray<string>)].toSorted() : value
