import { AccountTransfers, DigitalOcean, Image } from "@effect-digitalocean/client"
import { HandOver, Outcome, Report } from "@effect-digitalocean/jobs"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import * as RoundTrip from "../support/roundTrip.ts"

const web = 166404101
const backup = 166480233
const team = "00000000-0000-4000-8000-000000000002"
const { wait } = Crash

const accounts = (recipient: Partial<TestDigitalOcean.AccountOptions> = {}): TestDigitalOcean.Options => ({
  accounts: [
    { name: "sender", token: "sender" },
    { name: "recipient", token: "recipient", seed: Seed.empty, ...recipient }
  ]
})

const both = Effect.all({
  from: DigitalOcean.make({ token: Redacted.make("sender") }),
  to: DigitalOcean.make({ token: Redacted.make("recipient") })
})

/** A program over both accounts. */
const on = <A, E, R>(program: Effect.Effect<A, E, R>, options = accounts()) =>
  Effect.flatMap(both, (accounts) => Effect.provideService(program, HandOver.Accounts, accounts)).pipe(
    Crash.passing,
    Effect.provide(TestDigitalOcean.layer(options), { local: true })
  )

describe("written as JSON and read", () => {
  const Stored = Schema.toCodecJson(HandOver.Plan)
  const all: HandOver.Options = {
    image: backup,
    recipient_uuid: team,
    convertBackups: true,
    confirm: Duration.minutes(1),
    prices: { gigabyteMonth: 1, minimum: 2 }
  }
  for (const [why, options, account] of [
    ["a run with all options", all, accounts()],
    ["an offer that is accepted immediately", { image: web }, accounts({ autoAccept: true })],
    ["an offer that is not accepted", { image: web, recipient_uuid: team }, accounts({ scopes: ["image:read"] })],
    ["an offer that is not pending", { image: web, transfer_id: 99 }, accounts()],
    [
      "a lost offer",
      { image: web },
      { ...accounts(), faults: [{ on: "images.transferCreate", fault: "reset", when: "after" }] }
    ]
  ] as const satisfies ReadonlyArray<readonly [string, HandOver.Options, TestDigitalOcean.Options]>) {
    it.effect(`options, plan, events and report survive: ${why}`, () =>
      on(
        Effect.gen(function* () {
          const plan = yield* HandOver.plan(options)
          const events = yield* Stream.runCollect(HandOver.run(plan, { wait }))
          assert.isAtLeast(events.length, 4)
          RoundTrip.survivesJson(HandOver.job.schemas, { options, plan, events })
        }),
        account
      )
    )
  }

  it("every error of its own survives", () => {
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
      RoundTrip.isRestored(HandOver.RunError, error, error._tag)
    }
    RoundTrip.isRestored(HandOver.PlanError, new HandOver.HandOverRejected({ image, problem: "x" }), "rejected")
    assert.strictEqual(Outcome.failed(timedOut)._tag, "TimedOut")
  })

  it.effect("a plan that was stored is run", () =>
    on(
      Effect.gen(function* () {
        const stored = Schema.encodeSync(Stored)(yield* HandOver.plan({ image: web }))
        const plan = Schema.decodeUnknownSync(Stored)(JSON.parse(JSON.stringify(stored)))
        assert.isTrue(Report.isComplete(yield* Report.of(HandOver.run(plan, { wait }))))
      })
    )
  )
})
