import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Action from "../../Action.ts"
import type { DurationWindow } from "./adaptiveSchedule.ts"

/** The maximum number of recorded actions. */
const capacity = 5000

/** How many of the latest samples of similar actions are used. */
const maxSamples = 1000

/** An estimate of how long an action takes; documented at `Actions.Estimate`. */
export interface Estimate {
  /** the median of the durations of the past actions, from `started_at` */
  readonly total: Duration.Duration
  /** how long the action still takes, from now */
  readonly remaining: Duration.Duration
  /** the shortest of the durations */
  readonly shortest: Duration.Duration
  /** the longest of the durations */
  readonly longest: Duration.Duration
  /** the number of past actions that the estimate is based on */
  readonly samples: number
}

/**
 * How long a past action took.
 *
 * **Details**
 *
 * `id` is the action's, `seconds` the time from its start to its completion. `size_gigabytes` is the size of its resource,
 * or null if it was not known.
 *
 * @category models
 * @since 0.1.0
 */
export type DurationSample = typeof DurationSample.Type

/**
 * Schema for {@link DurationSample}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const DurationSample = Schema.Struct({
  /** the id of the action */
  id: Schema.Int,
  /** the type of the action */
  type: Schema.String,
  /** the type of the resource */
  resource_type: Schema.String,
  /** the id of the image or Droplet; null if it is not known */
  resource_id: Schema.NullOr(Schema.Int),
  /** the region of the action; null if it is not known */
  region_slug: Schema.NullOr(Schema.String),
  /** the size of the resource in GB; null if it is not known */
  size_gigabytes: Schema.NullOr(Schema.Finite),
  /** how long the action took, in seconds */
  seconds: Schema.Finite
})

type Kind = Omit<DurationSample, "id" | "seconds">

/** The samples of similar actions. */
interface Similar {
  readonly millis: Map<number, number>
  /** in ascending order; undefined after a change */
  sorted: ReadonlyArray<number> | undefined
}

/** The durations of completed actions. The latest 5,000 are kept. */
export class DurationEstimates {
  readonly #recorded = new Map<number, DurationSample>()
  readonly #byKey = new Map<string, Similar>()
  /** the sizes of resources in gigabytes, as far as they are known */
  readonly #sizes = new Map<string, number>()

  /** Records the actions that are completed; returns whether one of them was not recorded before. */
  record(actions: Iterable<Action.Action>): boolean {
    let isNew = false
    for (const action of actions) {
      if (action.completed_at === null || this.#recorded.has(action.id) || !Action.isCompleted(action)) continue
      const millis = DateTime.toEpochMillis(action.completed_at) - DateTime.toEpochMillis(action.started_at)
      if (millis < 0) continue
      this.add({ ...this.#kindOf(action), id: action.id, seconds: millis / 1000 })
      isNew = true
    }
    return isNew
  }

  /** Adds a sample, unless there is one of that action. */
  add(sample: DurationSample): void {
    if (this.#recorded.has(sample.id)) return
    this.#recorded.set(sample.id, sample)
    for (const { key } of similarity(sample)) {
      const similar = this.#byKey.get(key) ?? { millis: new Map(), sorted: undefined }
      similar.millis.set(sample.id, sample.seconds * 1000)
      similar.sorted = undefined
      this.#byKey.set(key, similar)
      const [oldest] = similar.millis.keys()
      if (similar.millis.size > maxSamples && oldest !== undefined) similar.millis.delete(oldest)
    }
    const [oldest] = this.#recorded.values()
    if (this.#recorded.size > capacity && oldest !== undefined) this.#evict(oldest)
  }

  /** Learns the size of the resource of an action, which determines how long its actions take. */
  learnSize(action: Action.Action, gigabytes: number): void {
    if (this.#sizes.size >= capacity) this.#sizes.clear()
    if (gigabytes > 0) this.#sizes.set(resourceOf(action), gigabytes)
  }

  get samples(): ReadonlyArray<DurationSample> {
    return [...this.#recorded.values()]
  }

  /** Returns undefined if there are too few samples, or the action has taken longer than all of them. */
  estimate(action: Action.Action, age: Duration.Duration): Estimate | undefined {
    const samples = this.#similarTo(action)
    const elapsed = Duration.toMillis(age)
    if (samples === undefined || elapsed > samples.at(-1)!) return undefined
    // the median of the samples that took longer than this action has taken so far
    const longer = samples.filter((millis) => millis >= elapsed)
    const total = longer[Math.floor(longer.length / 2)]!
    return {
      total: Duration.millis(total),
      remaining: Duration.millis(total - elapsed),
      shortest: Duration.millis(longer[0]!),
      longest: Duration.millis(longer.at(-1)!),
      samples: samples.length
    }
  }

  /**
   * Returns in which window of its age the action is likely to complete: the range of the samples, widened by a share that
   * decreases with their number, as the first actions to complete are the short ones.
   */
  window(action: Action.Action): DurationWindow | undefined {
    const millis = this.#similarTo(action)
    if (millis === undefined) return undefined
    const share = 1 / (millis.length + 2)
    return {
      from: Duration.millis(millis[0]! * (1 - Math.max(0.05, share))),
      to: Duration.millis(millis.at(-1)! * (1 + Math.max(0.1, share))),
      samples: millis.length
    }
  }

  /** The durations of the most similar actions of which there are enough, in ascending order. */
  #similarTo(action: Action.Action): ReadonlyArray<number> | undefined {
    for (const { key, minSamples } of similarity(this.#kindOf(action))) {
      const similar = this.#byKey.get(key)
      if (similar === undefined || similar.millis.size < minSamples) continue
      similar.sorted ??= [...similar.millis.values()].sort((a, b) => a - b)
      return similar.sorted
    }
    return undefined
  }

  #kindOf(action: Action.Action): Kind {
    const { region_slug, resource_id, resource_type, type } = action
    const size_gigabytes = this.#sizes.get(resourceOf(action)) ?? null
    return { type, resource_type, resource_id, region_slug, size_gigabytes }
  }

  #evict(sample: DurationSample): void {
    this.#recorded.delete(sample.id)
    for (const { key } of similarity(sample)) {
      const similar = this.#byKey.get(key)
      if (similar?.millis.delete(sample.id)) similar.sorted = undefined
      if (similar?.millis.size === 0) this.#byKey.delete(key)
    }
  }
}

const resourceOf = ({ resource_id, resource_type }: Action.Action): string =>
  `${resource_type.toLowerCase()} ${resource_id}`

/**
 * The keys under which an action is recorded, most similar actions first: those of one resource copy as many bytes, and
 * those of resources whose sizes differ by less than a fifth nearly as many.
 */
const similarity = ({ region_slug, resource_id, resource_type, size_gigabytes, type }: Kind) => {
  const kind = `${type} ${resource_type}`
  const size = size_gigabytes === null ? undefined : Math.round(2 * Math.log2(size_gigabytes))
  return [
    // actions with an unknown resource, size or region are not similar
    ...(resource_id === null ? [] : [{ key: `${kind} ${resource_id}`, minSamples: 1 }]),
    ...(size === undefined || region_slug === null
      ? []
      : [{ key: `${kind} of size ${size} to ${region_slug}`, minSamples: 3 }]),
    ...(size === undefined ? [] : [{ key: `${kind} of size ${size}`, minSamples: 3 }]),
    ...(region_slug === null ? [] : [{ key: `${kind} to ${region_slug}`, minSamples: 3 }]),
    { key: kind, minSamples: 3 }
  ]
}
