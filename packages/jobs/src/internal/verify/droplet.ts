import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { type CreateOptions, Droplets } from "@effect-digitalocean/client/Droplets"
import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import * as ServerTime from "@effect-digitalocean/client/ServerTime"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as RegExp_ from "effect/RegExp"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Outcome from "../../Outcome.ts"
import { follow } from "../actions/follow.ts"
import { onceVisible, visibleWithin } from "../actions/onceVisible.ts"

/** The tag of every Droplet that the job creates. No other Droplet has it. */
const tag = "image-verify"

/** The prefix of the names of the Droplets of a series. */
export const namePrefix = (series: string): string => `verify-${series}`

/**
 * A unique name: the series, when the run started, for how many minutes it may last, and a random number. Another run
 * reads from it until when the Droplet may be in use.
 */
export const nameFor = Effect.fnUntraced(function* (series: string, duration: Duration.Duration) {
  const time = DateTime.formatIso(yield* ServerTime.now)
    .replace(/\D/g, "")
    .slice(0, 14)
  const minutes = Math.min(Math.max(1, Math.ceil(Duration.toMinutes(duration))), 999_999)
  const random = yield* Random.nextIntBetween(0, 0x1000000)
  return `${namePrefix(series)}-${time}-${minutes}m-${random.toString(16).padStart(6, "0")}`
})

/** Until when a Droplet may be in use by the run of this series that created it; undefined for any other Droplet. */
export const inUseUntil = (series: string): ((droplet: Droplet.Droplet) => DateTime.Utc | undefined) => {
  const digits = String.raw`(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)`
  const pattern = new RegExp(`^${RegExp_.escape(namePrefix(series))}-${digits}-(\\d{1,6})m-[0-9a-f]{6}$`, "u")
  return (droplet) => {
    const found = pattern.exec(droplet.name)
    if (found === null || droplet.tags?.includes(tag) === false) return undefined
    const [, year, month, day, hours, minutes, seconds, duration] = found
    const start = DateTime.make(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
    return Option.match(start, {
      onNone: () => undefined,
      onSome: (start) => DateTime.add(DateTime.toUtc(start), { minutes: Number(duration) })
    })
  }
}

/** The Droplets that runs of this series created, by their tag and their names. */
export const ofSeries = (series: string): Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.list({ tag_name: tag }).pipe(
      Stream.filter((droplet) => inUseUntil(series)(droplet) !== undefined),
      Stream.runCollect,
      // a tag that was never used may not exist
      Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed([]))
    )
  )

/** Creates the Droplet. If it is not known whether it was created, it is searched for by its name for a while. */
export const create = (
  options: CreateOptions & { readonly name: string }
): Effect.Effect<Droplet.Droplet, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    Reconcile.createOrFind(
      droplets.create({ ...options, tags: [...(options.tags ?? []), tag] }),
      Effect.map(named(options.name), ([droplet]) => Option.fromNullishOr(droplet)),
      { visibilityTimeout: visibleWithin }
    )
  )

/** The Droplets of exactly that name. */
export const named = (name: string): Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.list({ name }).pipe(
      Stream.filter((droplet) => droplet.name === name),
      Stream.runCollect
    )
  )

/** Waits for the action of the creation, and for the Droplet to be active. Returns it as it is then, with its addresses. */
export const awaitActive = Effect.fnUntraced(function* (
  { id }: Droplet.Droplet,
  progressed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions
) {
  const droplets = yield* Droplets
  const creation = yield* droplets.actions(id).pipe(
    Stream.filter(({ type }) => type.toLowerCase() === "create"),
    Stream.runHead,
    onceVisible
  )
  if (Option.isSome(creation)) yield* follow(creation.value, progressed, wait)
  const duration = Option.isSome(creation) ? "1 minute" : (wait.timeout ?? "1 minute")
  return yield* Effect.repeat(onceVisible(droplets.get(id)), {
    until: Droplet.isActive,
    schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration })
  })
})

/** Destroys a Droplet, unless it does not exist. Retries for 10 minutes while it is busy. */
export const destroy = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Effect.catchReason(deleted(droplet), "DigitalOceanError", "NotFound", () => Effect.void)

/** As {@link destroy}, of a Droplet that was not read since its creation: 404 may mean that it is not visible yet. */
export const destroyUnseen = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Effect.catchReason(onceVisible(deleted(droplet)), "DigitalOceanError", "NotFound", () => Effect.void)

const deleted = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    Effect.retry(droplets.delete(droplet), {
      while: ({ reason }) => reason._tag === "UnprocessableEntity" || reason._tag === "Conflict",
      schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: "10 minutes" })
    })
  )

/** Destroys a Droplet that an earlier run left, unless it was renamed or untagged since. */
export const destroyLeftover = (droplet: Droplet.Id, series: string) =>
  Droplets.use((droplets) => droplets.get(droplet)).pipe(
    Effect.flatMap((found) =>
      inUseUntil(series)(found) === undefined
        ? Effect.succeed(Outcome.skipped("it does not have the name and the tag of this job any more"))
        : Effect.as(destroy(droplet), Outcome.done(null))
    ),
    Effect.catchReason("DigitalOceanError", "NotFound", () =>
      Effect.succeed(Outcome.skipped("it is destroyed already"))
    )
  )
