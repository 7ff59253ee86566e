/**
 * `--durable`, `--account` and `--detach`: whether a job runs in this process, or is stored for runners.
 *
 * @since 0.1.0
 */
import * as Flag from "effect/cli/Flag"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { UsageError } from "../errors/Usage.ts"
import * as Secrets from "../text/Secrets.ts"

/** The variable of the environment that names the database where `--durable` does not. */
export const variable = "DOIMG_DATABASE"

/** `--durable` of commands that work on stored jobs. */
export const database = Flag.String("durable").pipe(
  Flag.withMetavar("URL"),
  Flag.withDescription(`The Postgres with the stored jobs; else $${variable}`),
  Flag.optional
)

/** `--detach` of commands that would follow a stored job. */
export const detach = Flag.Boolean("detach").pipe(
  Flag.withDescription("Do not follow the stored job: print it and end"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

/** The flags of a command whose job can be stored. */
export const flags = {
  durable: Flag.String("durable").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription(
      `Store the job in this Postgres, where doimg runner runs it, and follow it: Ctrl-C only ends the following. Else $${variable}; without either the job runs in this process`
    ),
    Flag.optional
  ),
  account: Flag.String("account").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      "With --durable: the account of the job, whose token each runner has in $DIGITALOCEAN_TOKEN_<NAME> (default default)"
    ),
    Flag.optional
  ),
  detach
}

/** What the flags of a job's command line say. */
export interface Input {
  readonly durable: Option.Option<string>
  readonly account: Option.Option<string>
  readonly detach: boolean
}

/**
 * A database, and where its address was given.
 *
 * @since 0.1.0
 */
export interface Database {
  readonly url: Redacted.Redacted
  readonly source: "--durable" | typeof variable
}

/**
 * What is to be done with a job.
 *
 * @since 0.1.0
 */
export interface Submission {
  readonly account: string
  readonly kind: string
  readonly options: unknown
}

/**
 * Where a job is to run.
 *
 * @since 0.1.0
 */
export type Target =
  | { readonly _tag: "Here" }
  | { readonly _tag: "Stored"; readonly account: string; readonly database: Database; readonly detach: boolean }
  | {
      readonly _tag: "Scheduled"
      readonly account: string
      readonly save: (submission: Submission) => Effect.Effect<void>
    }

/**
 * Set while the command line of a schedule is read: its job is given to this function, and is neither run nor stored.
 *
 * @since 0.1.0
 */
export const Scheduling = Context.Reference<((submission: Submission) => Effect.Effect<void>) | undefined>(
  "@effect-digitalocean/cli/Scheduling",
  { defaultValue: () => undefined }
)

/**
 * Where the job of a command line is to run. Fails for flags that contradict each other. An empty `DOIMG_DATABASE` counts
 * as none.
 *
 * @since 0.1.0
 */
export const target = Effect.fnUntraced(function* (input: Input): Effect.fn.Return<Target, UsageError> {
  const account = Option.getOrElse(input.account, () => "default")
  if (!/^[\w.-]{1,100}$/.test(account)) {
    return yield* new UsageError({ problem: "--account: expected letters, digits, dashes, dots and underscores" })
  }
  const save = yield* Scheduling
  if (save !== undefined) {
    const [flag] = [...(Option.isSome(input.durable) ? ["--durable"] : []), ...(input.detach ? ["--detach"] : [])]
    if (flag !== undefined) {
      return yield* new UsageError({
        problem: `${flag} is of no use in a schedule: give it before --, or leave it out`
      })
    }
    return { _tag: "Scheduled", account, save }
  }
  const found = yield* find(input.durable)
  if (Option.isSome(found)) return { _tag: "Stored", account, database: found.value, detach: input.detach }
  if (Option.isSome(input.account) || input.detach) {
    const flag = Option.isSome(input.account) ? "--account" : "--detach"
    return yield* new UsageError({ problem: `${flag} goes with --durable URL, or with $${variable}` })
  }
  return { _tag: "Here" }
})

/**
 * The database that a flag or the environment names.
 *
 * @since 0.1.0
 */
export const find = Effect.fnUntraced(function* (
  flag: Option.Option<string>
): Effect.fn.Return<Option.Option<Database>, UsageError> {
  const source = Option.isSome(flag) ? "--durable" : variable
  const text = (Option.isSome(flag) ? flag.value : (process.env[variable] ?? "")).trim()
  if (text === "" && Option.isNone(flag)) return Option.none()
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    return yield* new UsageError({
      problem: `${source}: expected postgres://HOST:PORT/DATABASE, with the user and the password before HOST`
    })
  }
  const password = Redacted.make(decodeURIComponent(url.password))
  if (url.password !== "") Secrets.add(password)
  return Option.some({ url: Redacted.make(text, { label: "database" }), source })
})

/**
 * The same as {@link find}; fails if none is named.
 *
 * @since 0.1.0
 */
export const required = (flag: Option.Option<string>): Effect.Effect<Database, UsageError> =>
  Effect.flatMap(
    find(flag),
    Option.match({
      onNone: () =>
        new UsageError({
          problem: `which database? Give --durable URL, or set ${variable}, to a Postgres with the jobs`
        }),
      onSome: Effect.succeed
    })
  )
