/**
 * Spans of time as people type and read them.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Reads `90s`, `1h30m`, `500ms`; a bare number counts seconds. None for anything else, and for no time at all.
 *
 * @since 0.1.0
 */
export const parse = (text: string): Option.Option<Duration.Duration> => {
  const trimmed = text.trim()
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$|^\d+(\.\d+)?$/.test(trimmed)) return Option.none()
  let millis = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])?/g)) {
    millis += Number(amount) * units[(unit ?? "s") as keyof typeof units]
  }
  return millis > 0 && Number.isSafeInteger(Math.round(millis)) ? Option.some(Duration.millis(millis)) : Option.none()
}

/**
 * Writes a span as `7s`, `2m 05s` or `1h 02m`.
 *
 * @since 0.1.0
 */
export const format = (duration: Duration.Duration): string => {
  const seconds = Math.floor(Duration.toSeconds(duration))
  const two = (n: number) => String(n).padStart(2, "0")
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`
}
