import type * as Action from "@effect-digitalocean/client/Action"
import * as Actions from "@effect-digitalocean/client/Actions"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import { type CreateOptions, Droplets } from "@effect-digitalocean/client/Droplets"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as RegExp_ from "effect/RegExp"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Outcome from "../Outcome.ts"
import * as Reconcile from "../Reconcile.ts"
import { follow } from "./follow.ts"

/** What every Droplet of a drill carries, and nothing else does. */
export const tag = "image-drill"

/** A name that no Droplet has yet: the series, the time and some chance. */
export const nameFor = Effect.fnUntraced(function* (series: string) {
  const time = DateTime.formatIso(yield* DateTime.now)
    .replace(/\D/g, "")
    .slice(0, 14)
  const chance = yield* Random.nextIntBetween(0, 0x1000000)
  return `drill-${series}-${time}-${chance.toString(16).padStart(6, "0")}`
})

/** Whether a Droplet is of a drill of this series, and of no other. */
export const isOf = (series: string): ((droplet: Droplet.Droplet) => boolean) => {
  const name = new RegExp(`^drill-${RegExp_.escape(series)}-\\d{14}-[0-9a-f]{6}$`, "u")
  return (droplet) => name.test(droplet.name) && (droplet.tags?.includes(tag) ?? true)
}

/** The Droplets that drills of this series left, by their tag and their names. */
export const leftovers = (series: string): Effect.Effect<ReadonlyArray<Droplet.Droplet>, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.list({ tag_name: tag }).pipe(
      Stream.filter(isOf(series)),
      Stream.runCollect,
      // a tag that nothing ever carried may not exist
      Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed([]))
    )
  )

/** Makes the Droplet; when nobody knows whether it was made, it is looked for by its name for a minute. */
export const create = (
  options: CreateOptions & { readonly name: string }
): Effect.Effect<Droplet.Droplet, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    Reconcile.orFind(
      droplets.create({ ...options, tags: [...(options.tags ?? []), tag] }),
      Effect.map(named(options.name), ([droplet]) => Option.fromNullishOr(droplet)),
      { appears: "1 minute" }
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

/** Waits for the creation's action, and for the Droplet to be active; answers it as it is then, with its addresses. */
export const awaitActive = Effect.fnUntraced(function* (
  { id }: Droplet.Droplet,
  changed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions
) {
  const droplets = yield* Droplets
  const creation = yield* droplets.actions(id).pipe(
    Stream.filter(({ type }) => type.toLowerCase() === "create"),
    Stream.runHead
  )
  if (Option.isSome(creation)) yield* follow(creation.value, changed, wait)
  const duration = Option.isSome(creation) ? "1 minute" : (wait.timeout ?? "1 minute")
  return yield* Effect.repeat(droplets.get(id), {
    until: Droplet.isActive,
    schedule: Schedule.upTo(Actions.schedule, { duration })
  })
})

/** Destroys a Droplet; one that is gone is a success, and one that is busy is asked again for 10 minutes. */
export const destroy = (droplet: Droplet.Ref): Effect.Effect<void, DigitalOceanError, Droplets> =>
  Droplets.use((droplets) =>
    droplets.delete(droplet).pipe(
      Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.void),
      Effect.retry({
        while: ({ reason }) => reason._tag === "UnprocessableEntity" || reason._tag === "Conflict",
        schedule: Schedule.upTo(Actions.schedule, { duration: "10 minutes" })
      })
    )
  )

/** Destroys what an earlier drill left, if that is what it still is. */
export const sweep = (droplet: Droplet.Id, series: string) =>
  Droplets.use((droplets) => droplets.get(droplet)).pipe(
    Effect.flatMap((found) =>
      isOf(series)(found)
        ? Effect.as(destroy(droplet), Outcome.done(undefined))
        : Effect.succeed(Outcome.skipped("it is no drill's any more"))
    ),
    Effect.catchReason("DigitalOceanError", "NotFound", () => Effect.succeed(Outcome.skipped("it is gone already")))
  )
