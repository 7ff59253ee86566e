/**
 * What a terminal shows of a call that takes more than a second between its requests: it waits for the rate
 * limit, or is going to be retried.
 *
 * @since 0.1.0
 */
import type * as DigitalOceanClient from "@effect-digitalocean/client/DigitalOceanClient"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Text from "../text/Text.ts"

/** A call: whether a request of it is in flight, and what it waits for between its requests. */
interface Call {
  isInFlight: boolean
  waitsFor: string | undefined
}

const Current = Context.Reference<Call | undefined>("@effect-digitalocean/cli/SlowCall", {
  defaultValue: () => undefined
})

/**
 * Notes the requests of a call: a transformation of an `HttpClient`.
 *
 * @since 0.1.0
 */
export const observe = <A extends { readonly status: number }, E, R>(
  effect: Effect.Effect<A, E, R>,
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Current, (call) => {
    if (call === undefined) return effect
    call.isInFlight = true
    return Effect.onExit(effect, (exit) =>
      Effect.sync(() => {
        call.isInFlight = false
        const { host } = new URL(request.url)
        call.waitsFor = reasonOf(Exit.isSuccess(exit) ? exit.value.status : undefined, host)
      })
    )
  })

/** A wait after a 429 is reported elsewhere. */
const reasonOf = (status: number | undefined, host: string): string | undefined => {
  if (status === 429) return undefined
  return status === undefined ? `no response from ${host}, trying again` : `HTTP ${status} from ${host}, trying again`
}

/**
 * Makes a function that reports a call on stderr while it is slow, the same text once in 10 seconds.
 *
 * @since 0.1.0
 */
export const make = (): (<A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) => {
  const said = new Map<string, number>()
  const say = (text: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - (said.get(text) ?? Number.NEGATIVE_INFINITY) < Duration.toMillis(again)) return Effect.void
      said.set(text, now)
      return Console.error(Text.message(`doimg: ${text}`))
    })
  const look = ({ isInFlight, waitsFor }: Call) => (isInFlight || waitsFor === undefined ? Effect.void : say(waitsFor))
  return (effect) =>
    Effect.suspend(() => {
      const call: Call = { isInFlight: false, waitsFor: "waiting for the rate limit" }
      const watch = Effect.forever(Effect.andThen(Effect.sleep(pause), () => look(call)))
      return Effect.flatMap(Effect.forkChild(watch), (fiber) =>
        Effect.ensuring(Effect.provideService(effect, Current, call), Fiber.interrupt(fiber))
      )
    })
}

const pause = Duration.seconds(1)
const again = Duration.seconds(10)

/**
 * Reports the slow calls of a client. It stays the same object: services find by it what they share.
 *
 * @since 0.1.0
 */
export const reported = (
  client: DigitalOceanClient.DigitalOceanClient["Service"]
): DigitalOceanClient.DigitalOceanClient["Service"] => {
  const report = make()
  const { request, run } = client
  return Object.assign(client, {
    run: (...args: Parameters<typeof run>) => report(run(...args)),
    request: (...args: Parameters<typeof request>) => report(request(...args))
  })
}
