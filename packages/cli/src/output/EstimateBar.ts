/**
 * A bar that shows how much of an action is likely to be done, and when it is likely to be done.
 *
 * @since 0.1.0
 */
import type * as Actions from "@effect-digitalocean/client/Actions"
import * as Duration from "effect/Duration"
import * as Time from "../text/Time.ts"

/**
 * When an action is likely to be done, in milliseconds of the clock, and how many milliseconds it takes in total.
 *
 * @since 0.1.0
 */
export interface Ends {
  readonly ends: number
  readonly earliest: number
  readonly latest: number
  readonly total: number
}

/**
 * Returns when an action is likely to be done.
 *
 * @since 0.1.0
 */
export const endsOf = ({ longest, remaining, shortest, total }: Actions.Estimate, now: number): Ends => {
  const startedAt = now + Duration.toMillis(remaining) - Duration.toMillis(total)
  return {
    ends: startedAt + Duration.toMillis(total),
    earliest: startedAt + Duration.toMillis(shortest),
    latest: startedAt + Duration.toMillis(longest),
    total: Duration.toMillis(total)
  }
}

/**
 * Draws the bar and the remaining time with its range, if past actions allow an estimate; empty otherwise.
 *
 * @since 0.1.0
 */
export const draw = (estimate: Ends | undefined, now: number): string => {
  if (estimate === undefined || estimate.total <= 0) return ""
  const left = (end: number) => Time.format(Duration.millis(Math.max(0, end - now)))
  const full = Math.round(10 * Math.min(1, Math.max(0, 1 - (estimate.ends - now) / estimate.total)))
  const [earliest, latest] = [left(estimate.earliest), left(estimate.latest)]
  const range = earliest === latest ? "" : ` (${earliest} to ${latest})`
  return `  ${"█".repeat(full)}${"░".repeat(10 - full)}  about ${left(estimate.ends)} left${range}`
}
