/**
 * Returns the milliseconds of a date of HTTP (RFC 9110, 5.6.7), in any of its three formats, or undefined. `Headers` of Effect
 * creates errors and `DateTime`s from all of their parts for it, which adds 0.7 KB to a bundle.
 *
 * - `Sun, 06 Nov 1994 08:49:37 GMT`
 * - `Sunday, 06-Nov-94 08:49:37 GMT`, obsolete
 * - `Sun Nov  6 08:49:37 1994`, obsolete
 */
export const parse = (text: string): number | undefined => {
  const [day, month, year, time] = fields.exec(text)?.slice(1) ?? asctime(text)
  const millis = Date.parse(`${day} ${month} ${year} ${time} GMT`)
  // 31 February is parsed as 3 March
  return new Date(millis).getUTCDate() === Number(day) ? millis : undefined
}

const asctime = (text: string): ReadonlyArray<string | undefined> => {
  const [month, day, time, year] = asctimeFields.exec(text)?.slice(1) ?? []
  return [day, month, year, time]
}

const fields = /^[a-z]{3,9}, (\d\d)[ -]([a-z]{3})[ -](\d{4}|\d\d) (\d\d:\d\d:\d\d) gmt$/i
const asctimeFields = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})$/i
