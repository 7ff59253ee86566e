/**
 * What a command would leave behind if the process ended now: a Droplet that it powered off or created, a request whose
 * response has not arrived.
 *
 * `WatchedDroplets` and {@link observe} keep the account of it, whoever calls them: a command, a job or
 * the finalizer of one. What is still there at the end of the process is said in one sentence each, with the command that
 * undoes it.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import type * as Cleanup from "@effect-digitalocean/jobs/Cleanup"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Time from "../text/Time.ts"

/** A Droplet that was powered off and is not on again. */
interface PoweredOff {
  /** the action that powered it off; undefined while it is not known whether it was executed */
  action: Action.Action | undefined
  /** what is being done to it */
  readonly inProgress: Map<number, Action.Action>
}

/**
 * The account of what is left to undo.
 *
 * @since 0.1.0
 */
export interface Registry {
  readonly names: Map<number, string>
  readonly poweredOff: Map<number, PoweredOff>
  /** Droplets that were created, by name; the id is undefined while it is not known whether they were */
  readonly created: Map<string, number | undefined>
  /** requests that may change something, and whose response has not arrived */
  readonly requests: Set<string>
  /** how to end at once each process that was started */
  readonly processes: Set<() => void>
  /** what jobs report that is no Droplet, a sentence each */
  readonly others: Set<string>
  /** how long the finalizers had, if that was not enough */
  gaveUpAfter: Duration.Duration | undefined
}

/**
 * An account of nothing.
 *
 * @since 0.1.0
 */
export const make = (): Registry => ({
  names: new Map(),
  poweredOff: new Map(),
  created: new Map(),
  requests: new Set(),
  processes: new Set(),
  others: new Set(),
  gaveUpAfter: undefined
})

/**
 * The account of this process.
 *
 * @since 0.1.0
 */
export const Leftovers = Context.Reference<Registry>("@effect-digitalocean/cli/Leftovers", { defaultValue: make })

/**
 * A Droplet is off and has to be powered on before the process ends.
 *
 * @since 0.1.0
 */
export const addPoweredOff = (registry: Registry, droplet: number, action?: Action.Action): PoweredOff => {
  const entry: PoweredOff = registry.poweredOff.get(droplet) ?? { action, inProgress: new Map() }
  entry.action ??= action
  registry.poweredOff.set(droplet, entry)
  return entry
}

/**
 * Learns from a state of an action: a Droplet that a later `power_on` has powered on is not left over any more.
 *
 * @since 0.1.0
 */
export const observe = (registry: Registry, action: Action.Action): Effect.Effect<void> =>
  Effect.sync(() => {
    const id = action.resource_id ?? 0
    const entry = registry.poweredOff.get(id)
    if (entry === undefined || action.resource_type.toLowerCase() !== "droplet") return
    if (Action.isInProgress(action)) {
      entry.inProgress.set(action.id, action)
      return
    }
    entry.inProgress.delete(action.id)
    if (entry.action === undefined) return
    const isOn = action.type.toLowerCase() === "power_on" && Action.isCompleted(action) && action.id > entry.action.id
    const isNotOff = action.id === entry.action.id && Action.isErrored(action)
    if (isOn || isNotOff) registry.poweredOff.delete(id)
  })

/**
 * A job reports what it could not undo. Droplets are watched anyway.
 *
 * @since 0.1.0
 */
export const addLeftBehind = (registry: Registry, left: Cleanup.LeftBehind): void => {
  switch (left._tag) {
    case "ImageLeftOver":
      registry.others.add(`${left.message}; do so with doimg delete ${left.image}`)
      break
    case "OfferLeftPending":
      registry.others.add(
        left.transfer_id === null
          ? left.message
          : `${left.message}; withdraw it with doimg request POST /v2/images/${left.image}/account_transfer/cancel --data '{"transfer_id":${left.transfer_id}}'`
      )
  }
}

/**
 * A Droplet is as it was before, or does not exist any more.
 *
 * @since 0.1.0
 */
export const removed = (registry: Registry, id: number): void => {
  registry.poweredOff.delete(id)
  for (const [name, created] of registry.created) if (created === id) registry.created.delete(name)
}

/**
 * What is left, a sentence each, with the command that undoes it; none when nothing is.
 *
 * @since 0.1.0
 */
export const sentences = (registry: Registry): ReadonlyArray<string> => [
  ...[...registry.poweredOff].map(([id, entry]) => poweredOffSentence(registry, id, entry)),
  ...[...registry.created].map(([name, id]) => createdSentence(registry, name, id)),
  ...registry.others
]

/**
 * What is said of a request that was cut off.
 *
 * @since 0.1.0
 */
export const cutOff = (request: string): string =>
  `${request} was under way: it is not known whether it was carried out`

const poweredOffSentence = (registry: Registry, id: number, { action, inProgress }: PoweredOff): string => {
  const name = registry.names.get(id)
  const droplet = name === undefined ? `Droplet ${id}` : `Droplet ${name} (${id})`
  const on = `doimg request POST /v2/droplets/${id}/actions --data '{"type":"power_on"}'`
  const [busy] = inProgress.values()
  const couldNotBe = couldNot(registry, "powered on")
  if (busy === undefined)
    return `${droplet} ${action === undefined ? "may be" : "is"} off${couldNotBe}: power it on with ${on}`
  switch (busy.type.toLowerCase()) {
    case "power_on":
      return `${droplet} is off, and action ${busy.id}, which powers it on, has not completed${within(registry)}: see doimg wait ${busy.id}`
    case "power_off":
      return `${droplet} is being powered off by action ${busy.id}${couldNotBe}: power it on with doimg wait ${busy.id} && ${on}`
    default:
      return `${droplet} is off${couldNotBe}, for its action ${busy.id} (${busy.type}) is in progress: power it on with doimg wait ${busy.id} && ${on}`
  }
}

const createdSentence = (registry: Registry, name: string, id: number | undefined): string =>
  id === undefined
    ? `Droplet ${name} may have been created, and is billed: destroy it if "doimg request GET '/v2/droplets?name=${name}'" shows it`
    : `Droplet ${name} (${id}) may still exist${couldNot(registry, "destroyed")}, and is billed: destroy it with doimg request DELETE /v2/droplets/${id}`

const couldNot = (registry: Registry, what: string): string =>
  registry.gaveUpAfter === undefined ? "" : ` and could not be ${what}${within(registry)}`

const within = ({ gaveUpAfter }: Registry): string =>
  gaveUpAfter === undefined ? "" : ` in ${Time.format(gaveUpAfter)}`
