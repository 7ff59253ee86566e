import { redact } from "../../Redaction.ts"
import { cut } from "./errorBody.ts"

/**
 * A text of a caller, or of a response, as it may stand in a message: without secrets, for a token is easily given in the
 * wrong place, and not longer than a name can be.
 */
export const echo = (text: string): string => cut(redact(text), 255)

/** As {@link echo}, in quotes. */
export const quote = (text: string): string => JSON.stringify(echo(text))
