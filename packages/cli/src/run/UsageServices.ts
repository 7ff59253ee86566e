/**
 * The services that tell what images are used for, over the client of a command.
 *
 * @since 0.1.0
 */
import * as AutoscalePools from "@effect-digitalocean/client/AutoscalePools"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Layer from "effect/Layer"

/**
 * Layer that provides Droplets and autoscale pools. The Droplets share the waits of the command.
 *
 * @since 0.1.0
 */
export const layer = Layer.mergeAll(Layer.effect(Droplets.Droplets, Droplets.make), AutoscalePools.layer)
