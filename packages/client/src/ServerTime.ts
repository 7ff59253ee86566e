/**
 * The time of DigitalOcean's clock.
 *
 * The timestamps of images, Droplets and actions come from DigitalOcean's clock. The local clock may differ from it by
 * minutes or hours, so it must not be compared with them. A client therefore compares the local clock with the `date`
 * header of every response.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

/**
 * The time of DigitalOcean's clock, from the latest response of a client. It is the local time before the first
 * response, and without the services of `DigitalOcean.make` and its layers.
 *
 * @category services
 * @since 0.1.0
 */
export const ServerTime = Context.Reference<Effect.Effect<DateTime.Utc>>("@effect-digitalocean/client/ServerTime", {
  defaultValue: () => DateTime.now
})

/**
 * Returns the current time of DigitalOcean's clock.
 *
 * @category getters
 * @since 0.1.0
 */
export const now: Effect.Effect<DateTime.Utc> = Effect.flatMap(ServerTime, (time) => time)
