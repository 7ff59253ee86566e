import { InvalidInput } from "../../DigitalOceanError.ts"
import { quote } from "../response/echo.ts"

/** URL parsers take these, in any spelling, for "here" and "one up", and so would eat a segment of the path. */
const isDotted = (segment: string): boolean => /^(\.|%2e){1,2}$/i.test(segment)

/** One value as one segment of a path: never empty, never another path. */
const segment = (field: string, value: string | number | undefined): string | InvalidInput => {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && value > 0
      ? String(value)
      : new InvalidInput({ field, problem: `expected a positive integer up to 2^53-1, got ${value}` })
  }
  if (typeof value !== "string") {
    return new InvalidInput({ field, problem: `expected an id, got ${value === null ? "null" : typeof value}` })
  }
  if (value === "" || isDotted(value)) {
    return new InvalidInput({ field, problem: `expected a name or an id, got ${quote(value)}` })
  }
  if (hasHalfCharacter(value)) return new InvalidInput({ field, problem: "holds half a character (a lone surrogate)" })
  return encodeURIComponent(value)
}

/** Half of a surrogate pair, which no URL can carry. */
export const hasHalfCharacter = (text: string): boolean => /\p{Surrogate}/u.test(text)

/** Fills the `{placeholders}` of a path. */
export const fill = (
  template: string,
  params: Readonly<Record<string, string | number | undefined>>
): string | InvalidInput => {
  let problem: InvalidInput | undefined
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const filled = segment(name, params[name])
    if (typeof filled === "string") return filled
    problem ??= filled
    return ""
  })
  return problem ?? path
}

/** A path that a caller wrote out: from the root of the API, on this host, without query and without dots. */
export const check = (path: string): string | InvalidInput => {
  const refuse = (problem: string) => new InvalidInput({ field: "path", problem })
  if (!path.startsWith("/")) return refuse(`expected a path such as "/v2/images", got ${quote(path)}`)
  if (/[?#]/.test(path)) return refuse("give the query as `query`, and leave out the fragment")
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\\\u0000-\u0020\u007f]/.test(path) || hasHalfCharacter(path)) {
    return refuse("encode blanks, backslashes and control characters")
  }
  if (/%(?![0-9a-f]{2})/i.test(path)) return refuse("a percent sign begins an escape such as %20")
  const segments = path.slice(1).split("/")
  if (segments.some((segment, i) => isDotted(segment) || (segment === "" && i < segments.length - 1))) {
    return refuse(`empty and dotted segments are refused, got ${quote(path)}`)
  }
  return path
}
