/**
 * The account's Droplets, each of which is in the account of {@link Leftovers} from the moment it is powered off or created
 * until it is on again or destroyed.
 *
 * @since 0.1.0
 */
import { isDigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Leftovers from "../process/Leftovers.ts"

/**
 * The account's Droplets; each that is powered off or created is left over until it is on again or destroyed.
 *
 * @since 0.1.0
 */
export const layer = Layer.effect(
  Droplets.Droplets,
  Effect.gen(function* () {
    const registry = yield* Leftovers.Leftovers
    const plain = yield* Droplets.make
    const named = <D extends Droplet.Droplet>(droplet: D): D => {
      registry.names.set(droplet.id, droplet.name)
      return droplet
    }
    return Droplets.Droplets.of({
      ...plain,
      list: (filter, options) => Stream.map(plain.list(filter, options), named),
      get: (droplet) => Effect.map(plain.get(droplet), named),
      actions: (droplet, query, options) =>
        Stream.tap(plain.actions(droplet, query, options), (action) => Leftovers.observe(registry, action)),
      powerOff: (droplet) =>
        Effect.suspend(() => {
          const id = Droplet.idOf(droplet)
          const before = registry.poweredOff.get(id)
          const entry = before ?? Leftovers.addPoweredOff(registry, id)
          return Effect.onExit(plain.powerOff(droplet), (exit) =>
            Effect.sync(() => {
              if (Exit.isSuccess(exit)) {
                entry.action = exit.value
                entry.inProgress.set(exit.value.id, exit.value)
              } else if (before === undefined && isRefused(exit)) registry.poweredOff.delete(id)
            })
          )
        }),
      powerOn: (droplet) =>
        plain.powerOn(droplet).pipe(
          Effect.tap((action) => Leftovers.observe(registry, action)),
          Effect.tapError((error) =>
            Effect.sync(() => void (isNotFound(error) && Leftovers.removed(registry, Droplet.idOf(droplet))))
          )
        ),
      create: (options) =>
        Effect.suspend(() => {
          registry.created.set(options.name, undefined)
          return Effect.onExit(plain.create(options), (exit) =>
            Effect.sync(() => {
              if (Exit.isSuccess(exit)) registry.created.set(options.name, exit.value.id)
              else if (isRefused(exit)) registry.created.delete(options.name)
            })
          )
        }),
      delete: (droplet, options) =>
        plain.delete(droplet, options).pipe(
          Effect.tap(() => Effect.sync(() => Leftovers.removed(registry, Droplet.idOf(droplet)))),
          Effect.tapError((error) =>
            Effect.sync(() => void (isNotFound(error) && Leftovers.removed(registry, Droplet.idOf(droplet))))
          )
        )
    })
  })
)

/** True for a failure that says that nothing was executed. */
const isRefused = (exit: Exit.Exit<unknown, unknown>): boolean => {
  if (Exit.isSuccess(exit) || Cause.hasInterrupts(exit.cause)) return false
  const error = Cause.squash(exit.cause)
  return error instanceof Droplet.EventPending || (isDigitalOceanError(error) && error.outcome === "not-executed")
}

const isNotFound = (error: unknown): boolean => isDigitalOceanError(error) && error.reason._tag === "NotFound"
