/**
 * Why a request had no response: how far it came, with which host, and what to do about it, without the words of OpenSSL
 * or of a system call where a sentence says more.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * Describes the failure of an exchange with a host, such as `connecting to 127.0.0.1:1: nothing listens there
 * (ECONNREFUSED)`. What a transport failed with may hold the whole request: only the system's own error of it is used.
 *
 * @since 0.1.0
 */
export const describe = (error: unknown, host: string): string => {
  const cause = systemError(error)
  if (cause === undefined) return `${phaseOf({})} ${host}: ${error instanceof Error ? error.message : String(error)}`
  const message = (known(cause.code)?.says ?? cause.message ?? "").trim().replace(/\s+/g, " ")
  const code = message.includes(cause.code) ? "" : `${message === "" ? "" : " "}(${cause.code})`
  return `${phaseOf(cause)} ${host}: ${message}${code}`
}

/**
 * The same as a sentence that names the host, for a failure that has one; the code is told beside it.
 *
 * @since 0.1.0
 */
export const sentence = (error: unknown, host: string): string | undefined => {
  const says = known(systemError(error)?.code)?.says
  return says === undefined ? undefined : `${host}: ${says}`
}

/**
 * What to do about a failure that does not pass by itself.
 *
 * @since 0.1.0
 */
export const advice = (code: string | undefined): string | undefined => known(code)?.advice

interface Known {
  readonly says: string
  readonly advice: string
}

const known = (code: string | undefined): Known | undefined =>
  code === undefined ? undefined : failures.find(([codes]) => codes.test(code))?.[1]

const failures: ReadonlyArray<readonly [codes: RegExp, known: Known]> = [
  [
    /^(ENOTFOUND|EAI_NONAME|EAI_NODATA)$/,
    { says: "there is no host of this name", advice: "check the network, and the host in --api-url" }
  ],
  [/^EAI_AGAIN$/, { says: "its name cannot be looked up now", advice: "check the network" }],
  [/^ECONNREFUSED$/, { says: "nothing listens there", advice: "check the network and --api-url, and run it again" }],
  [/^CERT_HAS_EXPIRED$/, { says: "its certificate has expired", advice: "check --api-url, and this machine's clock" }],
  [/^CERT_NOT_YET_VALID$/, { says: "its certificate is not valid yet", advice: "check this machine's clock" }],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, { says: "its certificate is for another host", advice: "check --api-url" }],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/,
    {
      says: "its certificate is not signed by an authority that this machine trusts",
      advice: "name the file with your own authority, or your proxy's, in NODE_EXTRA_CA_CERTS"
    }
  ],
  [/^(CERT_\w+|INVALID_CA|INVALID_PURPOSE)$/, { says: "its certificate is refused", advice: "check --api-url" }],
  [
    /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/,
    { says: "it does not speak TLS as expected", advice: "check --api-url: is this http, or a proxy?" }
  ]
]

interface SystemError {
  readonly code: string
  readonly syscall?: unknown
  readonly message?: string | undefined
}

/** The system's error, which transports wrap to different depths, and of several (one for each address) the first. */
const systemError = (error: unknown, depth = 0): SystemError | undefined => {
  if (depth > 5 || !Predicate.isObject(error)) return undefined
  const { cause, code, errors, message, reason, syscall } = error as Record<string, unknown>
  const [first] = Array.isArray(errors) ? errors : []
  const inner = [first, reason, cause].map((inner) => systemError(inner, depth + 1)).find(Predicate.isNotUndefined)
  if (inner !== undefined || typeof code !== "string") return inner
  return { code, syscall, message: typeof message === "string" ? message : undefined }
}

const phaseOf = ({ code = "", syscall }: Partial<SystemError>): string => {
  if (syscall === "getaddrinfo") return "looking up"
  if (syscall === "connect") return "connecting to"
  if (/^(EPROTO|ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code))
    return "securing the connection to"
  return "waiting for the answer of"
}
