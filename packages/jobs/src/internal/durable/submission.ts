import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Schema from "effect/Schema"
import { JobKinds, UnknownKind, type Unreadable } from "../../durable/JobKind.ts"
import type { Submission } from "../../durable/JobStore.ts"

/** What is submitted for options of a kind, in its newest version; without the id of the job. */
export const submissionOf = Effect.fnUntraced(function* ({
  account,
  kind: name,
  options
}: {
  readonly account: string
  readonly kind: string
  readonly options: unknown
}): Effect.fn.Return<Omit<Submission, "id">, UnknownKind | Unreadable, JobKinds> {
  const kind = (yield* JobKinds).latest(name)
  if (kind === undefined) return yield* new UnknownKind({ kind: name })
  const json = yield* kind.encode(options)
  return {
    account,
    kind: kind.name,
    version: kind.version,
    intention: canonical([account, kind.name, json]),
    options: json
  }
})

/** An id for a new job. It sorts by time, and is short enough to be typed. */
export const newId: Effect.Effect<string> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const random = yield* Random.nextIntBetween(0, 36 ** 5)
  return `${now.toString(36)}${random.toString(36).padStart(5, "0")}`
})

/** JSON with the keys of every object in order, so that equal values have equal texts. */
const canonical = (json: Schema.Json): string =>
  JSON.stringify(json, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value
  )
