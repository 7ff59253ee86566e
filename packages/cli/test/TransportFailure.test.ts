import { assert, describe, it } from "@effect/vitest"
import * as TransportFailure from "../src/TransportFailure.ts"

const system = (code: string, message: string, syscall?: string) =>
  Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) })

const told: ReadonlyArray<readonly [why: string, error: unknown, says: string]> = [
  [
    "a name that does not resolve",
    { _tag: "HttpClientError", reason: { cause: system("ENOTFOUND", "getaddrinfo ENOTFOUND h", "getaddrinfo") } },
    "looking up h:1: there is no host of this name (ENOTFOUND)"
  ],
  [
    "several addresses, none of which answers",
    new Error("", {
      cause: Object.assign(new AggregateError([system("ECONNREFUSED", "connect ECONNREFUSED ::1:1", "connect")], ""), {
        code: "ECONNREFUSED"
      })
    }),
    "connecting to h:1: nothing listens there (ECONNREFUSED)"
  ],
  [
    "a certificate",
    system("CERT_HAS_EXPIRED", "certificate has expired"),
    "securing the connection to h:1: its certificate has expired (CERT_HAS_EXPIRED)"
  ],
  [
    "a reset",
    { cause: system("ECONNRESET", "socket hang up") },
    "waiting for the answer of h:1: socket hang up (ECONNRESET)"
  ],
  ["a code alone", { cause: system("EPIPE", "", "write") }, "waiting for the answer of h:1: (EPIPE)"],
  ["what no system said", new Error("odd"), "waiting for the answer of h:1: odd"],
  [
    "what OpenSSL says of itself, in a word of its own",
    system("EPROTO", "write EPROTO 40AD:error:0A00010B:SSL routines:\n  ../deps/openssl/tls_any_meth.c:77:\n", "write"),
    "securing the connection to h:1: it does not speak TLS as expected (EPROTO)"
  ],
  [
    "several lines",
    system("EPIPE", "write EPIPE\n  broken\n", "write"),
    "waiting for the answer of h:1: write EPIPE broken"
  ]
]

describe("why a request had no answer", () => {
  for (const [why, error, says] of told) {
    it(`tells ${why}`, () => assert.strictEqual(TransportFailure.describe(error, "h:1"), says))
  }
})

// R58
describe("a failure that does not pass by itself", () => {
  const table: ReadonlyArray<readonly [code: string, says: string, advice: RegExp]> = [
    ["ENOTFOUND", "h:1: there is no host of this name", /host in --api-url$/],
    ["EAI_AGAIN", "h:1: its name cannot be looked up now", /network$/],
    ["CERT_HAS_EXPIRED", "h:1: its certificate has expired", /clock$/],
    ["CERT_NOT_YET_VALID", "h:1: its certificate is not valid yet", /clock$/],
    ["CERT_REVOKED", "h:1: its certificate is refused", /--api-url$/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "h:1: its certificate is for another host", /--api-url$/],
    ...[
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
    ].map(
      (code) =>
        [
          code,
          "h:1: its certificate is not signed by an authority that this machine trusts",
          /NODE_EXTRA_CA_CERTS$/
        ] as const
    ),
    ["EPROTO", "h:1: it does not speak TLS as expected", /proxy\?$/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "h:1: it does not speak TLS as expected", /proxy\?$/]
  ]
  for (const [code, says, advice] of table) {
    it(`is a sentence, with what to do about it: ${code}`, () => {
      const wrapped = { cause: { cause: system(code, "error:0A00010B:SSL routines:../deps/openssl/x.c:77:") } }
      assert.strictEqual(TransportFailure.sentence(wrapped, "h:1"), says)
      assert.match(TransportFailure.advice(code) ?? "", advice)
    })
  }

  it("is none of those that pass", () => {
    for (const code of ["ECONNRESET", "ETIMEDOUT", "EPIPE", "UND_ERR_SOCKET"]) {
      assert.isUndefined(TransportFailure.sentence(system(code, ""), "h:1"))
      assert.isUndefined(TransportFailure.advice(code))
    }
    assert.isUndefined(TransportFailure.advice(undefined))
  })
})
