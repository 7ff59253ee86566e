import * as Context from "effect/Context"

/** Which requests go first when the budget is short: writes, then reads, then polls. */
export type Priority = "write" | "read" | "poll"

/** The priority a scope asks for. Polls run under `poll`; without it a request goes by its method. */
export const Priority = Context.Reference<Priority | undefined>("@effect-digitalocean/client/Priority", {
  defaultValue: () => undefined
})
