/**
 * What a runner logs on stderr, a line each: what becomes of jobs, and what the libraries log.
 *
 * @since 0.1.0
 */
import { JobStore } from "@effect-digitalocean/jobs/durable/JobStore"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Secrets from "../text/Secrets.ts"
import * as Text from "../text/Text.ts"

const write = (line: string): void => void process.stderr.write(`${line}\n`)

const text = Logger.make<unknown, void>(({ cause, date, fiber, logLevel, message }) => {
  const parts = Array.isArray(message) ? message : [message]
  const annotations = Object.entries(fiber.getRef(References.CurrentLogAnnotations))
  const words = [
    ...parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))),
    ...(cause.reasons.length === 0 ? [] : [Cause.pretty(cause)]),
    ...annotations.map(([name, value]) => `${name}=${String(value)}`)
  ]
  write(Text.message(`${date.toISOString()} ${logLevel.toLowerCase()} ${words.join(" ")}`))
})

const json = Logger.make<unknown, void>((options) => write(Secrets.remove(Logger.formatJson.log(options))))

/**
 * The log of a runner in one of its forms.
 *
 * @since 0.1.0
 */
export const layer = (format: "text" | "json"): Layer.Layer<never> => Logger.layer([format === "json" ? json : text])

/**
 * A store that logs what becomes of jobs.
 *
 * @since 0.1.0
 */
export const layerStore = Layer.effect(
  JobStore,
  Effect.map(JobStore, (store) =>
    JobStore.of({
      ...store,
      claim: (ref) =>
        Effect.tap(
          store.claim(ref),
          Option.match({
            onNone: () => Effect.void,
            onSome: ({ account, attempts, failovers, id, kind }) =>
              Effect.logInfo(`job ${id} is started`).pipe(
                Effect.annotateLogs({ job: id, kind, account, attempt: attempts, failovers })
              )
          })
        ),
      postpone: (ref, at, problem) =>
        Effect.tap(store.postpone(ref, at, problem), () =>
          Effect.logWarning(`job ${ref.id} is tried again at ${DateTime.formatIso(at)}: ${problem.message}`).pipe(
            Effect.annotateLogs({ job: ref.id, problem: problem.tag })
          )
        ),
      finish: (ref, ending) =>
        Effect.tap(store.finish(ref, ending), () => {
          const why = ending.problem === null ? "" : `: ${ending.problem.message}`
          const log = ending.state === "done" || ending.state === "cancelled" ? Effect.logInfo : Effect.logError
          return Effect.annotateLogs(log(`job ${ref.id} is ${ending.state}${why}`), {
            job: ref.id,
            state: ending.state
          })
        })
    })
  )
)
