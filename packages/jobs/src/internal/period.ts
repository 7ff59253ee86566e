import * as DateTime from "effect/DateTime"

/** The rules that keep one image of each period. */
export const rules = ["hourly", "daily", "weekly", "monthly", "yearly"] as const

/** The period a moment is in, by its own time zone: equal for two moments exactly when they share it. */
export const of: { readonly [K in (typeof rules)[number]]: (moment: DateTime.Zoned) => string } = {
  // the offset tells the two hours apart that the clock shows twice
  hourly: (moment) =>
    `${date(moment)} ${two(DateTime.getPart(moment, "hour"))}:00${DateTime.formatIsoOffset(moment).slice(-6)}`,
  daily: (moment) => date(moment),
  weekly: (moment) => isoWeek(DateTime.toParts(moment)),
  monthly: (moment) => date(moment).slice(0, -3),
  yearly: (moment) => date(moment).slice(0, -6)
}

const date = (moment: DateTime.Zoned): string => {
  const { day, month, year } = DateTime.toParts(moment)
  return `${year}-${two(month)}-${two(day)}`
}

const two = (n: number): string => String(n).padStart(2, "0")

/** A week belongs to the year its Thursday is in. */
const isoWeek = ({ day, month, year }: DateTime.DateTime.PartsWithWeekday): string => {
  const thursday = new Date(Date.UTC(year, month - 1, day))
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const isoYear = thursday.getUTCFullYear()
  const days = (thursday.getTime() - Date.UTC(isoYear, 0, 1)) / 86_400_000
  return `${isoYear}-W${two(1 + Math.floor(days / 7))}`
}
