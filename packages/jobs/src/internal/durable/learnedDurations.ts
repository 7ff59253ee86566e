import * as Actions from "@effect-digitalocean/client/Actions"
import type { Services } from "@effect-digitalocean/client/DigitalOcean"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { JobStore } from "../../durable/JobStore.ts"

/** How long actions of an account took, which its client learns, and which the store of jobs keeps. */
export interface LearnedDurations {
  /** Adds what is stored to the client, once. */
  readonly load: Effect.Effect<void, never, JobStore>
  /** Stores what the client knows, if that is new, at most every five minutes. */
  readonly save: Effect.Effect<void, never, JobStore>
}

/** The durations of the account whose services these are; none are kept of services that were made otherwise. */
export const LearnedDurations: Context.Reference<LearnedDurations> = Context.Reference<LearnedDurations>(
  "@effect-digitalocean/jobs/LearnedDurations",
  { defaultValue: () => ({ load: Effect.void, save: Effect.void }) }
)

/** How many durations of an account are stored, the latest: about 130 KB. */
const maxSamples = 1000

const saveInterval = 5 * 60_000

const version = 1

const Stored = Schema.toCodecJson(
  Schema.Struct({ version: Schema.Literal(version), samples: Schema.Array(Actions.DurationSample) })
)

const decode = Schema.decodeUnknownOption(Stored)
const encode = Schema.encodeEffect(Stored)
const isVersion = Schema.is(Schema.Struct({ version: Schema.Int }))

/** Creates the durations of an account from its services. What goes wrong with them is of no consequence for a job. */
export const make = (account: string, services: Context.Context<Services>): LearnedDurations => {
  const actions = Context.get(services, Actions.Actions)
  let isLoaded = false
  let savedAt = Number.NEGATIVE_INFINITY
  let saved: unknown

  /** Adds what is stored to the client, and returns whether a newer version has stored it. */
  const merge = Effect.gen(function* () {
    const stored = Option.getOrUndefined(yield* (yield* JobStore).durations(account))
    isLoaded = true
    const known = decode(stored)
    if (Option.isSome(known)) yield* Effect.ignore(actions.addDurations(known.value.samples))
    return isVersion(stored) && stored.version > version
  })

  return {
    load: Effect.suspend(() => (isLoaded ? Effect.void : Effect.ignore(merge))),
    save: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const latest = (yield* actions.durations).at(-1)
      if (latest === undefined || latest === saved || now - savedAt < saveInterval) return
      // also keep what other runners have stored meanwhile
      if (yield* merge) return
      const samples = (yield* actions.durations).slice(-maxSamples)
      yield* (yield* JobStore).saveDurations(account, yield* encode({ version, samples }))
      savedAt = now
      saved = samples.at(-1)
    }).pipe(Effect.ignore)
  }
}
