/**
 * A kind of job that a runner can run: a `Job` whose options, plan and events are read and written as JSON.
 *
 * @since 0.1.0
 */
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Item from "../Item.ts"
import type * as Job from "../Job.ts"
import * as Outcome from "../Outcome.ts"
import type * as Plan from "../Plan.ts"
import type { OutcomeTag } from "./StoredJob.ts"

/**
 * A stored value that cannot be read: it was written by another version, or is damaged.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreadable extends Schema.TaggedError<Unreadable>("@effect-digitalocean/jobs/Unreadable")("Unreadable", {
  what: Schema.Literals(["options", "plan"]),
  problem: Schema.String
}) {
  override get message(): string {
    return `the stored ${this.what} cannot be read: ${this.problem}`
  }
}

/**
 * There is no kind of job of this name.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownKind extends Schema.TaggedError<UnknownKind>("@effect-digitalocean/jobs/UnknownKind")(
  "UnknownKind",
  { kind: Schema.String }
) {
  override get message(): string {
    return `there is no kind of job ${JSON.stringify(this.kind)}`
  }
}

/**
 * An event of a run as JSON, with what a runner has to know of it.
 *
 * **Details**
 *
 * - `key`: identifies the item within its plan
 * - `event`: by the schema of the job's events
 * - `outcome`: of a `Finished` event, else null
 * - `problem`: of an outcome that is not a success, the tag and message of its error
 * - `isRefused`: the plan refuses the item, so that another attempt has the same outcome
 * - `line`: the item as a line, not sanitized
 * - `action`: the id of the action that the item waits for, if it is known
 *
 * @category models
 * @since 0.1.0
 */
export interface KindEvent {
  readonly key: string
  readonly event: Schema.Json
  readonly outcome: OutcomeTag | null
  readonly problem: Outcome.TaggedError | null
  readonly isRefused: boolean
  readonly line: string
  readonly action: number | null
}

/**
 * A kind of job.
 *
 * **Details**
 *
 * - `encode`: checks options of the job, and writes them as JSON. Fails with `Unreadable` if they are invalid.
 * - `plan`: makes a plan of stored options
 * - `run`: runs a stored plan
 *
 * @category models
 * @since 0.1.0
 */
export interface JobKind<out R = never> {
  readonly name: string
  readonly version: number
  readonly encode: (options: unknown) => Effect.Effect<Schema.Json, Unreadable>
  readonly plan: (options: Schema.Json) => Effect.Effect<Schema.Json, Unreadable | Outcome.TaggedError, R>
  readonly run: (plan: Schema.Json) => Effect.Effect<Stream.Stream<KindEvent, never, R>, Unreadable>
}

/**
 * Makes a kind of a job. `args` are its arguments that cannot be stored, such as a check. Increase `version` when stored
 * options or plans of the previous one cannot be read any more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <
  Options,
  P extends Plan.Plan<I, Options>,
  I extends Item.Item,
  A,
  E extends Outcome.TaggedError,
  PE extends Outcome.TaggedError,
  Args,
  RP,
  RR
>(
  job: Job.Job<Options, P, I, A, E, PE, Args, RP, RR>,
  { version = 1 }: { readonly version?: number } = {},
  ...args: Job.Arguments<Args>
): JobKind<RP | RR> => {
  const options = Schema.toCodecJson(job.schemas.options)
  const plan = Schema.toCodecJson(job.schemas.plan)
  const event = Schema.toCodecJson(job.schemas.event)
  const read = <T>(codec: Schema.Codec<T, Schema.Json>, what: "options" | "plan", json: Schema.Json) =>
    Effect.mapError(
      Schema.decodeUnknownEffect(codec)(json),
      (error) => new Unreadable({ what, problem: error.message })
    )
  return {
    name: job.name,
    version,
    encode: (given) =>
      Effect.mapError(
        Schema.encodeUnknownEffect(options)(given),
        (error) => new Unreadable({ what: "options", problem: error.message })
      ),
    plan: (json) =>
      Effect.flatMap(read(options, "options", json), (options) =>
        Effect.flatMap(job.plan(options), (made) => Effect.orDie(Schema.encodeEffect(plan)(made)))
      ),
    run: (json) =>
      Effect.map(read(plan, "plan", json), (plan) =>
        Stream.mapEffect(job.run(plan, ...args), (emitted) =>
          Effect.map(Effect.orDie(Schema.encodeEffect(event)(emitted)), (json): KindEvent => {
            const outcome = emitted._tag === "Finished" ? emitted.outcome : undefined
            const isProblem = outcome !== undefined && !Outcome.isSuccess(outcome)
            return {
              key: Item.key(emitted.item),
              event: json,
              outcome: outcome?._tag ?? null,
              problem: isProblem ? outcome.error : null,
              isRefused: emitted.item.decision === "refuse",
              line: Item.format(emitted.item),
              action: emitted._tag === "Progressed" ? emitted.action.id : emitted.item.action
            }
          })
        )
      )
  }
}

/**
 * The kinds that a runner knows.
 *
 * @category services
 * @since 0.1.0
 */
export class JobKinds extends Context.Service<
  JobKinds,
  {
    /** Returns the kind of this name and version, or undefined: then the job is left for another runner. */
    readonly find: (name: string, version: number) => JobKind<Services> | undefined
    /** Returns the newest version of a kind. */
    readonly latest: (name: string) => JobKind<Services> | undefined
  }
>()("@effect-digitalocean/jobs/JobKinds") {}

/**
 * The kinds of a runner: of several with the same name, each has a version of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (kinds: ReadonlyArray<JobKind<Services>>): Layer.Layer<JobKinds> =>
  Layer.succeed(JobKinds, {
    find: (name, version) => kinds.find((kind) => kind.name === name && kind.version === version),
    latest: (name) => kinds.filter((kind) => kind.name === name).toSorted((a, b) => b.version - a.version)[0]
  })
