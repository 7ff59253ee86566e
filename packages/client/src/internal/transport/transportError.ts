import type * as HttpClientError from "effect/http/HttpClientError"
import { InvalidInput, TransportError } from "../../DigitalOceanError.ts"
import * as ConnectFailure from "./connectFailure.ts"
import { defined } from "../model/defined.ts"
import { cut } from "../response/errorBody.ts"

/** Returns the system's error, which transports wrap at different depths. */
const systemError = (cause: unknown, depth = 0): ConnectFailure.Failure | undefined => {
  if (depth > 4 || typeof cause !== "object" || cause === null) return undefined
  if ("code" in cause && typeof cause.code === "string" && /^\w{1,60}$/.test(cause.code)) {
    const syscall = "syscall" in cause ? cause.syscall : undefined
    return { code: cause.code, syscall, message: messageOf(cause) ?? "" }
  }
  return systemError("cause" in cause ? cause.cause : undefined, depth + 1)
}

const messageOf = (cause: unknown, depth = 0): string | undefined => {
  if (depth > 4 || !(cause instanceof Error)) return undefined
  const [first] = cause instanceof AggregateError ? cause.errors : []
  const inner = messageOf(cause.cause, depth + 1) ?? messageOf(first, depth + 1)
  // messages of OpenSSL end with a newline
  const message = cause.message.trim().replace(/\s+/g, " ")
  return inner ?? (message === "" ? undefined : message)
}

/**
 * Converts the error of a failed exchange. Only text is kept: the error of a transport contains the request with the
 * token.
 */
export const toReason = (
  error: HttpClientError.HttpClientError,
  scrub: (text: string) => string
): TransportError | InvalidInput => {
  const { reason } = error
  const cause = "cause" in reason ? reason.cause : undefined
  const message = reason.description ?? messageOf(cause)
  const description = cut(scrub(message ?? "no complete response was received"), 500)
  switch (reason._tag) {
    case "EncodeError":
      return new InvalidInput({ field: "body", problem: description })
    case "InvalidUrlError":
      return new InvalidInput({ field: "url", problem: "the URL is not valid" })
    case "TransportError": {
      const failure = systemError(cause) ?? { code: undefined, syscall: undefined, message: message ?? "" }
      const { permanent, sent, sentence } = ConnectFailure.meaningOf(failure, hostOf(error))
      const code = failure.code && scrub(failure.code)
      return new TransportError({
        phase: sent ? "headers" : "connect",
        sent,
        description: sentence ?? description,
        ...defined({ permanent: permanent || undefined, code })
      })
    }
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return new TransportError({ phase: "body", sent: true, description })
  }
}

const hostOf = ({ request }: HttpClientError.HttpClientError): string =>
  URL.canParse(request.url) ? new URL(request.url).host : "the server"
