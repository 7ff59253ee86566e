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
  const literal = new RegExp(Array.from(token, inAnySpelling).join(""), "g")
  const pieces = piecesOf(token)
  return (text) =>
    withoutShapes(text)
      .replace(literal, placeholder)
      .replace(runs, (run) => withoutPieces(run, pieces))
}

/** Longer than any word that a message has to say, and not a word. */
const isDistinct = (token: string): boolean => token.length >= 16 && !/^[a-z]+$/i.test(token)

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/-]/g, "\\$&")

/** A character of a token as it is, percent-encoded, or as JSON escapes it. */
const inAnySpelling = (char: string): string => {
  if (/^\w$/.test(char)) return char
  const encoded = Array.from(new TextEncoder().encode(char), hex2)
  const anyCase = encoded.map((byte) => `%${byte.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)}`)
  const units = Array.from({ length: char.length }, (_, i) => hex2(char.charCodeAt(i)).padStart(4, "0"))
  const json = units.map((unit) => `\\\\u${unit}`).join("")
  return `(?:\\\\?${escaped(char)}|${anyCase.join("")}|${json})`
}

const hex2 = (n: number): string => n.toString(16).padStart(2, "0")

/** The shortest piece of a token that is recognized. */
const pieceLength = 12

/** What may hold a piece of a token. */
const runs = /[\w~+/=%-]{12,}/g

const piecesOf = (token: string): ReadonlySet<string> =>
  new Set(
    Array.from({ length: Math.max(0, token.length - pieceLength + 1) }, (_, i) => token.slice(i, i + pieceLength))
  )

/** A run without the pieces in it that have a digit: what stands directly before and after them, as `token=`, is kept. */
const withoutPieces = (run: string, pieces: ReadonlySet<string>): string => {
  let [kept, from] = ["", 0]
  for (let at = 0; at + pieceLength <= run.length; at++) {
    if (!pieces.has(run.slice(at, at + pieceLength))) continue
    let end = at + pieceLength
    while (end < run.length && pieces.has(run.slice(end + 1 - pieceLength, end + 1))) end++
    if (/\d/.test(run.slice(at, end))) {
      kept += run.slice(from, at) + placeholder
      from = end
    }
    at = end - 1
  }
  return from === 0 ? run : kept + run.slice(from)
}

/** Names of values in a query that are secrets: as a whole, and as a part. The first are words of other texts too. */
const names = "sig|sign|hmac|md5|key|rlkey|authkey|auth|jwt|pass|pwd|code|ticket"
const parts = "signature|credential|token|secret|password|passwd|api[-_]?key|access[-_]?key|authorization"
const containing = String.raw`[\w.~%:[\]-]{0,40}?(?:${parts})[\w\]-]{0,20}`

/** A sign that is percent-encoded, once or, as part of a URL in a URL in a URL, several times. */
const encoded = (hex: string): string => `%(?:25){0,4}${hex}`

/** A sign of a user or a password. A quotation mark ends a URL, unless a letter of a password follows. */
const inUserInfo = String.raw`(?:[^\s/?#"'<>\\]|\\?["'](?![\s,;:)}\]>&\\]|$))`

const shapes = new RegExp(
  [
    // user and password: what stands between `://` and `@`, with the slashes of JSON, and as a browser forgives them
    String.raw`(?<start>:(?:\\?\/){2})${inUserInfo}+(?=@)`,
    String.raw`(?<loose>\bhttps?:[\\/]{0,9})${inUserInfo}{1,255}(?=@)`,
    // a password with a slash or a question mark in it, which should have been encoded; a port is none
    String.raw`(?<odd>:\/\/)[^\s/?#"'<>\\:@[]{0,99}:(?!\d{0,5}(?:[/?#"'\s,;.)]|$))[^\s"'<>]{0,255}(?=@)`,
    // both in a URL that is part of another
    `(?<inner>${encoded("3a")}(?:/|${encoded("2f")}){2})(?:(?!${encoded("(?:2f|3f|23)")})[^\\s/?#&"'<>\\\\])+(?=@|${encoded("40")})`,
    // a name and its value, up to the next
    String.raw`(?<name>(?:(?:[?&]|&amp;|\\u0026)(?:${names}|${containing})|[;#]${containing})(?:=|\\u003d))[^\s&;#"'<>\\]+`,
    `(?<part>${encoded("(?:3f|26|23)")}(?:${names}|[\\w.~-]{0,40}?(?:${parts})[\\w-]{0,20})${encoded("3d")})(?:(?!${encoded("(?:26|23)")})[^\\s&;#"'<>\\\\])+`,
    String.raw`(?<bearer>\bBearer(?:\s|%20|\+){1,9})(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*`,
    // a word may end so (vendor_v1_2026): a token begins one, after a letter at most (a flag's), or is longer than any hash in a name
    String.raw`(?:(?<![a-z]{2})|(?<=%[\da-f]{2}|\\[bfnrt]|\\u[\da-f]{4}))do[por](?:_|%5f)v1(?:_|%5f)[a-z0-9]+`,
    "do[por](?:_|%5f)v1(?:_|%5f)[a-f0-9]{41,}[a-z0-9]*"
  ].join("|"),
  "gi"
)

const withoutShapes = (text: string): string =>
  text.replace(shapes, (...match) => {
    const kept: Record<string, string | undefined> = match.at(-1)
    return `${Object.values(kept).find((one) => one !== undefined) ?? ""}${placeholder}`
  })
