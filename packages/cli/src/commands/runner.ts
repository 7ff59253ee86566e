import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as Time from "../text/Time.ts"

const optional = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

const time = (name: string, byDefault: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription(`${description} (default ${byDefault})`),
    Flag.withDefault(byDefault),
    Flag.filterMap(Time.parse, (given) => `Expected a time such as 15s or 1m, got ${JSON.stringify(given)}`)
  )

export const command = Command.make(
  "runner",
  {
    durable: DurableFlags.database,
    listen: Flag.String("listen").pipe(
      Flag.withMetavar("HOST:PORT"),
      Flag.withDescription(
        "Where to listen for other runners (default 127.0.0.1:0, a free port); give --address too if that is not where they reach it"
      ),
      Flag.withDefault("127.0.0.1:0")
    ),
    address: optional("address", "HOST:PORT", "Where other runners reach this one; else where it listens"),
    maxJobs: Flag.Int("max-jobs").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("How many jobs to run at once; others wait (default 20)"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))),
      Flag.withDefault(20)
    ),
    lockExpiration: time(
      "lock-expiration",
      "15s",
      "How long a runner that has died keeps its jobs, until another continues them; the same for all runners"
    ),
    terminationTimeout: time(
      "termination-timeout",
      "5s",
      "After SIGTERM or Ctrl-C: how long running jobs may still take to end by themselves, before they are left to other runners"
    ),
    health: optional(
      "health",
      "[HOST:]PORT",
      "Serve GET /health (200, or 503 with the reason) and GET /metrics for Prometheus, on 127.0.0.1 unless HOST is given"
    ),
    logFormat: Flag.Literals("log-format", ["text", "json"]).pipe(
      Flag.withDescription("The form of the log on stderr"),
      Flag.withDefault("text" as const)
    )
  },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../durable/Runner.ts")),
      ({ run }) => run(input)
    )
).pipe(
  Command.withDescription(
    "Run stored jobs until interrupted. Any number of runners share a database: when one dies, another continues its jobs. The token of each account is in $DIGITALOCEAN_TOKEN_<NAME>; that of the account default is the one that other commands use. A second signal ends at once. With $OTEL_EXPORTER_OTLP_ENDPOINT logs, metrics and traces are exported there"
  ),
  Command.withShortDescription("Run stored jobs"),
  Command.withExamples([
    { command: "doimg runner", description: "With the database of $DOIMG_DATABASE" },
    { command: "doimg runner --health 9464 --log-format json --max-jobs 50", description: "As a service" },
    {
      command: "doimg runner --listen 0.0.0.0:34431 --address 127.0.0.1:34431",
      description: "Reached by runners on other machines: --address is its name there"
    }
  ])
)
