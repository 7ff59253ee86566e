import { redact } from "../../Redaction.ts"
import { cut } from "./errorBody.ts"

/**
 * Prepares a text of a caller or a response for an error message: redacts secrets, as a token may be passed as the
 * wrong argument, and truncates the text to the maximum length of a name.
 */
export const echo = (text: string): string => cut(redact(text), 255)

/** {@link echo} in quotes. */
export const quote = (text: string): string => JSON.stringify(echo(text))
