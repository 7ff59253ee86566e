/**
 * Runs a command with the services of the account, within `--timeout`.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as Images from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Client from "./Client.ts"
import * as JobFields from "./JobFields.ts"
import * as Finalizers from "../process/Finalizers.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as Live from "../output/Live.ts"
import * as Output from "../output/Output.ts"
import * as Time from "../text/Time.ts"

/**
 * The command took longer than `--timeout`.
 *
 * @since 0.1.0
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@effect-digitalocean/cli/TimedOut")("TimedOut", {
  timeout: Schema.String
}) {
  override get message(): string {
    return `timed out after ${this.timeout}`
  }

  get exitCode(): number {
    return exitCodes.timedOut
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
 * The output fields of a command, which may depend on its input and on the output format.
 *
 * @since 0.1.0
 */
export type Fields<I> = ReadonlyArray<string> | ((input: I, format: GlobalFlags.Form) => ReadonlyArray<string>)

/**
 * Runs a command on the account, within `--timeout`. Validates `--columns` against the fields first.
 *
 * @since 0.1.0
 */
export const withAccount =
  <I, A, E, R>(fields: Fields<NoInfer<I>>, run: (input: I) => Effect.Effect<A, E, R>) =>
  (input: I) =>
    Effect.andThen(
      checkColumns(fields, input),
      withTimeout(waitsForActions(input) ? patiently(run(input), account) : Effect.provide(run(input), account))
    )

/**
 * The same as {@link withAccount} for a job. Progress lines are those of its items, not of single actions. It prints its
 * plan, or the outcome of each item.
 *
 * @since 0.1.0
 */
export const withJobAccount =
  <I, A, E, R>(plansOnly: (input: NoInfer<I>) => boolean, run: (input: I) => Effect.Effect<A, E, R>) =>
  (input: I) =>
    Effect.andThen(
      checkColumns(plansOnly(input) ? JobFields.plannedFields : JobFields.resultFields, input),
      withTimeout(onAccount(run(input)))
    )

/**
 * Runs a program of a job with the services of the account.
 *
 * @since 0.1.0
 */
export const onAccount = <A, E, R>(program: Effect.Effect<A, E, R>) => patiently(program, jobAccount)

/** Runs a program that may wait long for the rate limit. */
const patiently = <A, E, R, Out, E2, R2>(program: Effect.Effect<A, E, R>, account: Layer.Layer<Out, E2, R2>) =>
  Effect.provideService(Effect.provide(program, account), Client.MaxWait, Client.longMaxWait)

/** Whether a command waits for actions, by `--wait` or by default. */
const waitsForActions = (input: unknown): boolean => Predicate.hasProperty(input, "wait") && input.wait === true

/**
 * Validates `--columns` against the fields that will be printed.
 *
 * @since 0.1.0
 */
export const checkColumns = <I>(fields: Fields<I>, input: I) =>
  Effect.flatMap(GlobalFlags.form, (format) =>
    Output.checkColumns(typeof fields === "function" ? fields(input, format) : fields)
  )

/**
 * Applies `--timeout` to a program; its finalizers have a deadline of their own after that.
 *
 * @since 0.1.0
 */
export const withTimeout = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const timeout = yield* GlobalFlags.Timeout
    const bounded = Finalizers.withDeadline(program)
    if (Option.isNone(timeout)) return yield* bounded
    return yield* Effect.timeoutOrElse(bounded, {
      duration: timeout.value,
      orElse: () => Effect.fail(new TimedOut({ timeout: Time.format(timeout.value) }))
    })
  })
