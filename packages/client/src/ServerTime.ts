/**
 * What time it is at DigitalOcean.
 *
 * The timestamps of images, Droplets and actions come from DigitalOcean's clock. Whether an action completed a minute ago
 * must not depend on this machine's clock, which may be wrong by minutes or hours. A client therefore compares its clock
 * with the `date` header of every response.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

/**
 * The time at DigitalOcean as far as a client knows it; this machine's time before the first response, and outside the
 * services of `DigitalOcean.make` and its layers.
 *
 * @category services
 * @since 0.1.0
 */
export const ServerTime = Context.Reference<Effect.Effect<DateTime.Utc>>("@effect-digitalocean/client/ServerTime", {
  defaultValue: () => DateTime.now
})

/**
 * The present time at DigitalOcean.
 *
 * @category getters
 * @since 0.1.0
 */
export const now: Effect.Effect<DateTime.Utc> = Effect.flatMap(ServerTime, (time) => time)
