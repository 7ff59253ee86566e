/**
 * Removes secrets from text before anybody sees it: from messages, logs, spans and lines on a terminal.
 *
 * What is removed:
 *
 * - DigitalOcean's tokens (`dop_v1_`, `doo_v1_`, `dor_v1_`), anybody's, whole or cut off
 * - the own token, where one is given: see {@link make}
 * - user and password of a URL, and the values of its query that are credentials or signatures (`X-Amz-Signature`,
 *   `sig`, `token` ...)
 * - what follows `Bearer`, when it looks like a token
 *
 * Every other word stays as it is, whatever the token is. The text is read once for each of these kinds, in linear time;
 * nothing that was removed is read again.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"

/**
 * What stands in place of a secret.
 *
 * @category constants
 * @since 0.1.0
 */
export const placeholder = "<redacted>"

/**
 * Removes secrets from a text. With `own` also that token.
 *
 * **Example** (Redacting a signed URL)
 *
 * ```ts
 * import { Redaction } from "@effect-digitalocean/client"
 *
 * Redaction.redact("cannot fetch https://u:p@example.com/web.img?sig=abc&size=1")
 * // => "cannot fetch https://<redacted>@example.com/web.img?sig=<redacted>&size=1"
 * ```
 *
 * @see {@link make} for many texts
 * @category combinators
 * @since 0.1.0
 */
export const redact = (text: string, own?: string | Redacted.Redacted | undefined): string =>
  own === undefined ? withoutShapes(text) : make(own)(text)

/**
 * Makes a function that removes secrets from a text, and a token of one's own.
 *
 * **Details**
 *
 * A token of at least 16 characters, of which not all are letters, is removed wherever it stands, also percent-encoded
 * or as a JSON string. So are pieces of it of at least 12 characters with a digit among them: a server may have cut it. A
 * shorter token, or one that is a word, could be part of any sentence: it is removed only where it is the whole text, or
 * the end of a header (`Bearer TOKEN`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (own: string | Redacted.Redacted): ((text: string) => string) => {
  const token = Redacted.isRedacted(own) ? Redacted.value(own) : own
  if (token === "") return withoutShapes
  const isWhole = (text: string) => text.trim() === token
  if (!isDistinct(token)) {
    const bearer = new RegExp(`(\\bBearer\\s{1,9})${escaped(token)}(?=$|[\\r\\n"',;)\\]}])`, "g")
    return (text) => (isWhole(text) ? placeholder : withoutShapes(text).replace(bearer, `$1${placeholder}`))
  }
  const forms = new Set([token, encodeURIComponent(token), JSON.stringify(token).slice(1, -1)])
  const literal = new RegExp([...forms].map(escaped).join("|"), "g")
  const orPiece = (run: string) => (/\d/.test(run) && token.includes(run) ? placeholder : run)
  return (text) => withoutShapes(text).replace(literal, placeholder).replace(runs, orPiece)
}

/** Longer than any word that a message has to say, and not a word. */
const isDistinct = (token: string): boolean => token.length >= 16 && !/^[a-z]+$/i.test(token)

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/-]/g, "\\$&")

/** What may be a piece of a token. */
const runs = /[\w~+/=%-]{12,}/g

/** Names of values in a query that are secrets, as a whole and as a part. */
const names = "sig|key|auth|jwt|pass|pwd|code"
const parts = "signature|credential|token|secret|password|passwd|api[-_]?key|access[-_]?key|authorization"

const shapes = new RegExp(
  [
    // user and password: what stands between `://` and `@`
    String.raw`(?<start>:\/\/)[^\s/?#"'<>\\]+(?=@)`,
    // a name and its value, up to the next
    String.raw`(?<name>(?:[?&;#]|\\u0026)(?:(?:${names})|[\w.~%-]{0,40}?(?:${parts})[\w-]{0,20})=)[^\s&;#"'<>\\]+`,
    String.raw`(?<bearer>\bBearer\s{1,9})(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*`,
    "do[por](?:_|%5f)v1(?:_|%5f)[a-z0-9]+"
  ].join("|"),
  "gi"
)

const withoutShapes = (text: string): string =>
  text.replace(shapes, (...match) => {
    const { bearer, name, start } = match.at(-1) as Record<string, string | undefined>
    return `${start ?? name ?? bearer ?? ""}${placeholder}`
  })
