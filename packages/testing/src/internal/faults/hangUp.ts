import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"

/** There is no response: the connection failed with the code of a transport. */
export class Broken extends Data.TaggedError("Broken")<{
  readonly code: string
  readonly message: string
  readonly syscall?: string
}> {}

export const refused = (code = "ECONNREFUSED"): Broken =>
  new Broken({ code, message: `connect ${code}`, syscall: "connect" })

/**
 * Breaks the connection of a request. If the server exposes its socket, it is destroyed at once, or after what was written
 * has been sent (`body`); otherwise the transport reports that there is no response.
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

/** Node's socket of a request, if it has one. */
interface Socket {
  readonly destroy: () => void
  readonly destroySoon?: () => void
  readonly resetAndDestroy?: () => void
}

const socketOf = (source: object): Socket | undefined => {
  const socket = "socket" in source ? source.socket : undefined
  const isSocket = typeof socket === "object" && socket !== null && "destroy" in socket
  // Node's socket is the source of the request that can be destroyed
  return isSocket ? (socket as Socket) : undefined
}
