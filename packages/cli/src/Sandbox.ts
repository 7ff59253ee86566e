/**
 * `doimg sandbox`: the in-memory DigitalOcean on a loopback port, for any client in any language.
 *
 * @since 0.1.0
 */
import * as Faults from "@effect-digitalocean/testing/Faults"
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
import * as InputFile from "./files/InputFile.ts"
import * as Interruption from "./process/Interruption.ts"
import * as Secrets from "./text/Secrets.ts"
import * as Text from "./text/Text.ts"
import * as Time from "./text/Time.ts"

/**
 * The port cannot be listened on.
 *
 * @since 0.1.0
 */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>("@effect-digitalocean/cli/PortUnavailable")(
  "PortUnavailable",
  {
    port: Schema.Int,
    code: Schema.String
  }
) {
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

/**
 * One request of the log: when, what, how it was answered, and what was made to go wrong. Without secrets, and of a body
 * only the beginning.
 */
const logLine = (exchange: TestDigitalOcean.Exchange): string => {
  const { at, body, target } = exchange
  const [short = "", start = ""] = [target, body].map((text) => Text.bounded(Secrets.remove(text), longest))
  const line = TestDigitalOcean.toLine({ ...exchange, target: short, body: start })
  return Text.safe(`${new Date(at).toISOString()} ${line}`)
}

const longest = 1000

/** A flag for how much later something is read. */
const delay = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription(`${description}; by default none`),
    Flag.filterMap(Time.parse, (given) => `Expected a time such as 500ms, 10s or 2m, got ${JSON.stringify(given)}`),
    Flag.optional
  )

const listOrders = { newest: "newest first", oldest: "oldest first", shuffled: "shuffled" } as const

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
      Flag.withMetavar("N"),
      Flag.withDescription("Port on 127.0.0.1; 0 takes a free one, and the first line on stdout says which"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65535 }))),
      Flag.withDefault(8080)
    ),
    speed: Flag.Finite("speed").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(
        "How many times faster than at DigitalOcean time runs; at 600 a transfer ends within seconds"
      ),
      Flag.withSchema(Schema.Finite.check(Schema.isGreaterThan(0))),
      Flag.withDefault(1)
    ),
    seed: Flag.String("seed").pipe(
      Flag.withMetavar("demo|empty|FILE"),
      Flag.withDescription(
        "What the account holds at first: demo, empty, or a JSON file with images, droplets, volumes"
      ),
      Flag.withDefault("demo")
    ),
    faults: Flag.String("faults").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription(
        'A JSON file that says what goes wrong, such as [{ "on": "images.list", "fault": "silence" }]'
      ),
      Flag.optional
    ),
    readDelay: delay("read-delay", "Time from a change until it can be read; until then what is new is 404"),
    statusDelay: delay(
      "status-delay",
      "Time from the end of an action until the Droplet or the image shows it: power_off completed, and still active"
    ),
    listOrder: Flag.Literals("list-order", ["newest", "oldest", "shuffled"]).pipe(
      Flag.withMetavar("ORDER"),
      Flag.withDescription(
        "The order of listings of images, snapshots, Droplets and actions: first the newest or the oldest, or by chance"
      ),
      Flag.withDefault("newest" as const)
    ),
    token: Flag.String("token").pipe(
      Flag.withMetavar("TOKEN"),
      Flag.withDescription("The only token that is accepted; by default any that is not empty"),
      Flag.withSchema(Schema.String.check(Schema.isPattern(/^\S+$/, { message: "Expected a token without spaces" }))),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ faults, listOrder, port, readDelay, seed, speed, statusDelay, token }) {
    const options = {
      port,
      speed,
      seed:
        seed === "demo"
          ? Seed.demo
          : seed === "empty"
            ? Seed.empty
            : yield* InputFile.read(seed, Seed.parse, "demo, empty, or a JSON file"),
      faults: Option.isNone(faults) ? [] : yield* InputFile.read(faults.value, Faults.parse),
      readDelay: Option.getOrUndefined(readDelay),
      statusDelay: Option.getOrUndefined(statusDelay),
      listOrder: listOrders[listOrder],
      token: Option.getOrUndefined(token),
      // the log tells it all, and nothing else looks
      keep: 0,
      onExchange: (exchange: TestDigitalOcean.Exchange) => void process.stderr.write(`${logLine(exchange)}\n`)
    }
    const serve = Effect.gen(function* () {
      yield* Interruption.isTheEnd
      yield* Console.log(`listening on ${yield* address}`)
      return yield* Effect.never
    })
    return yield* Effect.provide(serve, layer(options))
  })
).pipe(
  Command.withDescription("Serve an in-memory DigitalOcean account on a loopback port, until interrupted"),
  Command.withExamples([
    { command: "doimg sandbox --port 8080", description: "Any non-empty token is accepted; the account is `demo`" },
    { command: "doimg sandbox --seed empty --token secret", description: "An account without images, one token" },
    {
      command: "doimg sandbox --port 0 --speed 600",
      description: "A free port, and transfers that end within seconds"
    },
    {
      command: "doimg sandbox --seed account.json --faults plan.json",
      description: "Your account, and what goes wrong"
    }
  ])
)
