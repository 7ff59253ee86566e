/**
 * Why a request had no answer, for `--verbose`: how far it came, with which host, and what the system said.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"

/**
 * Describes the failure of an exchange with a host, such as `connecting to 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1`.
 * What a transport failed with may hold the whole request: only the system's own words of it are taken.
 *
 * @since 0.1.0
 */
export const describe = (error: unknown, host: string): string => {
  const cause = systemError(error)
  if (cause === undefined) return `${phaseOf({})} ${host}: ${error instanceof Error ? error.message : String(error)}`
  const message = (cause.message ?? "").trim().replace(/\s+/g, " ")
  const code = message.includes(cause.code) ? "" : `${message === "" ? "" : " "}(${cause.code})`
  return `${phaseOf(cause)} ${host}: ${message}${code}`
}

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
