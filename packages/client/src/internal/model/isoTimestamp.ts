/**
 * Returns the milliseconds of an RFC 3339 timestamp, or NaN. Accepts only valid calendar dates and times, unlike
 * `Date.parse`, which parses 31 February as 3 March and `24:00` as the next day.
 *
 * DigitalOcean's format, `2026-01-02T03:04:05Z`, is parsed without a regular expression: the timestamps of a page of
 * 200 images take 6 % of the time of `JSON.parse`.
 */
export const parse = (text: string): number => (isPlain(text) ? plain(text) : any(text))

const plain = (text: string): number =>
  millis(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17))

const any = (text: string): number => {
  const parts = text.length > 64 ? null : rfc3339.exec(text)
  if (parts === null) return Number.NaN
  const [, date, clock, fraction = "", hours, minutes] = parts
  if (Number.isNaN(plain(`${date}T${clock}`))) return Number.NaN
  const offset = hours === undefined ? "Z" : `${hours}:${minutes}`
  const time = Date.parse(`${date}T${clock}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`)
  // an offset can lead to a year that RFC 3339 cannot represent
  return time >= firstYear && time < afterLastYear ? time : Number.NaN
}

const firstYear = Date.UTC(1000, 0)
const afterLastYear = Date.UTC(10_000, 0)

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-](?:[01]\d|2[0-3])):?([0-5]\d))$/

/** Returns NaN for invalid parts. A part with a non-digit is NaN, for which every comparison is false. */
const millis = (year: number, month: number, day: number, hours: number, minutes: number, seconds: number): number =>
  year >= 1000 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  (day <= 28 || day <= daysOf(year, month)) &&
  hours <= 23 &&
  minutes <= 59 &&
  seconds <= 59
    ? Date.UTC(year, month - 1, day, hours, minutes, seconds)
    : Number.NaN

/** The last day of a month is day 0 of the next. */
const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const isPlain = (text: string): boolean =>
  text.length === 20 &&
  text.charCodeAt(4) === 45 &&
  text.charCodeAt(7) === 45 &&
  text.charCodeAt(10) === 84 &&
  text.charCodeAt(13) === 58 &&
  text.charCodeAt(16) === 58 &&
  text.charCodeAt(19) === 90

const two = (text: string, at: number): number => digit(text.charCodeAt(at)) * 10 + digit(text.charCodeAt(at + 1))

const digit = (code: number): number => (code >= 48 && code <= 57 ? code - 48 : Number.NaN)
