import * as Clock from "effect/Clock"
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isDue, type JobSchedule, times } from "../../durable/JobSchedule.ts"
import { JobSchedules } from "../../durable/JobSchedules.ts"
import type { DueJob, JobStoreError } from "../../durable/JobStore.ts"
import { newId } from "./submission.ts"

/** The times of a rule, and the newest occurrence in a period of time within which there is no other one. */
interface Known {
  readonly cron: Cron.Cron
  period: number
  newest: DateTime.Utc | undefined
}

/**
 * Creates an effect that starts the newest occurrence of each schedule if it is due, and returns the jobs. One that cannot be
 * started is logged, and does not affect the others.
 *
 * To search for an occurrence takes longer than all else, and nearly always finds the same: it is found once for each
 * minute, or each second if the rule has seconds.
 */
export const makeStarter = (): Effect.Effect<ReadonlyArray<DueJob>, JobStoreError, JobSchedules> => {
  let known = new Map<string, Known | undefined>()

  const newestOf = Effect.fnUntraced(function* (schedule: JobSchedule, key: string) {
    if (!known.has(key)) {
      const cron = yield* Effect.option(
        Effect.tapError(times(schedule), ({ message }) => Effect.logWarning(`${schedule.name}: ${message}`))
      )
      known.set(key, Option.getOrUndefined(Option.map(cron, (cron) => ({ cron, period: -1, newest: undefined }))))
    }
    const rule = known.get(key)
    if (rule === undefined) return undefined
    const now = yield* Clock.currentTimeMillis
    const period = Math.floor(now / (rule.cron.seconds.size === 1 && rule.cron.seconds.has(0) ? 60_000 : 1000))
    if (period !== rule.period) {
      rule.period = period
      rule.newest = newestAt(rule.cron, now)
    }
    return rule.newest
  })

  const startIfDue = Effect.fnUntraced(function* (schedules: JobSchedules["Service"], schedule: JobSchedule) {
    const newest = yield* newestOf(schedule, keyOf(schedule))
    if (newest === undefined || !isDue(schedule, newest)) return []
    const started = Option.getOrUndefined(yield* schedules.start(schedule, newest, yield* newId))
    if (started === undefined) return []
    const { epoch, id, isNew } = started
    const what = isNew ? "submitted job" : "joined the unfinished job"
    yield* Effect.logInfo(`schedule ${schedule.name}, ${DateTime.formatIso(newest)}: ${what} ${id}`)
    return [{ id, epoch, kind: schedule.kind, version: schedule.version }]
  })

  return Effect.gen(function* () {
    const schedules = yield* JobSchedules
    const all = yield* schedules.list
    const keys = new Set(all.map(keyOf))
    known = new Map([...known].filter(([key]) => keys.has(key)))
    const started = yield* Effect.forEach(all, (schedule) =>
      Effect.catch(startIfDue(schedules, schedule), ({ message }) =>
        Effect.as(Effect.logWarning(`schedule ${schedule.name}: ${message}`), [])
      )
    )
    return started.flat()
  })
}

const keyOf = ({ cron, name, timeZone }: JobSchedule): string => JSON.stringify([name, cron, timeZone])

/** The newest occurrence at a time or before it. */
const newestAt = (cron: Cron.Cron, now: number): DateTime.Utc | undefined => {
  try {
    return DateTime.makeUnsafe(Cron.prev(cron, now + 1))
  } catch {
    // a rule whose first occurrence is far in the future
    return undefined
  }
}
