import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Action from "../../Action.ts"

/** The maximum number of recorded actions. */
const capacity = 5000

/** An estimate of how long an action takes; documented at `Actions.Estimate`. */
export interface Estimate {
  readonly total: Duration.Duration
  readonly remaining: Duration.Duration
  readonly samples: number
}

/** The durations of completed actions. */
export interface Durations {
  readonly record: (actions: Iterable<Action.Action>) => void
  /** undefined if there are too few samples, or the action has taken longer than all of them */
  readonly estimate: (action: Action.Action, age: Duration.Duration) => Estimate | undefined
}

/** Creates an empty record, which keeps the latest 5,000 actions. */
export const make = (): Durations => {
  const recorded = new Map<number, ReadonlyArray<string>>()
  const byKey = new Map<string, Map<number, number>>()

  const evict = (id: number, keys: ReadonlyArray<string>) => {
    recorded.delete(id)
    for (const key of keys) {
      const samples = byKey.get(key)
      samples?.delete(id)
      if (samples?.size === 0) byKey.delete(key)
    }
  }

  return {
    record: (actions) => {
      for (const action of actions) {
        if (action.completed_at === null || recorded.has(action.id) || !Action.isCompleted(action)) continue
        const millis = DateTime.toEpochMillis(action.completed_at) - DateTime.toEpochMillis(action.started_at)
        if (millis < 0) continue
        const keys = sampleKeys(action).map(({ key }) => key)
        recorded.set(action.id, keys)
        for (const key of keys) {
          const samples = byKey.get(key) ?? new Map<number, number>()
          byKey.set(key, samples.set(action.id, millis))
        }
        const [oldest] = recorded
        if (recorded.size > capacity && oldest !== undefined) evict(...oldest)
      }
    },
    estimate: (action, age) => {
      for (const { minSamples, key } of sampleKeys(action)) {
        const samples = [...(byKey.get(key)?.values() ?? [])].slice(-100).sort((a, b) => a - b)
        if (samples.length < minSamples) continue
        const elapsed = Duration.toMillis(age)
        if (elapsed > samples.at(-1)!) return undefined
        // the median of the samples that took longer than this action has taken so far
        const longer = samples.filter((millis) => millis >= elapsed)
        const total = longer[Math.floor(longer.length / 2)]!
        return {
          total: Duration.millis(total),
          remaining: Duration.millis(total - elapsed),
          samples: samples.length
        }
      }
      return undefined
    }
  }
}

/** The keys under which an action is recorded, most similar actions first: those of one resource copy as many bytes. */
const sampleKeys = ({ region_slug, resource_id, resource_type, type }: Action.Action) => [
  // actions with an unknown resource or region are not similar
  ...(resource_id === null ? [] : [{ key: `${type} ${resource_type} ${resource_id}`, minSamples: 1 }]),
  ...(region_slug === null ? [] : [{ key: `${type} ${resource_type} to ${region_slug}`, minSamples: 3 }]),
  { key: `${type} ${resource_type}`, minSamples: 3 }
]
