/**
 * `doimg sandbox`: the in-memory DigitalOcean on a loopback port, for any client in any language.
 *
 * @since 0.1.0
 */
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import * as Interruption from "./Interruption.ts"

/**
 * The port cannot be listened on.
 *
 * @since 0.1.0
 */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  port: Schema.Int,
  code: Schema.String
}) {
  override get message(): string {
    const why = this.code === "EADDRINUSE" ? "is taken" : `cannot be listened on (${this.code})`
    return `port ${this.port} of 127.0.0.1 ${why}: choose another with --port, or 0 for a free one`
  }
}

/**
 * A server on loopback, and the account behind it. Port 0 takes a free one.
 *
 * @since 0.1.0
 */
export const layer = (options: { readonly port: number; readonly speed: number }) =>
  TestDigitalOcean.layerServer({ speed: options.speed }).pipe(
    Layer.provideMerge(
      NodeHttpServer.layer(() => createServer(), {
        port: options.port,
        host: "127.0.0.1",
        gracefulShutdownTimeout: "1 second"
      })
    ),
    Layer.catchTag("ServeError", ({ cause }) =>
      Layer.effectContext(
        new PortUnavailable({
          port: options.port,
          code: Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
        })
      )
    )
  )

/**
 * The address of the server.
 *
 * @since 0.1.0
 */
export const address: Effect.Effect<string, never, HttpServer.HttpServer> = HttpServer.addressFormattedWith((address) =>
  Effect.succeed(address)
)

/**
 * The command.
 *
 * @since 0.1.0
 */
export const command = Command.make(
  "sandbox",
  {
    port: Flag.Int("port").pipe(
      Flag.withAlias("p"),
      Flag.withDescription("Port on 127.0.0.1; 0 takes a free one, and the first line on stdout says which"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65535 }))),
      Flag.withDefault(8080)
    ),
    speed: Flag.Finite("speed").pipe(
      Flag.withDescription("How many times faster than at DigitalOcean transfers, imports and the like end"),
      Flag.withSchema(Schema.Finite.check(Schema.isGreaterThan(0))),
      Flag.withDefault(1)
    )
  },
  (options) =>
    Effect.gen(function* () {
      yield* Interruption.isTheEnd
      yield* Console.log(`listening on ${yield* address}`)
      return yield* Effect.never
    }).pipe(Effect.provide(layer(options)))
).pipe(
  Command.withDescription("Serve an in-memory DigitalOcean account on a loopback port, until interrupted"),
  Command.withExamples([
    { command: "doimg sandbox --port 8080", description: "Any non-empty token is accepted; the account is `demo`" },
    { command: "doimg sandbox --port 0 --speed 600", description: "A free port, and transfers that end within seconds" }
  ])
)
