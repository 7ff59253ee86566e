import * as Predicate from "effect/Predicate"

/** What the body of an error says; bounded, whatever was sent. */
export interface ErrorBody {
  readonly id: string
  readonly detail: string
  readonly requestId: string | undefined
}

/** How long an echoed id may be, and an echoed sentence. */
const idLength = 100
const detailLength = 500

/**
 * Reads the body of an error: DigitalOcean's own form, the one of tags (`error` and `messages`), or another's. Everything
 * that gives a reason is in `detail`; when nothing does, it is the beginning of the text. Secrets are removed before
 * anything is cut: half a secret would not be recognized.
 */
export const read = (text: string, redact: (text: string) => string): ErrorBody => {
  const body = parsed(text)
  if (body === undefined) return { id: "", detail: excerpt(redact(text), 200), requestId: undefined }
  const { error, errors, id, message, messages, request_id } = body
  const reasons = [message, error, messages, errors].flatMap(sentences)
  const [first = ""] = strings(id)
  const detail = redact([...new Set(reasons)].join("; ") || first || (Object.keys(body).length === 0 ? "" : text))
  return {
    id: cut(redact(first), idLength),
    detail: reasons.length === 0 && first === "" ? excerpt(detail, 200) : cut(detail, detailLength),
    requestId: typeof request_id === "string" ? requestId(redact(request_id)) : undefined
  }
}

/** A request's id as it may be echoed. */
export const requestId = (text: string): string | undefined =>
  text.trim() === "" ? undefined : cut(text.trim(), idLength)

/** The beginning of a text as one line; of a page of HTML what it shows. */
export const excerpt = (text: string, length: number): string => {
  const line = readable(text.trim().slice(0, 4000)).trim().replace(/\s+/g, " ")
  return cut(line, length)
}

/** What a text is, when that cannot be seen in its excerpt. */
export const kindOf = (text: string): string => (isHtml(text) ? "HTML: " : "")

/** A text that is not longer than this, with its end marked when it was cut. */
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

/** A sentence, several, or an object that has one. */
const sentences = (value: unknown): ReadonlyArray<string> => {
  const all = Array.isArray(value) ? value.slice(0, 20) : [value]
  return all.flatMap((one) => strings(Predicate.hasProperty(one, "message") ? one.message : one))
}

const strings = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" && value.trim() !== "" ? [value.trim()] : []

/** Whether a text is a page, not JSON. */
export const isHtml = (text: string): boolean => text.trimStart().startsWith("<")

const readable = (text: string): string => {
  if (!isHtml(text)) return text
  const shown = text
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .trim()
  return shown === "" ? "a page that shows no text" : shown
}
