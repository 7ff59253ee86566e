import * as Context from "effect/Context"

/** The order in which queued requests are sent: writes, then reads, then polls. */
export type Priority = "write" | "read" | "poll"

/**
 * The priority of the requests of an effect, such as `poll`. Undefined means that the method of a request determines
 * it.
 */
export const Priority = Context.Reference<Priority | undefined>("@effect-digitalocean/client/Priority", {
  defaultValue: () => undefined
})
