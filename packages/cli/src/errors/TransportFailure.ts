/**
 * Why a request had no response, for `--verbose`: how far it came, with which host, and what the system said; and what to
 * do about it.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * Describes the failure of an exchange with a host, such as `connecting to 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1`.
 * What a transport failed with may hold the whole request: only the system's own words of it are taken, and not those of
 * OpenSSL, which are about itself.
 *
 * @since 0.1.0
 */
export const describe = (error: unknown, host: string): string => {
  const cause = systemError(error)
  if (cause === undefined) return `${phaseOf({})} ${host}: ${error instanceof Error ? error.message : String(error)}`
  const phase = phaseOf(cause)
  const message = phase === securing ? "" : (cause.message ?? "").trim().replace(/\s+/g, " ")
  const code = message.includes(cause.code) ? "" : `${message === "" ? "" : " "}(${cause.code})`
  return `${phase} ${host}: ${message}${code}`
}

/**
 * What to do about a failure, by the system's code.
 *
 * @since 0.1.0
 */
export const advice = ({ code = "", permanent = false }: Failed): string => {
  const known = advices.find(([codes]) => codes.test(code))?.[1]
  return known ?? `check the network and --api-url${permanent ? "" : ", and run it again"}`
}

interface Failed {
  readonly code?: string | undefined
  readonly permanent?: boolean | undefined
}

const advices: ReadonlyArray<readonly [codes: RegExp, advice: string]> = [
  [/^(ENOTFOUND|EAI_NONAME|EAI_NODATA)$/, "check the network, and the host in --api-url"],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, "check --api-url, and this machine's clock"],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_UNTRUSTED)$/,
    "name the file with your own authority, or your proxy's, in NODE_EXTRA_CA_CERTS"
  ],
  [/^(EPROTO|ERR_SSL_\w+|HPE_INVALID_\w+)$/, "check --api-url: is this http, or a proxy?"]
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

const securing = "securing the connection to"

const phaseOf = ({ code = "", syscall }: Partial<SystemError>): string => {
  if (syscall === "getaddrinfo") return "looking up"
  if (syscall === "connect") return "connecting to"
  if (/^(EPROTO|ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return securing
  return "waiting for the answer of"
}
