/**
 * Redacts secrets in text: in error messages, logs, spans and terminal output.
 *
 * These are replaced:
 *
 * - all DigitalOcean tokens (`dop_v1_`, `doo_v1_`, `dor_v1_`), also truncated ones
 * - the caller's own token, if it is passed: see {@link make}
 * - the user name and password of a URL, and query values that are credentials or signatures (`X-Amz-Signature`, `sig`,
 *   `token` ...)
 * - the word after `Bearer`, if it looks like a token
 *
 * Other text is unchanged. Redaction takes linear time.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"

/**
 * The text that replaces a secret.
 *
 * @category constants
 * @since 0.1.0
 */
export const placeholder = "<redacted>"

/**
 * Redacts the secrets in a text, and the token `own` if it is passed.
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
 * @see {@link make} to redact many texts
 * @category combinators
 * @since 0.1.0
 */
export const redact = (text: string, own?: string | Redacted.Redacted | undefined): string =>
  own === undefined ? withoutShapes(text) : make(own)(text)

/**
 * Creates a function that redacts the secrets in a text, including the caller's own token.
 *
 * **Details**
 *
 * A token of at least 16 characters that are not all letters is redacted everywhere, also percent-encoded or escaped in
 * JSON. Parts of it are redacted if they have at least 12 characters and a digit, as a server may have truncated the
 * token. A shorter token, or one of letters only, could be part of any sentence: it is redacted only if it is the whole
 * text, or follows `Bearer` at the end of a header.
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

/** Whether a token is too long, and too unlike a word, to be part of a normal message. */
const isDistinct = (token: string): boolean => token.length >= 16 && !/^[a-z]+$/i.test(token)

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/-]/g, "\\$&")

/** A pattern for a character of a token: unchanged, percent-encoded, or escaped in JSON. */
const inAnySpelling = (char: string): string => {
  if (/^\w$/.test(char)) return char
  const encoded = Array.from(new TextEncoder().encode(char), hex2)
  const anyCase = encoded.map((byte) => `%${byte.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)}`)
  const units = Array.from({ length: char.length }, (_, i) => hex2(char.charCodeAt(i)).padStart(4, "0"))
  const json = units.map((unit) => `\\\\u${unit}`).join("")
  return `(?:\\\\?${escaped(char)}|${anyCase.join("")}|${json})`
}

const hex2 = (n: number): string => n.toString(16).padStart(2, "0")

/** The minimum length of a part of a token that is recognized. */
const pieceLength = 12

/** Runs of characters that can contain a part of a token. */
const runs = /[\w~+/=%-]{12,}/g

const piecesOf = (token: string): ReadonlySet<string> =>
  new Set(
    Array.from({ length: Math.max(0, token.length - pieceLength + 1) }, (_, i) => token.slice(i, i + pieceLength))
  )

/** Replaces the parts of a token that contain a digit. Adjacent text, such as `token=`, is kept. */
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

/**
 * Query parameters with secret values: complete names, and parts of names. Complete names can also be ordinary words.
 */
const names = "sig|sign|hmac|md5|key|rlkey|authkey|auth|jwt|pass|pwd|code|ticket"
const parts = "signature|credential|token|secret|password|passwd|api[-_]?key|access[-_]?key|authorization"
const containing = String.raw`[\w.~%:[\]-]{0,40}?(?:${parts})[\w\]-]{0,20}`

/** A percent-encoded character: encoded once or, in nested URLs, several times. */
const encoded = (hex: string): string => `%(?:25){0,4}${hex}`

/**
 * A character of a user name or a password. A quotation mark ends a URL, unless another character of the password
 * follows.
 */
const inUserInfo = String.raw`(?:[^\s/?#"'<>\\]|\\?["'](?![\s,;:)}\]>&\\]|$))`

/** Secrets in a text. A group captures what is kept of one, such as the name of a parameter. */
const shapes = new RegExp(
  [
    // user and password between `://` and `@`, also with slashes escaped in JSON, or with the slashes that browsers
    // accept
    String.raw`(:(?:\\?\/){2})${inUserInfo}+(?=@)`,
    String.raw`(\bhttps?:[\\/]{0,9})${inUserInfo}{1,255}(?=@)`,
    // a password with an unencoded slash or question mark; a port is not a password
    String.raw`(:\/\/)[^\s/?#"'<>\\:@[]{0,99}:(?!\d{0,5}(?:[/?#"'\s,;.)]|$))[^\s"'<>]{0,255}(?=@)`,
    // user and password of a percent-encoded URL inside another URL
    `(${encoded("3a")}(?:/|${encoded("2f")}){2})(?:(?!${encoded("(?:2f|3f|23)")})[^\\s/?#&"'<>\\\\])+(?=@|${encoded("40")})`,
    // a query parameter and its value
    String.raw`((?:(?:[?&]|&amp;|\\u0026)(?:${names}|${containing})|[;#]${containing})(?:=|\\u003d))[^\s&;#"'<>\\]+`,
    `(${encoded("(?:3f|26|23)")}(?:${names}|[\\w.~-]{0,40}?(?:${parts})[\\w-]{0,20})${encoded("3d")})(?:(?!${encoded("(?:26|23)")})[^\\s&;#"'<>\\\\])+`,
    String.raw`(\bBearer(?:\s|%20|\+){1,9})(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*`,
    // ordinary names can contain `do?_v1_` (vendor_v1_2026): a token starts a word, after at most one letter (of a
    // flag), or
    // is longer than any hash in a name
    String.raw`(?:(?<![a-z]{2})|(?<=%[\da-f]{2}|\\[bfnrt]|\\u[\da-f]{4}))do[por](?:_|%5f)v1(?:_|%5f)[a-z0-9]+`,
    "do[por](?:_|%5f)v1(?:_|%5f)[a-f0-9]{41,}[a-z0-9]*"
  ].join("|"),
  "gi"
)

const withoutShapes = (text: string): string =>
  text.replace(shapes, (_, ...rest) => {
    const kept: ReadonlyArray<string | undefined> = rest.slice(0, -2)
    return `${kept.find((one) => one !== undefined) ?? ""}${placeholder}`
  })
