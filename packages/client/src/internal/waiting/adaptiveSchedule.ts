import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** Documented at `Actions.DurationWindow`. */
export interface DurationWindow {
  /** the youngest age at which the action is likely to complete */
  readonly from: Duration.Duration
  /** the oldest age at which the action is likely to complete */
  readonly to: Duration.Duration
  /** the number of past actions that the window is based on */
  readonly samples: number
}

/** Documented at `Actions.PollInput`. */
export interface PollInput<out State> {
  /** the last known state, or undefined before the first */
  readonly last: State | undefined
  /**
   * the age of the action by DigitalOcean's clock, and at least the time since the start of the wait; of an image the
   * time since the start of the wait
   */
  readonly age: Duration.Duration
  /** in which window of its age the action is likely to complete, or undefined if too few durations are known */
  readonly window: DurationWindow | undefined
  /** the number of requests that it takes to poll all waits of this client for actions, or for images */
  readonly pages: number
  /**
   * the number of requests a minute that nothing but polls needs, at least 10: what the latest minute left of the rate
   * limit, but not more than what is left of four fifths of the hour
   */
  readonly spare: number
}

const TypeId = "~@effect-digitalocean/client/AdaptiveSchedule"

/** A schedule without a memory, that can be evaluated after every response. */
export interface AdaptiveSchedule extends Schedule.Schedule<Duration.Duration, PollInput<unknown>> {
  /** the milliseconds until the next poll; `now` is milliseconds since 1970 */
  readonly [TypeId]: (now: number, input: PollInput<unknown>) => number
}

/**
 * Creates a schedule from a function that returns how long after a response the next poll is due.
 *
 * **Details**
 *
 * It has no memory. So it is evaluated again whenever a response contains the action, also one that another wait
 * requested, and when more durations are known, which can only make the next poll earlier. Any other schedule is evaluated
 * only after its own polls.
 *
 * Delays of at least a second end at a whole second of the clock, so that waits poll at the same time: they are rounded up
 * to whole seconds, and shortened by the part of the current second that has passed.
 *
 * @category schedules
 * @since 0.1.0
 */
export const adaptive = (
  interval: (input: PollInput<unknown>) => Duration.Input
): Schedule.Schedule<Duration.Duration, PollInput<unknown>> => {
  const delay = (now: number, input: PollInput<unknown>): number => {
    const millis = Duration.toMillis(Duration.fromInputUnsafe(interval(input)))
    return millis < 1000 ? millis : 1000 * Math.ceil(millis / 1000) - (Math.floor(now) % 1000)
  }
  const step = (now: number, input: PollInput<unknown>) => {
    const duration = Duration.millis(delay(now, input))
    return Effect.succeed<[Duration.Duration, Duration.Duration]>([duration, duration])
  }
  return Object.assign(Schedule.fromStep(Effect.succeed(step)), { [TypeId]: delay } as const)
}

/** Returns how an adaptive schedule computes a delay; undefined for any other schedule. */
export const delayOf = (schedule: object): AdaptiveSchedule[typeof TypeId] | undefined =>
  (schedule as Partial<AdaptiveSchedule>)[TypeId]

/**
 * The default interval: a share of the spare requests of a minute, and no more often than the window of durations allows.
 *
 * - before the window, an eighth of the spare requests, and as seldom as every quarter of the age (every 10 seconds while
 *   fewer than three durations are known), as the window can be wrong
 * - within it, three quarters of them, and about 50 polls for the whole window, but at least every 10 seconds (every 9 if
 *   40 durations are known); every 20 in its first tenth, which hardly a known duration is in, but not more seldom than
 *   before it
 * - after it, or without one, an eighth of them, and about every eightieth of the age, but at least every 10 seconds
 *
 * Where an eighth of the spare requests is too few to poll every minute, up to three quarters of them are used for that.
 */
export const defaultInterval = ({ age, pages, spare, window }: PollInput<unknown>): Duration.Duration => {
  const withShare = (share: number) => Math.max(1, Math.ceil((60 * pages) / (share * spare) - 1e-9))
  const often = withShare(3 / 4)
  const seldom = Math.min(withShare(1 / 8), Math.max(60, often))
  const seconds = toSeconds(age)
  const from = window === undefined ? 0 : toSeconds(window.from)
  const to = window === undefined ? 0 : toSeconds(window.to)
  const cautious = Math.max(10, seconds / 4)
  if (window !== undefined && seconds < from) {
    const longest = Math.max(seldom, window.samples < 3 ? 10 : cautious)
    return Duration.seconds(Math.max(often, Math.min(from - seconds, longest)))
  }
  if (window !== undefined && seconds <= to) {
    const longest = seconds < from + (to - from) / 10 ? Math.min(20, cautious) : window.samples < 40 ? 10 : 9
    return Duration.seconds(Math.max(often, Math.min(longest, Math.floor((to - from) / 50))))
  }
  return Duration.seconds(Math.max(seldom, Math.min(10, Math.floor(seconds / 82))))
}

/** Documented at `Actions.schedule`. */
export const defaultSchedule = adaptive(defaultInterval)

const toSeconds = (duration: Duration.Duration): number => Duration.toMillis(duration) / 1000
