/**
 * A message about a request whose response takes long.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Text from "../text/Text.ts"
import * as Time from "../text/Time.ts"

/**
 * Reports a request that has no response after 5 seconds, once, on stderr. It goes on: the timeouts of the client end it.
 *
 * @since 0.1.0
 */
export const reported = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { url }: HttpClientRequest.HttpClientRequest
): Effect.Effect<A, E, R> => {
  const message = `doimg: no response from ${new URL(url).host} for ${Time.format(after)}, still waiting`
  const report = Effect.delay(Console.error(Text.message(message)), after)
  return Effect.flatMap(Effect.forkChild(report), (fiber) => Effect.ensuring(effect, Fiber.interrupt(fiber)))
}

const after = Duration.seconds(5)
