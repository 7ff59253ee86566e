import type * as Action from "@effect-digitalocean/client/Action"
import type * as Actions from "@effect-digitalocean/client/Actions"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import type { CreateOptions } from "@effect-digitalocean/client/Droplets"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Cleanup from "../../Cleanup.ts"
import { visibleWithin } from "../actions/onceVisible.ts"
import * as VerifyDroplet from "./droplet.ts"
import { BootFailed } from "./errors.ts"

/** The Droplet of a run, as far as the run knows it. */
export interface Own {
  readonly name: string
  /** undefined before it is created, and when the response to that was lost */
  droplet: Droplet.Droplet | undefined
  /** whether it was read: from then on 404 means that it is destroyed */
  isSeen: boolean
  /** whether it may exist */
  mayExist: boolean
}

/** Before the Droplet is created. */
export const make = (name: string): Own => ({ name, droplet: undefined, isSeen: false, mayExist: false })

/** Creates the Droplet, waits until it is active, and returns it. */
export const boot = Effect.fnUntraced(function* (
  own: Own,
  options: CreateOptions,
  progressed: (action: Action.Action) => Effect.Effect<void>,
  wait: Actions.AwaitOptions
) {
  const created = yield* create(own, options)
  const active = yield* VerifyDroplet.awaitActive(created, progressed, wait)
  own.droplet = active
  own.isSeen = true
  return Droplet.isActive(active) ? active : yield* new BootFailed({ droplet: active })
})

/** An interruption waits until it is known which Droplet was created. */
const create = (own: Own, options: CreateOptions) =>
  Effect.suspend(() => {
    own.mayExist = true
    return Cleanup.finish(
      VerifyDroplet.create({ ...options, name: own.name }).pipe(
        Effect.tap((droplet) =>
          Effect.sync(() => {
            own.droplet = droplet
          })
        ),
        Effect.tapError((error) =>
          Effect.sync(() => {
            own.mayExist = error.outcome !== "not-executed"
          })
        )
      )
    )
  })

/**
 * Destroys the Droplet. Returns whether there was one. If only its name is known, it is searched for until it would be
 * visible; and 404 soon after the creation does not mean that it is destroyed.
 */
export const destroy = Effect.fnUntraced(function* (own: Own) {
  if (!own.mayExist) return false
  const search = Effect.repeat(VerifyDroplet.named(own.name), {
    until: (droplets) => droplets.length > 0,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })
  const found = own.droplet === undefined ? yield* search : [own.droplet]
  const isSeen = own.droplet === undefined || own.isSeen
  const remove = isSeen ? VerifyDroplet.destroy : VerifyDroplet.destroyUnseen
  yield* Effect.forEach(found, remove, { discard: true })
  own.mayExist = false
  return found.length > 0
})

/** Destroys the Droplet of a run that is interrupted. */
export const cleanUp = (own: Own) =>
  Cleanup.run(
    destroy(own),
    (problem) => new Cleanup.DropletLeftOver({ droplet: own.droplet?.id ?? null, droplet_name: own.name, problem })
  )
