import { DigitalOcean, type DigitalOceanClient } from "@effect-digitalocean/client"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

/** A budget that is counted like any other, and that no bench of speed spends. */
export const wide = { rateLimits: { perMinute: 1_000_000, perHour: 10_000_000 } }

/** Every service over undici, as the README has it, with the stub for DigitalOcean. */
export const account = (baseUrl: string, options: Omit<DigitalOceanClient.Options, "token"> = {}) =>
  ManagedRuntime.make(DigitalOcean.layerConfig({ ...options, baseUrl }).pipe(Layer.provide(NodeHttpClient.layerUndici)))
