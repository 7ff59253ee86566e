import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schedule from "effect/Schedule"
import { DigitalOceanError, type Reason } from "../../src/DigitalOceanError.ts"
import { type Call, CallState, type Outgoing, type Run, type Send } from "../../src/internal/pipeline/call.ts"

/** A call of `Images.get`, or of what is given. */
export const outgoing = ({
  call,
  ...rest
}: Partial<Omit<Outgoing, "call">> & { readonly call?: Partial<Call> } = {}): Outgoing => ({
  call: {
    operation: "Images.get",
    method: "GET",
    template: "/v2/images/{image_id}",
    scopes: ["image:read"],
    decode: (json) => Effect.succeed(json),
    ignoreMissing: false,
    isDeleted: undefined,
    ...call
  },
  request: HttpClientRequest.get("https://api.digitalocean.com/v2/images/7"),
  policy: { times: 4, schedule: Schedule.spaced("1 second"), maxWait: Duration.minutes(65) },
  due: Number.POSITIVE_INFINITY,
  ...rest
})

/** A whole response. */
export const response = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => ({
  status,
  headers: Headers.fromInput(headers),
  text: typeof body === "string" ? body : JSON.stringify(body)
})

/** A sender with this response to every request, and what it was given. */
export const sender = <E = never>(respond: Effect.Effect<ReturnType<typeof response>, E>) => {
  const sent: Array<Outgoing> = []
  const send: Send<E> = (out) =>
    Effect.suspend(() => {
      sent.push(out)
      return respond
    })
  return { send, sent }
}

/** A runner that ends in turn with these reasons, then with a success, and what it was given. */
export const runner = (...reasons: ReadonlyArray<Reason>) => {
  const ran: Array<Outgoing> = []
  const run: Run = (out) =>
    Effect.suspend(() => {
      const reason = reasons[ran.push(out) - 1]
      const { method, operation } = out.call
      return reason === undefined
        ? Effect.succeed("done" as never)
        : Effect.fail(new DigitalOceanError({ operation, method, reason }))
    })
  return { run, ran }
}

/** Runs an effect as a call of its own. */
export const asCall = <A, E, R>(self: Effect.Effect<A, E, R>, state: CallState = { attempts: 0, queueTime: 0 }) =>
  Effect.provideService(self, CallState, state)
