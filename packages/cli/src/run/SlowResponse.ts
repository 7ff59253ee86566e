/**
 * A message about a request whose response takes long.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Text from "../text/Text.ts"
import * as Time from "../text/Time.ts"

/**
 * Makes a transformation of an `HttpClient` that reports requests without a response after 5 seconds, on stderr, and not
 * again within 30 seconds: retries and other requests wait for the same server. The requests go on: the timeouts of the
 * client end them.
 *
 * @since 0.1.0
 */
export const make = (): (<A, E, R>(
  effect: Effect.Effect<A, E, R>,
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<A, E, R>) => {
  let reportedAt = Number.NEGATIVE_INFINITY
  const report = (url: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (now - reportedAt < Duration.toMillis(again)) return Effect.void
      reportedAt = now
      return Console.error(
        Text.message(`doimg: no response from ${new URL(url).host} for ${Time.format(after)}, still waiting`)
      )
    })
  return (effect, { url }) =>
    Effect.flatMap(Effect.forkChild(Effect.delay(report(url), after)), (fiber) =>
      Effect.ensuring(effect, Fiber.interrupt(fiber))
    )
}

const after = Duration.seconds(5)
const again = Duration.seconds(30)
