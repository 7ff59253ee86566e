import { assert, describe, it } from "@effect/vitest"
import { meaningOf } from "../../../src/internal/transport/connectFailure.ts"

const openssl =
  "407DF1EFAE7F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:"

type Row = readonly [code: string, message: string, sentence: string | undefined, sent: boolean]

// R58: what no retry can fix, as one plain sentence
const permanent: ReadonlyArray<Row> = [
  ["ENOTFOUND", "getaddrinfo ENOTFOUND h", "the host name h:1 cannot be resolved", false],
  ["EAI_NONAME", "m", "the host name h:1 cannot be resolved", false],
  ["CERT_HAS_EXPIRED", "certificate has expired", "the TLS certificate of h:1 has expired", false],
  ["CERT_NOT_YET_VALID", "m", "the TLS certificate of h:1 is not valid yet: check the clock of this machine", false],
  ["CERT_REVOKED", "m", "the TLS certificate of h:1 has been revoked", false],
  ["CERT_SIGNATURE_FAILURE", "m", "the TLS certificate of h:1 cannot be verified", false],
  ["INVALID_CA", "m", "the TLS certificate of h:1 cannot be verified", false],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "Hostname/IP does not match",
    "the TLS certificate of h:1 is for another host name",
    false
  ],
  ...[
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  ].map(
    (code): Row => [
      code,
      "m",
      "the TLS certificate of h:1 is not issued by an authority that this machine trusts",
      false
    ]
  ),
  ...[
    ["EPROTO", `write EPROTO ${openssl}`],
    ["ERR_SSL_WRONG_VERSION_NUMBER", openssl],
    ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "m"],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "m"],
    ["ERR_SSL_UNSUPPORTED_PROTOCOL", "m"]
  ].map(
    ([code = "", message = ""]): Row => [
      code,
      message,
      "no secure connection to h:1 is possible: it does not use TLS, or uses an unsupported version",
      false
    ]
  ),
  ["ERR_INVALID_URL", "Invalid URL", "the URL is not valid", false],
  ["ERR_INVALID_PROTOCOL", 'Protocol "ftp:" not supported', "the URL is not valid", false],
  ["", "unknown scheme", "the URL is not valid", false],
  ["", "bad port", "the URL is not valid", false],
  // another protocol at that port, in words that are not the parser's
  ["HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/, RTSP/ or ICE/", "the response of h:1 is not HTTP", true],
  ["HPE_HEADER_OVERFLOW", "Parse Error: Header overflow", "the headers of the response of h:1 are too large", true],
  ["UND_ERR_HEADERS_OVERFLOW", "m", "the headers of the response of h:1 are too large", true],
  ["UND_ERR_INVALID_ARG", "invalid authorization header", undefined, false]
]

const transient: ReadonlyArray<Row> = [
  ["HPE_UNEXPECTED_CONTENT_LENGTH", "Parse Error: m", "the response of h:1 is not valid HTTP", true],
  ["EAI_AGAIN", "getaddrinfo EAI_AGAIN h", undefined, false],
  ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1", undefined, false],
  ["ERR_REQUEST_NOT_SENT", "m", undefined, false],
  ["UND_ERR_CONNECT_TIMEOUT", "m", undefined, false],
  ["ECONNRESET", "socket hang up", undefined, true],
  ["EPIPE", "m", undefined, true],
  ["UND_ERR_SOCKET", "other side closed", undefined, true],
  ["SOMETHING_NEW", "m", undefined, true],
  ["", "m", undefined, true],
  // a connection that was secure can break after the request was executed
  [
    "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
    openssl.replace("wrong version number", "bad record mac"),
    "the secure connection to h:1 failed",
    true
  ],
  ["EPROTO", openssl.replace("wrong version number", "bad record mac"), "the secure connection to h:1 failed", true]
]

for (const [kind, rows] of [
  ["permanent", permanent],
  ["transient", transient]
] as const) {
  describe(`a failure of the connection is ${kind}`, () => {
    for (const [code, message, sentence, sent] of rows) {
      it(`with ${code || message}${code === "EPROTO" ? ` ${message.slice(-60)}` : ""}: ${sentence ?? "its own words"}`, () => {
        const meaning = meaningOf({ code: code || undefined, syscall: undefined, message }, "h:1")
        assert.deepStrictEqual(meaning, { sent, permanent: kind === "permanent", sentence })
        if (sentence !== undefined) assert.notMatch(sentence, /openssl|SSL routines|error:|</i)
      })
    }
  })
}

it("a failure of an open connection may come after the request was sent, the same one of connecting did not", () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EACCES", "ETIMEDOUT"]) {
    assert.isFalse(meaningOf({ code, syscall: "connect", message: "m" }, "h").sent)
    assert.isTrue(meaningOf({ code, syscall: "read", message: "m" }, "h").sent)
  }
})
