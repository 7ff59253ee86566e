import { AccountTransfers, DigitalOcean, type Droplet, Image, Region, Tag } from "@effect-digitalocean/client"
import {
  Audit,
  HandOver,
  Import,
  Outcome,
  Preserve,
  Release,
  Replicate,
  Rotate,
  Snapshot,
  Verify
} from "@effect-digitalocean/jobs"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"
import * as Releases from "../support/releases.ts"
import * as RoundTrip from "../support/roundTrip.ts"

const web = 166404101
const backup = 166480233
const custom = 160552018
const team = "00000000-0000-4000-8000-000000000002"
const { wait } = Crash

interface Row {
  readonly account?: TestDigitalOcean.Options
  readonly work: (
    source: RoundTrip.Source
  ) => Effect.Effect<
    ReadonlyArray<string>,
    never,
    DigitalOcean.Services | HttpClient.HttpClient | TestDigitalOcean.TestDigitalOcean
  >
  /** separated by commas */
  readonly outcomes: string
}

/** The first action errors after 20 seconds. */
const erroring = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(work, Effect.andThen(Crash.erroring("20 seconds"), Effect.never))

const put = (...images: ReadonlyArray<{ readonly id: number; readonly name: string }>) =>
  TestDigitalOcean.TestDigitalOcean.use(({ putImage }) =>
    Effect.forEach(images, (image) => putImage({ ...image, type: "custom" }))
  )

const ams3 = Schema.decodeSync(Region.Region)({ slug: "ams3", name: "Amsterdam 3" })
const prices = { gigabyteMonth: 0.1, minimum: 0.5 }
const soon = { wait: { timeout: "5 seconds" } } as const

const replicate: Replicate.Options = {
  images: [web, backup],
  regions: [ams3, "sfo3"],
  convertBackups: true,
  concurrency: 2,
  prices
}

const preserve: Preserve.Options = {
  backup,
  name: "kept",
  tags: ["kept"],
  regions: [ams3, "sfo3"],
  concurrency: 2,
  prices
}

const rotate: Rotate.Options = {
  series: { name: "web", tags: ["release"] },
  keep: { last: 1, daily: 1 },
  timeZone: "UTC",
  pinned: { tags: ["pinned"] },
  minKeep: 1,
  prices
}

const release: Release.Options = {
  droplet: Releases.web,
  series: "web-{timestamp}",
  regions: [ams3],
  tags: ["gold"],
  retire: { keep: { last: 2 }, timeZone: "UTC" },
  powerOff: true,
  powerOn: true,
  waitForEvents: Duration.minutes(2),
  disk: 160,
  resume: Duration.hours(3),
  imageVisibilityTimeout: Duration.minutes(2),
  concurrency: 2,
  prices
}

const snapshot: Snapshot.Options = {
  droplet: Releases.web,
  name: "golden",
  powerOff: true,
  powerOn: true,
  waitForEvents: Duration.minutes(10),
  imageVisibilityTimeout: Duration.minutes(1)
}

const imported: Import.Options = {
  name: "flatcar",
  url: "https://example.com/a.img",
  region: "nyc3",
  regions: ["ams3"]
}

const everyImport: Import.Options = {
  ...imported,
  url: new URL("https://me:secret@example.com/a.img?signature=secret"),
  regions: [ams3],
  distribution: "Debian",
  description: "a description",
  tags: ["base", Schema.decodeSync(Tag.Tag)({ name: "web" })],
  concurrency: 2
}

const verify = Verify.jobOf(Schema.Struct({ at: Schema.DateTimeUtc, ports: Schema.Array(Schema.Int) }))

const everyVerify: Verify.Options = {
  image: custom,
  region: "ams3",
  size: "s-4vcpu-8gb",
  replicate: true,
  series: "nightly",
  droplet: { tags: ["dr"], ssh_keys: [1, "aa:bb"], backup_policy: { plan: "daily", hour: 4 }, ipv6: true },
  checkTimeout: Duration.minutes(5),
  timeout: Duration.hours(2)
}

class Closed extends Schema.TaggedError<Closed>()("Closed", { port: Schema.Int }) {}

const healthy = { check: (droplet: Droplet.Droplet) => Effect.succeed({ at: droplet.created_at, ports: [22] }) }
const closed = { check: () => Effect.fail(new Closed({ port: 22 })) }

const everyHandOver: HandOver.Options = {
  image: backup,
  recipient_uuid: team,
  convertBackups: true,
  confirm: Duration.minutes(1),
  prices: { gigabyteMonth: 1, minimum: 2 }
}

const accounts = (recipient: Partial<TestDigitalOcean.AccountOptions> = {}): TestDigitalOcean.Options => ({
  accounts: [
    { name: "sender", token: "sender" },
    { name: "recipient", token: "recipient", seed: Seed.empty, ...recipient }
  ]
})

const handOver = (options: HandOver.Options, args: HandOver.Arguments = { wait }) =>
  Effect.fnUntraced(function* (source: RoundTrip.Source) {
    const both = yield* Effect.orDie(
      Effect.all({
        from: DigitalOcean.make({ token: Redacted.make("sender") }),
        to: DigitalOcean.make({ token: Redacted.make("recipient") })
      })
    )
    const run = RoundTrip.run(source, HandOver.job, options, args)
    return yield* Effect.provideService(run, HandOver.Accounts, both)
  })

const seeded = { seed: Releases.seed }

const rows: Readonly<Record<string, Row>> = {
  "a replication with every option": {
    work: (source) => RoundTrip.run(source, Replicate.job, replicate, { wait }),
    outcomes: "convert Done, transfer Done, transfer Done, transfer Done, transfer Done"
  },
  "a replication of a backup that is refused": {
    work: (source) => RoundTrip.run(source, Replicate.job, { images: [backup], regions: ["ams3"] }, { wait }),
    outcomes: "transfer Failed NotTransferable"
  },
  "a replication with an action that errored": {
    work: (source) => erroring(RoundTrip.run(source, Replicate.job, replicate, { wait })),
    outcomes:
      "convert Failed ActionErrored, transfer Done, transfer Done, transfer Failed ActionErrored, transfer Failed ActionErrored"
  },
  "a replication that timed out": {
    work: (source) => RoundTrip.run(source, Replicate.job, replicate, soon),
    outcomes:
      "convert TimedOut ActionTimedOut, transfer TimedOut ActionTimedOut, transfer TimedOut ActionTimedOut, transfer TimedOut ActionTimedOut, transfer TimedOut ActionTimedOut"
  },
  "a replication that is forbidden": {
    account: { scopes: ["tag:read"] },
    work: (source) => RoundTrip.run(source, Replicate.job, replicate, { wait }),
    outcomes: "no plan DigitalOceanError"
  },
  "a preservation with every option": {
    work: (source) => RoundTrip.run(source, Preserve.job, preserve, { wait }),
    outcomes: "convert Done, rename Done, tag Done, transfer Done, transfer Done"
  },
  "a preservation with a conversion that errored": {
    work: (source) => erroring(RoundTrip.run(source, Preserve.job, preserve, { wait })),
    outcomes: "convert Failed ActionErrored, rename Skipped, tag Skipped, transfer Skipped, transfer Skipped"
  },
  "a preservation that timed out": {
    work: (source) => RoundTrip.run(source, Preserve.job, preserve, soon),
    outcomes: "convert TimedOut ActionTimedOut, rename Skipped, tag Skipped, transfer Skipped, transfer Skipped"
  },
  "a preservation of a custom image": {
    work: (source) => RoundTrip.run(source, Preserve.job, { backup: custom }),
    outcomes: "no plan NotABackup"
  },
  "a preservation with a tag that is invalid": {
    work: (source) => RoundTrip.run(source, Preserve.job, { backup, tags: ["a tag"] }),
    outcomes: "no plan InvalidPreserve"
  },
  "a rotation with every option": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Rotate.job, rotate),
    outcomes: "delete Done, delete Done"
  },
  "a rotation that may not delete": {
    account: { ...seeded, scopes: ["image:read", "snapshot:read", "tag:read", "actions:read", "droplet:read"] },
    work: (source) => RoundTrip.run(source, Rotate.job, rotate),
    outcomes: "delete Failed DigitalOceanError, delete Failed DigitalOceanError"
  },
  "a rotation of a series that is invalid": {
    work: (source) => RoundTrip.run(source, Rotate.job, { ...rotate, series: { name: "" } }),
    outcomes: "no plan InvalidSeries"
  },
  "a rotation that keeps nothing": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Rotate.job, { ...rotate, keep: {} }),
    outcomes: "no plan InvalidRetention"
  },
  "a release with every option": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Release.job, release, { wait }),
    outcomes:
      "arrive Done, check Done, delete Done, delete Done, power_off Done, power_on Done, snapshot Done, tag Done, tag Done, transfer Done"
  },
  "a release whose snapshot errored": {
    account: seeded,
    work: (source) => erroring(RoundTrip.run(source, Release.job, { ...release, powerOff: false }, { wait })),
    outcomes:
      "arrive Skipped, check Skipped, delete Skipped, delete Skipped, power_on Skipped, snapshot Failed ActionErrored, tag Skipped, tag Skipped, transfer Skipped"
  },
  "a release whose image is too large": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Release.job, { ...release, disk: 1 }, { wait }),
    outcomes:
      "arrive Skipped, check Failed Unfit, delete Skipped, delete Skipped, power_off Done, power_on Done, snapshot Done, tag Skipped, tag Skipped, transfer Skipped"
  },
  "a release that timed out": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Release.job, { ...release, powerOff: false, powerOn: false }, soon),
    outcomes:
      "arrive Skipped, check Skipped, delete Skipped, delete Skipped, snapshot TimedOut ActionTimedOut, tag Skipped, tag Skipped, transfer Skipped"
  },
  "a release that is invalid": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Release.job, { ...release, disk: -1 }),
    outcomes: "no plan InvalidRelease"
  },
  "a snapshot with every option": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Snapshot.job, snapshot, { wait }),
    outcomes: "power_off Done, power_on Done, snapshot Done"
  },
  "a snapshot that errored": {
    account: seeded,
    work: (source) => erroring(RoundTrip.run(source, Snapshot.job, { droplet: Releases.web }, { wait })),
    outcomes: "snapshot Failed ActionErrored"
  },
  "a snapshot that timed out": {
    account: seeded,
    work: (source) => RoundTrip.run(source, Snapshot.job, { droplet: Releases.web }, soon),
    outcomes: "snapshot TimedOut ActionTimedOut"
  },
  "an import with every option": {
    work: (source) => RoundTrip.run(source, Import.job, everyImport),
    outcomes: "import Done, transfer Done"
  },
  "an import that failed": {
    work: (source) => RoundTrip.run(source, Import.job, { ...imported, url: "https://example.com/fail.img" }),
    outcomes: "import Failed ImageUnavailable, transfer Skipped"
  },
  "an import that timed out": {
    work: (source) => RoundTrip.run(source, Import.job, imported, soon),
    outcomes: "import TimedOut ImageTimedOut, transfer Skipped"
  },
  "an import with a transfer that errored": {
    work: (source) =>
      Effect.andThen(put({ id: 1, name: imported.name }), erroring(RoundTrip.run(source, Import.job, imported))),
    outcomes: "import Skipped, transfer Failed ActionErrored, transfer Skipped"
  },
  "an import with an ambiguous name": {
    work: (source) =>
      Effect.andThen(
        put({ id: 1, name: imported.name }, { id: 2, name: imported.name }),
        RoundTrip.run(source, Import.job, imported)
      ),
    outcomes: "no plan AmbiguousName"
  },
  "an import with an unknown name": {
    work: (source) => Effect.andThen(put({ id: 1, name: "" }), RoundTrip.run(source, Import.job, imported)),
    outcomes: "no plan UnknownName"
  },
  "a verification with every option": {
    work: (source) => RoundTrip.run(source, verify, everyVerify, healthy),
    outcomes: "check Done, create Done, destroy Done, transfer Done"
  },
  "a verification with a check that failed": {
    work: (source) => RoundTrip.run(source, verify, { image: web }, closed),
    outcomes: "check Failed CheckFailed, create Done, destroy Done"
  },
  "a verification that timed out": {
    work: (source) => RoundTrip.run(source, verify, { image: web }, { ...healthy, ...soon }),
    outcomes: "check Skipped, create TimedOut ActionTimedOut, destroy Done"
  },
  "a verification with a creation that was lost": {
    account: { faults: [{ on: "droplets.create", fault: "reset", when: "before" }] },
    work: (source) => RoundTrip.run(source, verify, { image: web }, healthy),
    outcomes: "check Skipped, create Failed DigitalOceanError, destroy Skipped"
  },
  "a verification of an image in no such region": {
    work: (source) => RoundTrip.run(source, verify, { image: web, region: "ams3" }, healthy),
    outcomes: "no plan NoPlacement"
  },
  "a hand-over with every option": {
    account: accounts(),
    work: handOver(everyHandOver),
    outcomes: "accept Done, convert Done, offer Done"
  },
  "a hand-over that is accepted immediately": {
    account: accounts({ autoAccept: true }),
    work: handOver({ image: web }),
    outcomes: "accept Done, offer Done"
  },
  "a hand-over that is not accepted": {
    account: accounts({ scopes: ["image:read"] }),
    work: handOver({ image: web, recipient_uuid: team }),
    outcomes: "accept Failed AcceptFailed, offer Done"
  },
  "a hand-over whose offer is not pending": {
    account: accounts(),
    work: handOver({ image: web, transfer_id: 99 }),
    outcomes: "accept Failed AcceptFailed, offer Done"
  },
  "a hand-over whose offer was lost": {
    account: { ...accounts(), faults: [{ on: "images.transferCreate", fault: "reset", when: "after" }] },
    work: handOver({ image: web }),
    outcomes: "accept Skipped, offer Failed OfferFailed"
  },
  "a hand-over whose conversion timed out": {
    account: accounts(),
    work: handOver(everyHandOver, soon),
    outcomes: "accept Skipped, convert TimedOut ActionTimedOut, offer Skipped"
  },
  "a hand-over of a backup that is refused": {
    account: accounts(),
    work: handOver({ image: backup }),
    outcomes: "no plan HandOverRejected"
  },
  "an audit with every option": {
    work: (source) => RoundTrip.run(source, Audit.job, { prices, regions: [ams3] }),
    outcomes: "list Done, list Done, list Done, list Done, list Done, report Done"
  },
  "an audit with listings that are forbidden": {
    account: { scopes: ["image:read"] },
    work: (source) => RoundTrip.run(source, Audit.job, {}),
    outcomes:
      "list Done, list Failed DigitalOceanError, list Failed DigitalOceanError, list Failed DigitalOceanError, list Failed DigitalOceanError, report Done"
  }
}

/** Runs a row on an account of its own. */
const run = ({ account = {}, work }: Row, source: RoundTrip.Source) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Releases.begin)
    const outcomes = yield* Crash.passing(Crash.as("any")(work(source)))
    return { outcomes: outcomes.join(", "), images: yield* Crash.images }
  }).pipe(
    Effect.provide(TestDigitalOcean.layer({ speed: 4, ...account }), { local: true }),
    Effect.provide(TestClock.layer(), { local: true })
  )

describe("options, plan, events and report survive being stored as JSON, and the stored plan runs to the same end", () => {
  for (const [name, row] of Object.entries(rows)) {
    it.effect(`of ${name}`, () =>
      Effect.gen(function* () {
        const made = yield* run(row, "made")
        assert.deepStrictEqual(made.outcomes, row.outcomes)
        assert.deepStrictEqual(yield* run(row, "stored"), made)
      })
    )
  }
})

describe("every error of a hand-over", () => {
  it("survives being stored as JSON", () => {
    const image = Image.idOf(web)
    const timedOut = new HandOver.ConfirmationTimedOut({
      ...{ image, isAtSender: true, isAtRecipient: false },
      waited: Duration.minutes(10)
    })
    for (const error of [
      new HandOver.OfferFailed({ image, recipient_uuid: team, problem: "x" }),
      new HandOver.AcceptFailed({ image, transfer_id: AccountTransfers.idOf(1), isWithdrawn: true, problem: "x" }),
      timedOut
    ]) {
      RoundTrip.restored(HandOver.RunError, error, error._tag)
    }
    RoundTrip.restored(HandOver.PlanError, new HandOver.HandOverRejected({ image, problem: "x" }), "rejected")
    assert.strictEqual(Outcome.failed(timedOut)._tag, "TimedOut")
  })
})
