import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Sizes from "@effect-digitalocean/client/Sizes"
import * as Verify from "@effect-digitalocean/jobs/Verify"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Check from "../process/Check.ts"
import * as Finalizers from "../process/Finalizers.ts"
import * as GlobalFlags from "../config/GlobalFlags.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Token from "../config/Token.ts"
import * as WatchedDroplets from "../droplets/WatchedDroplets.ts"
import * as DurableFlags from "../args/DurableFlags.ts"
import * as JobCommand from "../jobs/JobCommand.ts"
import { dryRun, isDryRun } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"

const services = Layer.mergeAll(WatchedDroplets.layer, Regions.layer, Sizes.layer)

const optional = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

export const command = Command.make(
  "verify",
  {
    image,
    region: optional("region", "REGION", "Where to try it; else the cheapest of its regions"),
    size: optional("size", "SIZE", "The Droplet's size; else the cheapest that can run it"),
    check: optional(
      "check",
      "COMMAND",
      "Run this in a shell, with the Droplet's address in $DROPLET_IP and without the token; it has to succeed. All that it starts ends with it"
    ),
    dryRun,
    ...DurableFlags.flags
  },
  JobCommand.make(Verify.job, {
    plansOnly: isDryRun,
    options: Effect.fnUntraced(function* (input) {
      return {
        image: yield* ImageArguments.resolveOne(input.image),
        region: Option.getOrUndefined(input.region),
        size: Option.getOrUndefined(input.size),
        timeout: yield* maxDuration
      }
    }),
    stored: (options) => ({ ...options, image: Image.idOf(options.image) }),
    refused: ({ check }) =>
      Option.isSome(check)
        ? "--check is a command of this machine and cannot be stored: leave it out, and the image is only booted"
        : undefined,
    run: (plan, input) => Verify.run(plan, { check: check(input.check) }),
    services
  })
).pipe(
  Command.withDescription(
    "Try whether an image boots: create a Droplet from it, wait until it is active, and destroy it, whatever happens in between. The Droplet is billed while it exists. What a killed run left is destroyed by a later one of the same image, once the time that the killed one had is over: --timeout, by default an hour"
  ),
  Command.withShortDescription("Try whether an image boots"),
  Command.withExamples([
    { command: "doimg verify golden", description: "Where it costs least" },
    {
      command: "doimg verify golden --check 'curl -fsS http://$DROPLET_IP/health'",
      description: "And whether it serves"
    },
    { command: "doimg verify golden --region ams3 --size s-1vcpu-1gb --dry-run", description: "What it would take" }
  ])
)

/** For how long the Droplet may exist: another run must not destroy it before. */
const maxDuration = Effect.gen(function* () {
  const timeout = yield* GlobalFlags.Timeout
  const grace = Option.getOrElse(yield* GlobalFlags.Grace, () => Finalizers.defaultDeadline)
  return Option.isNone(timeout) ? undefined : Duration.sum(timeout.value, grace)
})

/**
 * The command is the operator's own; what it prints goes to stderr, for stdout has the result alone, and line by line, for
 * there are other lines that are drawn.
 */
const check = (command: Option.Option<string>) => (droplet: Droplet.Droplet) =>
  Option.match(command, {
    onNone: () => Effect.void,
    onSome: Effect.fnUntraced(function* (command) {
      const console = yield* Console.Console
      const { token } = yield* Token.resolve
      const address = droplet.networks.v4.find(({ type }) => type === "public")?.ip_address ?? ""
      const about = { DROPLET_ID: String(droplet.id), DROPLET_IP: address }
      return yield* Check.run(command, {
        env: { ...Check.withoutToken(process.env, token), ...about },
        onLine: (line) => console.error(line)
      })
    })
  })
