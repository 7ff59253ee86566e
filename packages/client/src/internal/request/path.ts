import { InvalidInput } from "../../DigitalOceanError.ts"
import { isPositive } from "../model/id.ts"
import { quote } from "../response/echo.ts"

/** Whether a segment is `.` or `..`, also percent-encoded. URL parsers remove these, and change the path. */
const isDotSegment = (segment: string): boolean => /^(\.|%2e){1,2}$/i.test(segment)

/** Encodes a value as exactly one segment of a path. Rejects empty and dot segments. */
const segment = (field: string, value: string | number | undefined): string | InvalidInput => {
  if (typeof value === "number") {
    return isPositive(value)
      ? String(value)
      : new InvalidInput({ field, problem: `expected a positive integer up to 2^53-1, got ${value}` })
  }
  if (typeof value !== "string") {
    return new InvalidInput({ field, problem: `expected an id, got ${value === null ? "null" : typeof value}` })
  }
  if (value === "" || isDotSegment(value)) {
    return new InvalidInput({ field, problem: `expected a name or an id, got ${quote(value)}` })
  }
  if (hasLoneSurrogate(value)) return new InvalidInput({ field, problem: "contains a lone surrogate" })
  return encodeURIComponent(value)
}

/** Whether a text contains a lone surrogate, which a URL cannot encode. */
export const hasLoneSurrogate = (text: string): boolean => /\p{Surrogate}/u.test(text)

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

/** Validates the path of a caller: absolute, without host, query and dot segments. */
export const check = (path: string): string | InvalidInput => {
  const invalid = (problem: string) => new InvalidInput({ field: "path", problem })
  if (!path.startsWith("/")) return invalid(`expected a path such as "/v2/images", got ${quote(path)}`)
  if (/[?#]/.test(path)) return invalid("pass the query as `query`, and omit the fragment")
  // oxlint-disable-next-line no-control-regex -- rejects control characters
  if (/[\\\u0000-\u0020\u007f]/.test(path) || hasLoneSurrogate(path)) {
    return invalid("encode spaces, backslashes and control characters")
  }
  if (/%(?![0-9a-f]{2})/i.test(path)) return invalid("a percent sign must be part of an escape such as %20")
  const segments = path.slice(1).split("/")
  if (segments.some((segment, i) => isDotSegment(segment) || (segment === "" && i < segments.length - 1))) {
    return invalid(`empty and dot segments are not allowed, got ${quote(path)}`)
  }
  return path
}
