import * as Predicate from "effect/Predicate"

/** The fields of an error body, limited in length. */
export interface ErrorBody {
  readonly id: string
  readonly detail: string
  readonly requestId: string | undefined
}

/** The maximum lengths of an id and of a message in an error. */
const idLength = 100
const detailLength = 500

/**
 * Reads the body of an error: DigitalOcean's usual format, the format of the tag endpoints (`error` and `messages`), or
 * another. `detail` joins all messages; if there are none, it is the start of the text. Secrets are redacted before the
 * text is truncated, as a truncated secret would not be recognized.
 */
export const read = (text: string, redact: (text: string) => string): ErrorBody => {
  const body = parsed(text)
  if (body === undefined) return { id: "", detail: excerpt(redact(text), 200), requestId: undefined }
  const { error, errors, id, message, messages, request_id } = body
  const reasons = [message, error, messages, errors].flatMap(messagesOf)
  const [first = ""] = strings(id)
  const detail = redact([...new Set(reasons)].join("; ") || first || (Object.keys(body).length === 0 ? "" : text))
  return {
    id: cut(redact(first), idLength),
    detail: reasons.length === 0 && first === "" ? excerpt(detail, 200) : cut(detail, detailLength),
    requestId: typeof request_id === "string" ? requestId(redact(request_id)) : undefined
  }
}

/** Returns a request id, limited in length. */
export const requestId = (text: string): string | undefined =>
  text.trim() === "" ? undefined : cut(text.trim(), idLength)

/** Returns the start of a text as one line; for HTML, of its visible text. */
export const excerpt = (text: string, length: number): string => {
  const line = readable(text.trim().slice(0, 4000)).trim().replace(/\s+/g, " ")
  return cut(line, length)
}

/** A prefix for an excerpt that does not show that the text is HTML. */
export const kindOf = (text: string): string => (isHtml(text) ? "HTML: " : "")

/** Truncates a text to a length, and marks a truncated one with an ellipsis. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length)}...`

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const body: unknown = JSON.parse(text)
    return Predicate.isObject(body) && !Array.isArray(body) ? (body as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}

/** Returns the messages of a string, of an object with a `message`, or of an array of either. */
const messagesOf = (value: unknown): ReadonlyArray<string> => {
  const all = Array.isArray(value) ? value.slice(0, 20) : [value]
  return all.flatMap((item) => strings(Predicate.hasProperty(item, "message") ? item.message : item))
}

const strings = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" && value.trim() !== "" ? [value.trim()] : []

/** Whether a text is HTML, not JSON. */
export const isHtml = (text: string): boolean => text.trimStart().startsWith("<")

const readable = (text: string): string => {
  if (!isHtml(text)) return text
  const shown = text
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .trim()
  return shown === "" ? "a page without visible text" : shown
}
