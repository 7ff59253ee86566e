import { assert, describe, it } from "@effect/vitest"
import * as TransportFailure from "../../src/errors/TransportFailure.ts"

const system = (code: string, message: string, syscall?: string) =>
  Object.assign(new Error(message), { code, ...(syscall === undefined ? {} : { syscall }) })

const told: ReadonlyArray<readonly [why: string, error: unknown, says: string]> = [
  [
    "a name that does not resolve",
    { _tag: "HttpClientError", reason: { cause: system("ENOTFOUND", "getaddrinfo ENOTFOUND h", "getaddrinfo") } },
    "looking up h:1: getaddrinfo ENOTFOUND h"
  ],
  [
    "several addresses, none of which answers",
    new Error("", {
      cause: Object.assign(new AggregateError([system("ECONNREFUSED", "connect ECONNREFUSED ::1:1", "connect")], ""), {
        code: "ECONNREFUSED"
      })
    }),
    "connecting to h:1: connect ECONNREFUSED ::1:1"
  ],
  [
    "a certificate",
    system("CERT_HAS_EXPIRED", "certificate has expired"),
    "securing the connection to h:1: (CERT_HAS_EXPIRED)"
  ],
  [
    "a reset",
    { cause: system("ECONNRESET", "socket hang up") },
    "waiting for the answer of h:1: socket hang up (ECONNRESET)"
  ],
  ["a code alone", { cause: system("EPIPE", "", "write") }, "waiting for the answer of h:1: (EPIPE)"],
  ["what no system said", new Error("odd"), "waiting for the answer of h:1: odd"],
  [
    "what OpenSSL says of itself, by its code alone",
    system("EPROTO", "write EPROTO 40AD:error:0A00010B:SSL routines:\n  ../deps/openssl/tls_any_meth.c:77:\n", "write"),
    "securing the connection to h:1: (EPROTO)"
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
describe("what is advised", () => {
  const table: ReadonlyArray<readonly [code: string | undefined, permanent: boolean, says: string]> = [
    ["ENOTFOUND", true, "check the network, and the host in --api-url"],
    ["CERT_HAS_EXPIRED", true, "check --api-url, and this machine's clock"],
    [
      "SELF_SIGNED_CERT_IN_CHAIN",
      true,
      "name the file with your own authority, or your proxy's, in NODE_EXTRA_CA_CERTS"
    ],
    ["HPE_INVALID_CONSTANT", true, "check --api-url: is this http, or a proxy?"],
    ["EPROTO", true, "check --api-url: is this http, or a proxy?"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", true, "check the network and --api-url"],
    ["ECONNRESET", false, "check the network and --api-url, and run it again"],
    [undefined, false, "check the network and --api-url, and run it again"]
  ]
  for (const [code, permanent, says] of table) {
    it(`about ${code} is to ${says}`, () => assert.strictEqual(TransportFailure.advice({ code, permanent }), says))
  }
})
