import { assert, describe, it } from "@effect/vitest"
import * as TransportFailure from "../src/TransportFailure.ts"

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
    "securing the connection to h:1: certificate has expired (CERT_HAS_EXPIRED)"
  ],
  [
    "a reset",
    { cause: system("ECONNRESET", "socket hang up") },
    "waiting for the answer of h:1: socket hang up (ECONNRESET)"
  ],
  ["a code alone", { cause: system("EPIPE", "", "write") }, "waiting for the answer of h:1: (EPIPE)"],
  ["what no system said", new Error("odd"), "waiting for the answer of h:1: odd"],
  [
    "several lines",
    system("EPROTO", "write EPROTO\n  wrong version\n", "write"),
    "securing the connection to h:1: write EPROTO wrong version"
  ]
]

describe("why a request had no answer", () => {
  for (const [why, error, says] of told) {
    it(`tells ${why}`, () => assert.strictEqual(TransportFailure.describe(error, "h:1"), says))
  }
})
