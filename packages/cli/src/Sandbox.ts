/**
 * `doimg sandbox`: the in-memory DigitalOcean on a loopback port, for any client in any language.
 *
 * @since 0.1.0
 */
import * as Seed from "@effect-digitalocean/testing/Seed"
import * as TestDigitalOcean from "@effect-digitalocean/testing/TestDigitalOcean"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import * as Interruption from "./Interruption.ts"
import * as Text from "./Text.ts"

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
export const layer = ({ port, ...options }: { readonly port: number } & TestDigitalOcean.Options) =>
  Layer.unwrap(
    Effect.sync(() => {
      const server = createServer()
      // at the end, a client that is still sending must not keep anything waiting
      const hangUp = Layer.effectDiscard(Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections())))
      return hangUp.pipe(
        Layer.provideMerge(TestDigitalOcean.layerServer(options)),
        Layer.provideMerge(
          NodeHttpServer.layer(() => server, { port, host: "127.0.0.1", gracefulShutdownTimeout: "1 second" })
        )
      )
    })
  ).pipe(
    Layer.catchTag("ServeError", ({ cause }) =>
      Layer.effectContext(
        new PortUnavailable({
          port,
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

/** One request of the log: when, what, and how it was answered. A body is shown, a token never. */
const logLine = ({ at, body, method, path, query, status }: TestDigitalOcean.Exchange): string => {
  const search = new URLSearchParams(query).toString()
  const parts = [new Date(at).toISOString(), status, method, search === "" ? path : `${path}?${search}`, body]
  return Text.safe(parts.filter((part) => part !== "").join(" "))
}

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
    ),
    seed: Flag.Literals("seed", ["demo", "empty"]).pipe(
      Flag.withDescription("What the account holds at first, besides DigitalOcean's public images"),
      Flag.withDefault("demo")
    ),
    token: Flag.String("token").pipe(
      Flag.withDescription("The only token that is accepted; by default any that is not empty"),
      Flag.withSchema(Schema.NonEmptyString),
      Flag.optional
    )
  },
  ({ port, seed, speed, token }) =>
    Effect.gen(function* () {
      yield* Interruption.isTheEnd
      yield* Console.log(`listening on ${yield* address}`)
      return yield* Effect.never
    }).pipe(
      Effect.provide(
        layer({
          port,
          speed,
          seed: seed === "demo" ? Seed.demo : Seed.empty,
          token: Option.getOrUndefined(token),
          onExchange: (exchange) => void process.stderr.write(`${logLine(exchange)}\n`)
        })
      )
    )
).pipe(
  Command.withDescription("Serve an in-memory DigitalOcean account on a loopback port, until interrupted"),
  Command.withExamples([
    { command: "doimg sandbox --port 8080", description: "Any non-empty token is accepted; the account is `demo`" },
    { command: "doimg sandbox --seed empty --token secret", description: "An account without images, one token" },
    { command: "doimg sandbox --port 0 --speed 600", description: "A free port, and transfers that end within seconds" }
  ])
)
