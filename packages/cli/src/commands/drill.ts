import type * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Sizes from "@effect-digitalocean/client/Sizes"
import * as Drill from "@effect-digitalocean/jobs/Drill"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import * as ImageArguments from "../ImageArguments.ts"
import * as Job from "./job.ts"
import { dryRun, image, isDryRun, jobOnAccount } from "./shared.ts"

const services = Layer.mergeAll(Layer.effect(Droplets.Droplets, Droplets.make), Regions.layer, Sizes.layer)

const optional = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

export const command = Command.make(
  "drill",
  {
    image,
    region: optional("region", "REGION", "Where to try it; else the cheapest of its regions"),
    size: optional("size", "SIZE", "The Droplet's size; else the cheapest that can run it"),
    check: optional(
      "check",
      "COMMAND",
      "Run this in a shell, with the Droplet's address in $DROPLET_IP; it has to succeed"
    ),
    dryRun
  },
  jobOnAccount(isDryRun, (input) =>
    Effect.gen(function* () {
      const plan = yield* Drill.plan({
        image: yield* ImageArguments.resolveOne(input.image),
        region: Option.getOrUndefined(input.region),
        size: Option.getOrUndefined(input.size)
      })
      return yield* input.dryRun ? Job.printPlan(plan) : Job.run(Drill.run(plan, check(input.check)))
    }).pipe(Effect.provide(services))
  )
).pipe(
  Command.withDescription(
    "Try whether an image boots: make a Droplet of it, wait until it is active, and destroy it, whatever happens between. The Droplet is billed while it is there"
  ),
  Command.withShortDescription("Try whether an image boots"),
  Command.withExamples([
    { command: "doimg drill golden", description: "Where it costs least" },
    {
      command: "doimg drill golden --check 'curl -fsS http://$DROPLET_IP/health'",
      description: "And whether it serves"
    },
    { command: "doimg drill golden --region ams3 --size s-1vcpu-1gb --dry-run", description: "What it would take" }
  ])
)

class CheckEnded extends Schema.TaggedError<CheckEnded>()("CheckEnded", { problem: Schema.String }) {
  override get message(): string {
    return this.problem
  }
}

/**
 * The command is the operator's own; what it prints goes to stderr, for stdout has the result alone, and line by line, for
 * there are other lines that are drawn.
 */
const check = (command: Option.Option<string>) => (droplet: Droplet.Droplet) =>
  Option.match(command, {
    onNone: () => Effect.void,
    onSome: (command) =>
      Console.consoleWith((console) =>
        Effect.callback<void, CheckEnded>((resume) => {
          const address = droplet.networks.v4.find(({ type }) => type === "public")?.ip_address ?? ""
          const env = { ...process.env, DROPLET_ID: String(droplet.id), DROPLET_IP: address }
          const child = spawn(command, { shell: true, env, stdio: ["ignore", "pipe", "pipe"] })
          for (const input of [child.stdout, child.stderr]) {
            createInterface({ input }).on("line", (line) => console.error(line))
          }
          child.once("error", (error) => resume(Effect.fail(new CheckEnded({ problem: error.message }))))
          const end = (code: number | null, signal: NodeJS.Signals | null) => {
            child.stdout.destroy()
            child.stderr.destroy()
            resume(
              code === 0
                ? Effect.void
                : Effect.fail(new CheckEnded({ problem: `it ended with ${signal ?? `exit code ${code}`}` }))
            )
          }
          child.once("close", end)
          // what it has left running may hold its output open
          child.once("exit", (code, signal) => void setTimeout(end, 1000, code, signal).unref())
          return Effect.sync(() => void child.kill())
        })
      )
  })
