import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { make, placeholder, redact } from "../../src/Redaction.ts"

const hex = "0123456789abcdef".repeat(4)
const own = `dop_v1_${hex}`
const foreign = `doo_v1_${"fedcba9876543210".repeat(4)}`

/** A text, and what is shown of it. */
type Row = readonly [text: string, shown: string]
const unchanged = (text: string): Row => [text, text]

// R47: anybody's token, whole or cut, and what a URL carries
const table: ReadonlyArray<Row> = [
  [foreign, "<redacted>"],
  [`Unable to authenticate ${foreign}.`, "Unable to authenticate <redacted>."],
  [`dor_v1_${hex} and dop_v1_${hex}`, "<redacted> and <redacted>"],
  ["the token dop_v1_0123ab... is revoked", "the token <redacted>... is revoked"],
  [foreign.toUpperCase(), "<redacted>"],
  [`/v2/images/${foreign}/actions`, "/v2/images/<redacted>/actions"],
  [`name=x${foreign}`, "name=x<redacted>"],
  ["Unrecognized flag: -xdor_v1_0123456789abcdef01234567", "Unrecognized flag: -x<redacted>"],
  ["doo%5Fv1%5F0123456789", "<redacted>"],
  ["https://user:password@example.com/a", "https://<redacted>@example.com/a"],
  ["https://user@example.com", "https://<redacted>@example.com"],
  ["https://user:p@ss@example.com/a@b", "https://<redacted>@example.com/a@b"],
  ["redis://:secret@127.0.0.1:6379/0", "redis://<redacted>@127.0.0.1:6379/0"],
  [
    "https://b.s3.example.com/a.img?X-Amz-Credential=AK%2F1&X-Amz-Signature=0af&X-Amz-Date=2026",
    "https://b.s3.example.com/a.img?X-Amz-Credential=<redacted>&X-Amz-Signature=<redacted>&X-Amz-Date=2026"
  ],
  ["https://e.com/a?sv=1&sig=ab%2Bc%3D&se=2", "https://e.com/a?sv=1&sig=<redacted>&se=2"],
  ['{"url":"https://e.com/a?token=abc"}', '{"url":"https://e.com/a?token=<redacted>"}'],
  ['{"url":"https://e.com/a?a=1\\u0026sig=abc"}', '{"url":"https://e.com/a?a=1\\u0026sig=<redacted>"}'],
  ['<a href="https://e.com/?a=1&amp;sig=abc">', '<a href="https://e.com/?a=1&amp;sig=<redacted>">'],
  ["https://e.com/#access_token=abc&x=1", "https://e.com/#access_token=<redacted>&x=1"],
  ["?AWSAccessKeyId=AKIA&Signature=abc", "?AWSAccessKeyId=<redacted>&Signature=<redacted>"],
  ["?api_key=abc;password=def", "?api_key=<redacted>;password=<redacted>"],
  ["authorization: Bearer abc123def456", "authorization: Bearer <redacted>"],
  ["bearer  eyJhbGciOi.J9-_~x==", "bearer  <redacted>"],
  ["bearer%20eyJhbGciOi.J9", "bearer%20<redacted>"],
  // in any spelling: with signs in the password, escaped by JSON, as part of another URL
  [`https://u:p'w@e.com and "https://u:p\\"w@e.com"`, `https://<redacted>@e.com and "https://<redacted>@e.com"`],
  ["https://u:p/w?x@e.com/a", "https://<redacted>@e.com/a"],
  ["https:/u:p@e.com or https:u:p@e.com", "https:/<redacted>@e.com or https:<redacted>@e.com"],
  ["https:\\/\\/u:p@e.com\\/a", "https:\\/\\/<redacted>@e.com\\/a"],
  [
    "https%3A%2F%2Fu%3Ap%40e.com%2F%3Fa%3D1%26sig%3Dabc&x=1",
    "https%3A%2F%2F<redacted>%40e.com%2F%3Fa%3D1%26sig%3D<redacted>&x=1"
  ],
  ["https%253a%252f%252fe.com%253ftoken%253dabc%2526x", "https%253a%252f%252fe.com%253ftoken%253d<redacted>%2526x"],
  [
    "?x[token]=abc&rlkey=def&X-Amz-Signature\\u003dghi",
    "?x[token]=<redacted>&rlkey=<redacted>&X-Amz-Signature\\u003d<redacted>"
  ],
  ["a line\\ndop_v1_ab12, %3Ddop_v1_ab12", "a line\\n<redacted>, %3D<redacted>"],
  unchanged(""),
  // a name may end as a token begins
  unchanged("images vendor_v1_2026-11-27, condor_v1_final and voodoo_v1_3f786850e387550fdab836ed7e6dc881de23001b"),
  unchanged("the check failed: status;code=500;key=none, see #key=3"),
  unchanged("http://127.0.0.1:4000/@a, https://[::1]:4000/a@b and https://e.com:443,a/@b"),
  unchanged('{"url":"https://e.com","mail":"me@e.com"} or <https://e.com>"me@e.com"'),
  unchanged("Bearer token is missing"),
  unchanged("A bearer authorization header is required."),
  unchanged("tokens begin with dop_v1_, doo_v1_ or dor_v1_"),
  unchanged("https://api.digitalocean.com/v2/images?private=true&tag_name=token&page=2&per_page=200"),
  unchanged("mail a@example.com, or see https://example.com/@a"),
  unchanged("the token, the key = and the signature of image 7938291"),
  unchanged("the resource you were accessing could not be found")
]

describe("of a text is shown", () => {
  for (const [text, shown] of table) {
    it(`${JSON.stringify(shown.slice(0, 90))} of ${JSON.stringify(text.slice(0, 60))}`, () => {
      for (const secret of [undefined, "a", "any", "image", "token", own]) {
        assert.strictEqual(redact(text, secret), text === secret ? placeholder : shown)
      }
    })
  }
})

describe("one's own token is removed", () => {
  const odd = 's3cr3t/proxy+"token"=1'

  for (const [what, token, text, shown] of [
    ["wherever it stands", own, `Bearer ${own}, x${own}y`, "Bearer <redacted>, x<redacted>"],
    ["percent-encoded", odd, `/v2/images/${encodeURIComponent(odd)}/x`, "/v2/images/<redacted>/x"],
    ["as a JSON string", odd, JSON.stringify({ id: odd }), '{"id":"<redacted>"}'],
    [
      "as a piece of its end",
      own,
      `a token ending in ${hex.slice(-20)} is unknown`,
      "a token ending in <redacted> is unknown"
    ],
    ["as a piece of its beginning", "proxy-token-2026-11-27", "proxy-token-2026...", "<redacted>..."],
    [
      "as a piece that something stands before and after",
      own,
      `?token=${hex.slice(-20)}&a, x${hex.slice(-20)}zz`,
      "?token=<redacted>&a, x<redacted>zz"
    ],
    ["as a piece in its own assignment", own, `x=${hex.slice(8, 40)}/y`, "x=<redacted>/y"],
    ["percent-encoded in lower case", odd, encodeURIComponent(odd).toLowerCase(), "<redacted>"],
    [
      "as a URL writes it, and as JSON escapes it",
      odd,
      `${encodeURI(odd)} ${odd.replace("/", "\\/").replace("+", "\\u002b").replaceAll('"', '\\"')}`,
      "<redacted> <redacted>"
    ],
    ["when it has half a character", "s3cr3t-and-long-\ud800", "a s3cr3t-and-long-\ud800.", "a <redacted>."],
    ["when it is the whole text, however short", "any", "any", "<redacted>"],
    ["after Bearer, however short", "any", "bad header Bearer any", "bad header Bearer <redacted>"]
  ] as const) {
    it(what, () => {
      assert.strictEqual(redact(text, token), shown)
      assert.strictEqual(make(Redacted.make(token))(text), shown)
    })
  }
})

// R46: ordinary words are never altered, whatever the token is
describe("every word stays as it is when the token is", () => {
  const sentence =
    "Images.get: HTTP 404: Company many images any anyone, image 7938291 in nyc3 (internationalization), Bearer of"

  for (const token of [
    "a",
    "any",
    "image",
    "7938291",
    "HTTP",
    ".*",
    "$&",
    "internationalization",
    "in nyc3 (",
    "<redacted>",
    ""
  ]) {
    it(JSON.stringify(token), () => assert.strictEqual(redact(sentence, token), sentence))
  }

  it("one that has a word in it", () => {
    const token = "internationalization-of-images-2026"
    assert.strictEqual(redact(`${sentence} ${token}`, token), `${sentence} <redacted>`)
  })
})

describe("the law of redaction", () => {
  it.prop(
    "what was redacted stays as it is when it is redacted again",
    [Schema.String, Schema.Literals(["a", "any", own])],
    ([text, token]) => {
      for (const around of [text, `${text}${own}${text}`, `https://${text}@x?sig=${text}`]) {
        const once = redact(around, token)
        assert.strictEqual(redact(once, token), once)
        assert.notInclude(once, own)
      }
    }
  )

  it("the time for an untrusted text of a million letters grows linearly", () => {
    const scrub = make(own)
    for (const piece of [
      "a",
      "://",
      "?",
      "?token",
      "?%",
      "&sig=",
      "://a@",
      "://a:b",
      "https:",
      "%3a%2f%2f",
      "%253ftoken",
      "://a:b'",
      "Bearer ",
      "Bearer a",
      "dop_v1_",
      "do",
      own.slice(0, 40)
    ]) {
      const start = performance.now()
      scrub(piece.repeat(Math.ceil(1_000_000 / piece.length)))
      assert.isBelow(performance.now() - start, 10_000, piece)
    }
  }, 120_000)
})
