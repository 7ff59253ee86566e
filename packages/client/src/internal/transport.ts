import type * as HttpClientError from "effect/http/HttpClientError"
import { InvalidInput, TransportError } from "../DigitalOceanError.ts"

/** Codes of failures that come before the first byte leaves, whatever was being done. */
const notSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_NODATA",
  "EAI_NONAME",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
  "ERR_INVALID_URL",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused"
])

/** Codes that an open connection can fail with too: nothing was sent only if it was the connecting that failed. */
const notConnected = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EACCES", "ETIMEDOUT"])

/** The system's error, which transports wrap to different depths. */
const systemError = (cause: unknown, depth = 0): { readonly code: string; readonly syscall: unknown } | undefined => {
  if (depth > 4 || typeof cause !== "object" || cause === null) return undefined
  if ("code" in cause && typeof cause.code === "string" && /^\w{1,60}$/.test(cause.code)) {
    return { code: cause.code, syscall: "syscall" in cause ? cause.syscall : undefined }
  }
  return systemError("cause" in cause ? cause.cause : undefined, depth + 1)
}

const messageOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  const inner = messageOf(cause.cause)
  // what OpenSSL says ends its line
  const message = cause.message.trim().replace(/\s+/g, " ")
  return inner ?? (message === "" ? undefined : message)
}

/**
 * What a failed exchange means. Only text is kept: a transport's error holds the request, and with it the token.
 */
export const toReason = (
  error: HttpClientError.HttpClientError,
  scrub: (text: string) => string
): TransportError | InvalidInput => {
  const { reason } = error
  const cause = "cause" in reason ? reason.cause : undefined
  const description = scrub(reason.description ?? messageOf(cause) ?? "no whole answer arrived")
  switch (reason._tag) {
    case "EncodeError":
      return new InvalidInput({ field: "body", problem: description })
    case "InvalidUrlError":
      return new InvalidInput({ field: "url", problem: description })
    case "TransportError": {
      const system = systemError(cause)
      const code = system && scrub(system.code)
      const sent =
        system === undefined ||
        !(notSent.has(system.code) || (notConnected.has(system.code) && system.syscall === "connect"))
      return new TransportError({
        phase: sent ? "headers" : "connect",
        sent,
        description,
        ...(code === undefined ? undefined : { code })
      })
    }
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return new TransportError({ phase: "body", sent: true, description })
  }
}
