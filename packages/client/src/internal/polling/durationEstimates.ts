import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Action from "../../Action.ts"

/** How many actions are remembered. */
const capacity = 5000

/** What the past says of how long an action will take. */
export interface Estimate {
  readonly total: Duration.Duration
  readonly remaining: Duration.Duration
  readonly samples: number
}

/** How long the actions took that were seen to have completed. */
export interface Durations {
  readonly record: (actions: Iterable<Action.Action>) => void
  /** undefined when too little is known, or the action has outlasted all that is */
  readonly estimate: (action: Action.Action, age: Duration.Duration) => Estimate | undefined
}

/** Makes a memory that holds the last few thousand actions. */
export const make = (): Durations => {
  const recorded = new Map<number, ReadonlyArray<string>>()
  const byKind = new Map<string, Map<number, number>>()

  const forget = (id: number, kinds: ReadonlyArray<string>) => {
    recorded.delete(id)
    for (const kind of kinds) {
      const samples = byKind.get(kind)
      samples?.delete(id)
      if (samples?.size === 0) byKind.delete(kind)
    }
  }

  return {
    record: (actions) => {
      for (const action of actions) {
        if (action.completed_at === null || recorded.has(action.id) || !Action.isCompleted(action)) continue
        const took = DateTime.toEpochMillis(action.completed_at) - DateTime.toEpochMillis(action.started_at)
        if (took < 0) continue
        const kinds = kindsOf(action).map(({ key }) => key)
        recorded.set(action.id, kinds)
        for (const kind of kinds) {
          const samples = byKind.get(kind) ?? new Map<number, number>()
          byKind.set(kind, samples.set(action.id, took))
        }
        const [oldest] = recorded
        if (recorded.size > capacity && oldest !== undefined) forget(...oldest)
      }
    },
    estimate: (action, age) => {
      for (const { enough, key } of kindsOf(action)) {
        const samples = [...(byKind.get(key)?.values() ?? [])].slice(-100).sort((a, b) => a - b)
        if (samples.length < enough) continue
        const elapsed = Duration.toMillis(age)
        if (elapsed > samples.at(-1)!) return undefined
        // of those that took longer than this one has taken, the one in the middle
        const longer = samples.filter((took) => took >= elapsed)
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

/** Of what kinds an action is, the most telling first: another of the same resource moves as many bytes. */
const kindsOf = ({ region_slug, resource_id, resource_type, type }: Action.Action) => [
  // what is not told is nothing they share
  ...(resource_id === null ? [] : [{ key: `${type} ${resource_type} ${resource_id}`, enough: 1 }]),
  ...(region_slug === null ? [] : [{ key: `${type} ${resource_type} to ${region_slug}`, enough: 3 }]),
  { key: `${type} ${resource_type}`, enough: 3 }
]
