/**
 * Arguments and flags that several commands take, and what runs a command on the account.
 *
 * @since 0.1.0
 */
import * as Images from "@effect-digitalocean/client/Images"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Client from "../Client.ts"
import * as Finalizers from "../Finalizers.ts"
import * as GlobalFlags from "../GlobalFlags.ts"
import * as Live from "../Live.ts"
import * as Output from "../Output.ts"
import * as Time from "../Time.ts"

/**
 * The time that `--timeout` gave is over.
 *
 * @since 0.1.0
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@effect-digitalocean/cli/TimedOut")("TimedOut", {
  timeout: Schema.String
}) {
  override get message(): string {
    return `timed out after ${this.timeout}`
  }
}

const accountWith = (lines: boolean) =>
  Layer.effect(Images.Images, Images.make).pipe(
    Layer.provideMerge(Live.actions({ lines })),
    Layer.provideMerge(Live.layer),
    Layer.provideMerge(Client.layer)
  )

const account = accountWith(true)
const jobAccount = accountWith(false)

/**
 * The fields of what a command prints, where they hang on its input or on the form of the result.
 *
 * @since 0.1.0
 */
export type Fields<I> = ReadonlyArray<string> | ((input: I, format: GlobalFlags.Form) => ReadonlyArray<string>)

/**
 * Runs a command on the account, within `--timeout`. `--columns` is held against the fields first.
 *
 * @since 0.1.0
 */
export const onAccount =
  <I, A, E, R>(fields: Fields<NoInfer<I>>, run: (input: I) => Effect.Effect<A, E, R>) =>
  (input: I) =>
    Effect.andThen(
      checked(fields, input),
      within(waitsForActions(input) ? patiently(run(input), account) : Effect.provide(run(input), account))
    )

/**
 * As {@link onAccount} for a job, whose items have lines; its waits then have none. It prints its plan, or what became of
 * each item.
 *
 * @since 0.1.0
 */
export const jobOnAccount =
  <I, A, E, R>(plansOnly: (input: NoInfer<I>) => boolean, run: (input: I) => Effect.Effect<A, E, R>) =>
  (input: I) =>
    Effect.andThen(
      checked(plansOnly(input) ? planFields : resultFields, input),
      within(patiently(run(input), jobAccount))
    )

/** Runs what has time to wait for the rate limit. */
const patiently = <A, E, R, Out, E2, R2>(program: Effect.Effect<A, E, R>, account: Layer.Layer<Out, E2, R2>) =>
  Effect.provideService(Effect.provide(program, account), Client.MaxWait, Client.longMaxWait)

/** Whether a command line says `--wait`, or means it. */
const waitsForActions = (input: unknown): boolean => Predicate.hasProperty(input, "wait") && input.wait === true

/** What a job prints of each item of its plan. */
export const planFields = ["do", "what", "why", "requests", "usd_month"]

/** What a job prints of each item when it has ended. */
export const resultFields = ["did", "what", "where", "result", "why"]

/** A job with `--dry-run` plans only. */
export const isDryRun = (input: { readonly dryRun: boolean }): boolean => input.dryRun

const checked = <I>(fields: Fields<I>, input: I) =>
  Effect.flatMap(GlobalFlags.Format, (format) =>
    Output.checkColumns(typeof fields === "function" ? fields(input, format) : fields)
  )

/** `--timeout` bounds the work; the finalizers have their own deadline after that. */
const within = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const timeout = yield* GlobalFlags.Timeout
    const bounded = Finalizers.withDeadline(program)
    if (Option.isNone(timeout)) return yield* bounded
    return yield* Effect.timeoutOrElse(bounded, {
      duration: timeout.value,
      orElse: () => Effect.fail(new TimedOut({ timeout: Time.format(timeout.value) }))
    })
  })

export const image = Argument.String("image").pipe(
  Argument.withMetavar("IMAGE"),
  Argument.withDescription("An id, a slug, or the name of one of the account's images")
)

export const images = image.pipe(Argument.variadic({ min: 1 }))

export const allMatches = Flag.Boolean("all-matches").pipe(
  Flag.withDescription("Where a name is that of several images, take all of them"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

export const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Print what would be sent, and change nothing"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

export const yes = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do not ask"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

/** `--wait` and `--no-wait`, with what a command does of itself. */
export const wait = (byDefault: boolean) =>
  Flag.Boolean("wait").pipe(
    Flag.withDescription(
      byDefault ? "Wait until it has ended (the default); --no-wait does not" : "Wait until it has ended"
    ),
    Flag.withDefault(byDefault)
  )

export const convertBackups = Flag.Boolean("convert-backups").pipe(
  Flag.withDescription("Make snapshots of backups first, which cannot be transferred as they are"),
  Flag.withoutNegation,
  Flag.withDefault(false)
)

/** A list of words with commas between, or the flag several times over; at least one. */
export const list = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 1), metavar)

/** As {@link list}, and may be absent. */
export const optionalList = (name: string, metavar: string, description: string) =>
  words(Flag.atLeast(named(name, metavar, description), 0), metavar)

const named = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

const words = (flag: Flag.Flag<ReadonlyArray<string>>, metavar: string) =>
  flag.pipe(
    Flag.map((given) => [...new Set(given.flatMap((text) => text.split(",")).map((word) => word.trim()))]),
    Flag.filter(
      (words) => words.every((word) => word !== ""),
      () => `Expected ${metavar}: words with commas between`
    )
  )
