import { DigitalOcean } from "@effect-digitalocean/client"
import { HandOver, Import, Preserve, Release, Replicate, Rotate, Snapshot, Verify } from "@effect-digitalocean/jobs"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Crash from "./crash.ts"
import * as Releases from "./releases.ts"

const { wait } = Crash

const custom = 160552018
const droplets = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ droplets }) => droplets()),
  (all) => all.map(({ name, status }) => `${name} ${status}`).sort()
)

/** The images of the account and its Droplets, on or off. */
const holdings = Effect.all([Crash.images, droplets])

const both = Effect.all({
  from: DigitalOcean.make({ token: Redacted.make("sender") }),
  to: DigitalOcean.make({ token: Redacted.make("recipient") })
})

const owners = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ images }) => Effect.all([images("sender"), images("recipient")])),
  (all) => all.map((images) => images.map(({ id }) => id).sort())
)

const alike = (text: string) => text.replaceAll(/web-2026-11-25T[^"\\]*/g, "new")

const release = (options: Partial<Release.Options>): Crash.Scenario => ({
  job: Crash.as("any")(Release.execute({ ...Releases.options, ...options }, { wait })),
  account: { seed: Releases.seed },
  begin: Releases.begin,
  alike,
  state: holdings,
  // nobody can tell a release that is finished from the end of one
  except: ({ request, when }, requests) => when === "after" && request === requests - 1
})

/** Every job that changes something, each with the account it works on. */
export const scenarios = {
  replicate: {
    job: Crash.as("any")(
      Replicate.execute({ images: [166404101, 166480233], regions: ["ams3", "sfo3"], convertBackups: true }, { wait })
    )
  },
  preserve: {
    job: Crash.as("any")(
      Preserve.execute({ backup: 166480233, name: "kept", tags: ["kept"], regions: ["ams3"] }, { wait })
    )
  },
  import: {
    job: Crash.as("any")(
      Import.execute(
        {
          name: "flatcar-4300",
          url: "https://example.com/flatcar-4300.img.bz2",
          region: "nyc3",
          regions: ["ams3"]
        },
        { wait: { ...wait, timeout: "1 hour" } }
      )
    )
  },
  release: release({}),
  "release with power off": release({ powerOff: true, regions: ["ams3"] }),
  "snapshot with power off": {
    job: Crash.as("any")(Snapshot.execute({ droplet: Releases.web, name: "golden", powerOff: true }, { wait })),
    account: { seed: Releases.seed },
    begin: Releases.begin,
    state: holdings
  },
  rotate: {
    job: Crash.as("any")(
      Rotate.execute({ series: { name: "web", tags: ["release"] }, keep: { last: 1 }, timeZone: "UTC" })
    ),
    account: { seed: Releases.seed },
    begin: Releases.begin
  },
  verify: {
    job: Crash.as("any")(
      Verify.execute(
        { image: custom, region: "ams3", replicate: true },
        { check: () => Effect.sleep("1 minute"), wait }
      )
    ),
    state: holdings,
    pause: "61 minutes",
    mayRepeat: (change: string) => /^(POST|DELETE) \/v2\/droplets/.test(change)
  },
  "hand over": {
    job: Effect.flatMap(both, (accounts) =>
      Effect.provideService(HandOver.execute({ image: 166404101 }, { wait }), HandOver.Accounts, accounts)
    ),
    account: {
      accounts: [
        { name: "sender", token: "sender", offeredAgain: "same" },
        { name: "recipient", token: "recipient", seed: Seed.empty }
      ]
    },
    state: owners,
    mayRepeat: (change: string) => change.includes("account_transfer")
  }
} satisfies Record<string, Crash.Scenario>
