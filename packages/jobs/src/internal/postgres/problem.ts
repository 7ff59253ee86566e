import type { SqlError } from "effect/sql/SqlError"

const texts: { readonly [tag: string]: string } = {
  ConnectionError: "the database cannot be reached",
  AuthenticationError: "the database does not accept the user or the password",
  AuthorizationError: "the user of the database lacks a permission",
  SqlSyntaxError: "the statement does not match the tables of the database",
  StatementTimeoutError: "the statement took too long",
  LockTimeoutError: "the statement waited too long for a lock",
  DeadlockError: "the statement was ended by a deadlock"
}

/**
 * Describes an error of the database without the texts of the driver and the server, which can contain the address of the
 * database, its user and the values of a row.
 */
export const problemOf = ({ reason }: SqlError): string => {
  const code = (reason.cause as { readonly code?: unknown } | null | undefined)?.code
  const known = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? `, SQLSTATE ${code}` : ""
  return `${texts[reason._tag] ?? "the database reports an error"} (${reason._tag}${known})`
}
