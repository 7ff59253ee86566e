/** The error of a transport. */
export interface Failure {
  /** the error code of the system, such as `ECONNREFUSED` */
  readonly code: string | undefined
  readonly syscall: unknown
  readonly message: string
}

/** What a failure means for the request. */
export interface Meaning {
  /** false if the request was definitely not sent */
  readonly sent: boolean
  /** true if a retry cannot succeed */
  readonly permanent: boolean
  /** a message for a known code, in place of the text of OpenSSL or the system call */
  readonly sentence: string | undefined
}

/** Classifies a failure by its code, or by its text if there is no code, or if several TLS failures share one. */
export const meaningOf = ({ code = "", message, syscall }: Failure, host: string): Meaning => {
  if (unknownHost.has(code)) return permanent(`the host name ${host} cannot be resolved`)
  if (invalidUrl.has(code) || /^(bad port|unknown scheme)$/.test(message)) return permanent("the URL is not valid")
  const certificate = certificateProblem(code)
  if (certificate !== undefined) return permanent(`the TLS certificate of ${host} ${certificate}`)
  if (/^(ERR_SSL_|EPROTO$)/.test(code) || /\bSSL routines\b/.test(message)) {
    return handshake.test(`${code} ${message}`.replaceAll("_", " "))
      ? permanent(`no secure connection to ${host} is possible: it does not use TLS, or uses an unsupported version`)
      : { sent: true, permanent: false, sentence: `the secure connection to ${host} failed` }
  }
  if (notHttp.has(code)) return { sent: true, permanent: true, sentence: `the response of ${host} is not HTTP` }
  if (tooManyHeaders.has(code)) {
    return { sent: true, permanent: true, sentence: `the headers of the response of ${host} are too large` }
  }
  if (code.startsWith("HPE_")) {
    return { sent: true, permanent: false, sentence: `the response of ${host} is not valid HTTP` }
  }
  const sent = !(notSent.has(code) || (notConnected.has(code) && syscall === "connect"))
  return { sent, permanent: code === "UND_ERR_INVALID_ARG", sentence: undefined }
}

const permanent = (sentence: string): Meaning => ({ sent: false, permanent: true, sentence })

const unknownHost = new Set(["ENOTFOUND", "EAI_NODATA", "EAI_NONAME"])

const invalidUrl = new Set(["ERR_INVALID_URL", "ERR_INVALID_PROTOCOL"])

/** Codes of the HTTP parser for another protocol, and for headers that are too large. */
const notHttp = new Set(["HPE_INVALID_CONSTANT", "HPE_INVALID_VERSION"])
const tooManyHeaders = new Set(["HPE_HEADER_OVERFLOW", "UND_ERR_HEADERS_OVERFLOW"])

const certificateProblem = (code: string): string | undefined => {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "has expired"
    case "CERT_NOT_YET_VALID":
      return "is not valid yet: check the clock of this machine"
    case "CERT_REVOKED":
      return "has been revoked"
    case "ERR_TLS_CERT_ALTNAME_INVALID":
    case "HOSTNAME_MISMATCH":
      return "is for another host name"
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_UNTRUSTED":
      return "is not issued by an authority that this machine trusts"
    default:
      return /^(CERT_|UNABLE_TO_|INVALID_CA$|ERR_TLS_CERT)/.test(code) ? "cannot be verified" : undefined
  }
}

/** Failures of the TLS handshake. Later TLS failures can happen after the request was executed. */
const handshake =
  /wrong version number|(un|no )supported protocol|unknown protocol|handshake failure|alert protocol version/i

/** Codes of failures before the request is sent, with any system call. */
const notSent = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
  "ConnectionRefused",
  // of an `HttpClient` that holds requests back, such as that of a durable job
  "ERR_REQUEST_NOT_SENT"
])

/** Codes that are ambiguous: the request was not sent only if `syscall` is `connect`. */
const notConnected = new Set(["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EACCES", "ETIMEDOUT"])
