import type { SqlError } from "effect/sql/SqlError"
import { JobStoreError } from "../../durable/JobStore.ts"

interface Known {
  readonly text: string
  readonly reason: JobStoreError["reason"]
}

const other = (text: string): Known => ({ text, reason: "other" })

const byTag: { readonly [tag: string]: Known } = {
  ConnectionError: { text: "the database cannot be reached", reason: "unreachable" },
  AuthenticationError: { text: "the database does not accept the user or the password", reason: "login" },
  AuthorizationError: { text: "the user of the database lacks a permission", reason: "permission" },
  SqlSyntaxError: { text: "the statement does not match the tables of the database", reason: "version" },
  StatementTimeoutError: other("the statement took too long"),
  LockTimeoutError: other("the statement waited too long for a lock"),
  DeadlockError: other("the statement was ended by a deadlock")
}

const bySqlState: { readonly [code: string]: Known } = {
  "3D000": { text: "there is no database of this name", reason: "login" },
  "25006": { text: "the database is read-only", reason: "permission" },
  "57P03": { text: "the database cannot be reached", reason: "unreachable" }
}

const unknown = other("the database reports an error")

const sqlStateOf = ({ reason }: SqlError): string | undefined => {
  const code = (reason.cause as { readonly code?: unknown } | null | undefined)?.code
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

const knownOf = (error: SqlError): Known => bySqlState[sqlStateOf(error) ?? ""] ?? byTag[error.reason._tag] ?? unknown

/**
 * Describes an error of the database without the texts of the driver and the server, which can contain the address of the
 * database, its user and the values of a row.
 */
export const problemOf = (error: SqlError): string => {
  const code = sqlStateOf(error)
  return `${knownOf(error).text} (${error.reason._tag}${code === undefined ? "" : `, SQLSTATE ${code}`})`
}

/** The error of an operation, described as by {@link problemOf}. */
export const failed = (operation: string, error: SqlError): JobStoreError =>
  new JobStoreError({ operation, problem: problemOf(error), reason: knownOf(error).reason })

/** The error of an operation that finds a row which this version cannot read. */
export const unreadable = (operation: string): JobStoreError =>
  new JobStoreError({ operation, problem: "a row cannot be read by this version", reason: "version" })
