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

/** What every Droplet of a drill carries, and nothing else does. */
export const tag = "image-drill"

/**
 * A name that no Droplet has yet: the series, when the drill started, for how many minutes it may last, and a random
 * number. Another drill reads in it until when the Droplet may be in use.
 */
export const nameFor = Effect.fnUntraced(function* (series: string, lasts: Duration.Duration) {
  const time = DateTime.formatIso(yield* ServerTime.now)
    .replace(/\D/g, "")
    .slice(0, 14)
  const minutes = Math.min(Math.max(1, Math.ceil(Duration.toMinutes(lasts))), 999_999)
  const random = yield* Random.nextIntBetween(0, 0x1000000)
  return `drill-${series}-${time}-${minutes}m-${random.toString(16).padStart(6, "0")}`
})

/** Until when a Droplet may be in use by the drill of this series that created it; undefined for any other Droplet. */
export const inUseUntil = (series: string): ((droplet: Droplet.Droplet) => DateTime.Utc | undefined) => {
  const digits = String.raw`(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)`
  const pattern = new RegExp(`^drill-${RegExp_.escape(series)}-${digits}-(\\d{1,6})m-[0-9a-f]{6}$`, "u")
  return (droplet) => {
    const found = pattern.exec(droplet.name)
    if (found === null || droplet.tags?.includes(tag) === false) return undefined
    const [, year, month, day, hours, minutes, seconds, lasts] = found
    const start = DateTime.make(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
    return Option.match(start, {
      onNone: () => undefined,
      onSome: (start) => DateTime.add(DateTime.toUtc(start), { minutes: Number(lasts) })
    })
  }
}

/** The Droplets that drills of this series created, by their tag and their names. */
export const ofSeries = (series: string): Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.list({ tag_name: tag }).pipe(
      Stream.filter((droplet) => inUseUntil(series)(droplet) !== undefined),
      Stream.runCollect,
      // a tag that nothing ever carried may not exist
      Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed([]))
    )
  )

/** How long a Droplet that was created may take to be visible; shorter than the deadline of a cleanup. */
const visibleWithin: Duration.Input = "25 seconds"

/** Creates the Droplet; when it is not known whether it was created, it is looked for by its name for a while. */
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
const named = (name: string): Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.list({ name }).pipe(
      Stream.filter((droplet) => droplet.name === name),
      Stream.runCollect
    )
  )

/** A Droplet that was created a moment ago may be 404 at first: then it is requested again for a while. */
const onceVisible = <A, R>(self: Effect.Effect<A, DigitalOceanError, R>): Effect.Effect<A, DigitalOceanError, R> =>
  Effect.retry(self, {
    while: ({ reason }) => reason._tag === "NotFound",
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })

/** Waits for the creation's action, and for the Droplet to be active; answers it as it is then, with its addresses. */
export const awaitActive = Effect.fnUntraced(function* (
  { id }: Droplet.Droplet,
  changed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions
) {
  const droplets = yield* Droplets
  const creation = yield* droplets.actions(id).pipe(
    Stream.filter(({ type }) => type.toLowerCase() === "create"),
    Stream.runHead,
    onceVisible
  )
  if (Option.isSome(creation)) yield* follow(creation.value, changed, wait)
  const duration = Option.isSome(creation) ? "1 minute" : (wait.timeout ?? "1 minute")
  return yield* Effect.repeat(onceVisible(droplets.get(id)), {
    until: Droplet.isActive,
    schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration })
  })
})

/** Destroys a Droplet; one that does not exist is a success, and one that is busy is requested again for 10 minutes. */
export const destroy = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Effect.catchReason(deleted(droplet), "DigitalOceanError", "NotFound", () => Effect.void)

const deleted = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    Effect.retry(droplets.delete(droplet), {
      while: ({ reason }) => reason._tag === "UnprocessableEntity" || reason._tag === "Conflict",
      schedule: Schedule.upTo(Schedule.spaced("5 seconds"), { duration: "10 minutes" })
    })
  )

/** The Droplet of a drill, as far as the drill knows it. */
export interface Own {
  readonly name: string
  /** undefined before it is created, and when the response to that was lost */
  made: Droplet.Droplet | undefined
  /** whether it was read: from then on 404 means that it is destroyed */
  isSeen: boolean
  /** whether it may exist */
  mayExist: boolean
}

/**
 * Destroys the Droplet that a drill created, and answers whether there was one. When only its name is known, it is
 * looked for until it would be visible; and 404 soon after the creation does not mean that it is destroyed.
 */
export const destroyOwn = Effect.fnUntraced(function* (own: Own) {
  if (!own.mayExist) return false
  const lookUp = Effect.repeat(named(own.name), {
    until: (droplets) => droplets.length > 0,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })
  const found = own.made === undefined ? yield* lookUp : [own.made]
  const isSeen = own.made === undefined || own.isSeen
  yield* Effect.forEach(found, (droplet) => (isSeen ? destroy(droplet) : destroyUnseen(droplet)), { discard: true })
  own.mayExist = false
  return found.length > 0
})

const destroyUnseen = (droplet: Droplet.Ref) =>
  Effect.catchReason(onceVisible(deleted(droplet)), "DigitalOceanError", "NotFound", () => Effect.void)

/** Destroys what an earlier drill left, if that is what it still is. */
export const sweep = (droplet: Droplet.Id, series: string) =>
  Droplets.use((droplets) => droplets.get(droplet)).pipe(
    Effect.flatMap((found) =>
      inUseUntil(series)(found) === undefined
        ? Effect.succeed(Outcome.skipped("it is not a Droplet of a drill any more"))
        : Effect.as(destroy(droplet), Outcome.done(undefined))
    ),
    Effect.catchReason("DigitalOceanError", "NotFound", () =>
      Effect.succeed(Outcome.skipped("it is destroyed already"))
    )
  )
