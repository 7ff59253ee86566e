import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"

/** No answer: the connection failed, with the code that a transport would tell. */
export class Broken extends Data.TaggedError("Broken")<{
  readonly code: string
  readonly message: string
  readonly syscall?: string
}> {}

export const refused = (code = "ECONNREFUSED"): Broken =>
  new Broken({ code, message: `connect ${code}`, syscall: "connect" })

/**
 * Breaks a request's connection. Where the server shows its socket, that is destroyed, after what was written has left
 * (`body`) or at once; elsewhere it is the transport's to say that there is no answer.
 */
export const hangUp = (
  request: HttpServerRequest.HttpServerRequest,
  when: "before" | "after" | "body",
  broken = new Broken({ code: "ECONNRESET", message: "read ECONNRESET" })
): Effect.Effect<never, Broken> =>
  Effect.suspend(() => {
    const socket = socketOf(request.source)
    if (socket === undefined) return Effect.fail(broken)
    if (when === "body") socket.destroySoon?.()
    else if (socket.resetAndDestroy !== undefined) socket.resetAndDestroy()
    else socket.destroy()
    // the server ends the request when its connection has closed
    return Effect.never
  })

/** A socket as Node has it, under a request that came over one. */
interface Socket {
  readonly destroy: () => void
  readonly destroySoon?: () => void
  readonly resetAndDestroy?: () => void
}

const socketOf = (source: object): Socket | undefined => {
  const socket = "socket" in source ? source.socket : undefined
  const isSocket = typeof socket === "object" && socket !== null && "destroy" in socket
  // what can be destroyed beneath a request is Node's socket
  return isSocket ? (socket as Socket) : undefined
}
