import { AccountTransfers, Actions, DigitalOcean, Images } from "@effect-digitalocean/client"
import { HandOver, Item, Report } from "@effect-digitalocean/jobs"
import { Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Crash from "../support/crash.ts"

const web = 166404101
const name = `web-2026-11-20 (${web})`
const backup = 166480233
const custom = 160552018
const team = "00000000-0000-4000-8000-000000000002"
/** the id of the first offer that an account in memory makes */
const firstOffer = 40_001

const accounts = (
  recipient: Partial<TestDigitalOcean.AccountOptions> = {},
  sender: Partial<TestDigitalOcean.AccountOptions> = {}
): TestDigitalOcean.Options => ({
  accounts: [
    { name: "sender", token: "sender", ...sender },
    { name: "recipient", token: "recipient", seed: Seed.empty, ...recipient }
  ]
})

const both = Effect.all({
  from: DigitalOcean.make({ token: Redacted.make("sender") }),
  to: DigitalOcean.make({ token: Redacted.make("recipient") })
})

const wait = { schedule: Schedule.spaced("20 seconds") }

/** Provides the two accounts. */
const withBoth = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.flatMap(both, (accounts) => Effect.provideService(program, HandOver.Accounts, accounts))

const handOver = (image: number, options: Partial<HandOver.Options> = {}) =>
  withBoth(HandOver.execute({ image, ...options }, { wait }))

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options = accounts()) =>
  Effect.provide(Crash.passing(program), TestDigitalOcean.layer(options), { local: true })

const outcomes = (report: HandOver.Report) =>
  report.results.map(({ item, outcome }) => `${Item.words(item).what} ${outcome._tag}`)

const problems = (report: HandOver.Report) =>
  report.results.flatMap(({ outcome }) => (outcome._tag === "Failed" ? [outcome.error] : []))

/** How many images with this id the sender and the recipient have. */
const owners = (id: number) =>
  TestDigitalOcean.TestDigitalOcean.use(({ images }) =>
    Effect.map(Effect.all([images("sender"), images("recipient")]), (all) =>
      all.map((images) => images.filter((image) => image.id === id).length)
    )
  )

const moved = [0, 1]
const unmoved = [1, 0]

/** Accepts an offer as the recipient does in the control panel, without the id that was lost. */
const acceptInPanel = Effect.flatMap(both, ({ to }) =>
  Effect.provide(
    AccountTransfers.AccountTransfers.use((transfers) => transfers.accept(web, firstOffer, { recipient_uuid: team })),
    to
  )
)

describe("plan", () => {
  it.effect("offers and accepts, and costs both together nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* withBoth(HandOver.plan({ image: web }))
        assert.deepStrictEqual(
          plan.items.map((item) => `${Item.format(item)} ${item.cost.usd.toFixed(2)}`),
          [`offer ${name} to team ${team} -0.21`, `accept ${name} as team ${team} 0.21`]
        )
        assert.deepStrictEqual([plan.requests, plan.cost.usd], [{ changes: 2, lookups: 4 }, 0])
        assert.isEmpty(yield* Crash.changes)
      })
    )
  )

  for (const [why, image, problem] of [
    ["a custom image", custom, "it is custom, and only snapshots can be"],
    ["a backup, unless convertBackups is set", backup, "it is a backup; convertBackups makes a snapshot of it first"],
    ["a public image", 199110001, "it is public"],
    ["an image of neither account", 7, "it was not found in either account"]
  ] as const) {
    it.effect(`refuses ${why}`, () =>
      on(
        Effect.gen(function* () {
          const error = yield* Effect.flip(handOver(image))
          assert.include(error.message, `image ${image} cannot be handed over: ${problem}`)
          assert.isEmpty(yield* Crash.changes)
        })
      )
    )
  }

  for (const transfer_id of [0, -1, 1.5, Number.NaN]) {
    it.effect(`refuses ${transfer_id} for the id of an offer`, () =>
      on(
        Effect.gen(function* () {
          const error = yield* Effect.flip(handOver(web, { transfer_id }))
          assert.include(error.message, `expected a transfer_id from 1 to 2^53-1, got ${transfer_id}`)
          const plan = yield* withBoth(HandOver.plan({ image: web }))
          const run = HandOver.run({ ...plan, options: { ...plan.options, transfer_id } })
          assert.deepStrictEqual(outcomes(yield* withBoth(Report.of(run))), ["offer Failed", "accept Skipped"])
          assert.isEmpty(yield* Crash.changes)
        })
      )
    )
  }

  it.effect("refuses to hand over to the account it is in", () =>
    on(
      Effect.gen(function* () {
        const { from } = yield* both
        const plan = Effect.provideService(HandOver.plan({ image: web }), HandOver.Accounts, { from, to: from })
        assert.include((yield* Effect.flip(plan)).message, "both accounts have it: they are the same")
      })
    )
  )
})

describe("execute", () => {
  it.effect("moves a snapshot, confirmed on both sides, and finds nothing to do afterwards", () =>
    on(
      Effect.gen(function* () {
        const report = yield* handOver(web)
        assert.deepStrictEqual(outcomes(report), ["offer Done", "accept Done"])
        assert.deepStrictEqual(yield* owners(web), moved)
        assert.deepStrictEqual(outcomes(yield* handOver(web)), ["skip Skipped"])
        assert.strictEqual((yield* Crash.changes).length, 2)
      })
    )
  )

  it.effect("offers nothing that has moved since the plan", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* withBoth(HandOver.plan({ image: web }))
        yield* handOver(web)
        const report = yield* withBoth(Report.of(HandOver.run(plan, { wait })))
        assert.deepStrictEqual(outcomes(report), ["offer Skipped", "accept Skipped"])
      })
    )
  )

  it.effect("has nothing to accept where DigitalOcean accepts immediately (transfer_id 0)", () =>
    on(
      Effect.gen(function* () {
        const report = yield* handOver(web)
        const [offer] = report.results
        assert.deepStrictEqual(outcomes(report), ["offer Done", "accept Done"])
        if (offer?.outcome._tag === "Done") assert.propertyVal(offer.outcome.value, "_tag", "Accepted")
        assert.deepStrictEqual(yield* owners(web), moved)
        assert.strictEqual((yield* Crash.changes).length, 1)
      }),
      accounts({ autoAccept: true })
    )
  )

  it.effect("converts a backup first, if requested", () =>
    on(
      Effect.gen(function* () {
        const report = yield* handOver(backup, { convertBackups: true })
        assert.deepStrictEqual(outcomes(report), ["convert Done", "offer Done", "accept Done"])
        assert.deepStrictEqual(yield* owners(backup), moved)
      })
    )
  )

  it.effect("waits for an action in progress on the image", () =>
    on(
      Effect.gen(function* () {
        const { from } = yield* both
        yield* Effect.provide(
          Images.Images.use((images) => images.transfer(web, "ams3")),
          from
        )
        yield* handOver(web)
        const actions = yield* Effect.provide(
          Actions.Actions.use((actions) => actions.listPage()),
          from
        )
        assert.strictEqual(actions.items[0]?.status, "completed")
      })
    )
  )

  it.effect("withdraws the offer that cannot be accepted, so that the image can be offered again", () =>
    on(
      Effect.gen(function* () {
        const report = yield* handOver(web, { recipient_uuid: team })
        assert.deepStrictEqual(outcomes(report), ["offer Done", "accept Failed"])
        const [error] = problems(report)
        assert.propertyVal(error, "_tag", "AcceptFailed")
        assert.propertyVal(error, "isWithdrawn", true)
        assert.match(error!.message, /was not accepted, the offer was withdrawn: .*image:create/)
        assert.deepStrictEqual(yield* owners(web), unmoved)
        assert.deepStrictEqual(outcomes(yield* handOver(web, { recipient_uuid: team })), [
          "offer Done",
          "accept Failed"
        ])
      }),
      accounts({ scopes: ["image:read"] })
    )
  )

  it.effect(
    "reports which account has it when they do not show the move in time, and checks again when run again",
    () =>
      Effect.gen(function* () {
        const inner = yield* HttpClient.HttpClient
        const isBlind = (request: HttpClientRequest.HttpClientRequest) =>
          request.method === "GET" &&
          request.headers["authorization"] === "Bearer recipient" &&
          request.url.includes("images")
        const blind = HttpClient.make((request) =>
          inner.execute(
            isBlind(request) ? HttpClientRequest.setUrl(request, request.url.replace(`${web}`, "999")) : request
          )
        )
        const job = handOver(web, { confirm: "1 minute" })
        const report = yield* Crash.passing(Effect.provideService(job, HttpClient.HttpClient, blind))
        assert.deepStrictEqual(outcomes(report), ["offer Done", "accept TimedOut"])
        assert.include(Report.format(report), "after 1m the sender does not have it and the recipient does not have it")
        assert.deepStrictEqual(outcomes(yield* Crash.passing(job)), ["skip Skipped"])
      }).pipe(Effect.provide(TestDigitalOcean.layer(accounts()), { local: true }))
  )
})

it.effect("says how to continue when an offer is not pending any more", () =>
  on(
    Effect.gen(function* () {
      const [error] = problems(yield* handOver(web, { transfer_id: 99 }))
      assert.include(error!.message, "run again with that transfer_id, or without if it is not")
      assert.isTrue(Report.isComplete(yield* handOver(web)))
    })
  )
)

describe("a lost response", () => {
  const losing = (on: string, when: Crash.Point["when"], options?: Parameters<typeof accounts>[0]) =>
    Effect.provide(TestDigitalOcean.layer({ ...accounts(options), faults: [{ on, fault: "reset", when }] }), {
      local: true
    })

  for (const when of ["before", "after"] as const) {
    it.effect(`to the acceptance, ${when} it was executed, leads to an inspection of both accounts`, () =>
      Effect.gen(function* () {
        const report = yield* Crash.passing(handOver(web))
        assert.deepStrictEqual(outcomes(report), ["offer Done", when === "after" ? "accept Done" : "accept Failed"])
        assert.deepStrictEqual(yield* owners(web), when === "after" ? moved : unmoved)
        // what was not accepted was withdrawn
        if (when === "before") assert.isTrue(Report.isComplete(yield* Crash.passing(handOver(web))))
        assert.deepStrictEqual(yield* owners(web), moved)
      }).pipe(losing("images.transferAccept", when))
    )

    it.effect(
      `to an offer that is accepted immediately, ${when} it was executed, leads to an inspection of both accounts`,
      () =>
        Effect.gen(function* () {
          const report = yield* Crash.passing(handOver(web))
          assert.deepStrictEqual(
            outcomes(report),
            when === "after" ? ["offer Done", "accept Done"] : ["offer Failed", "accept Skipped"]
          )
          assert.isTrue(Report.isComplete(yield* Crash.passing(handOver(web))))
          assert.strictEqual((yield* Crash.changes).length, 1)
        }).pipe(losing("images.transferCreate", when, { autoAccept: true }))
    )
  }

  const lostOffer = Effect.gen(function* () {
    const report = yield* Crash.passing(handOver(web))
    assert.deepStrictEqual(outcomes(report), ["offer Failed", "accept Skipped"])
    assert.match(
      problems(report)[0]!.message,
      /not known whether the request was executed.*If an offer of it is pending/
    )
    // its id is not known, and this account rejects another
    const again = yield* Crash.passing(handOver(web))
    assert.propertyVal(problems(again)[0], "_tag", "OfferFailed")
    assert.deepStrictEqual(yield* owners(web), unmoved)
  })

  it.effect("to an offer that is pending, leaves one that can be accepted in the control panel", () =>
    Effect.gen(function* () {
      yield* lostOffer
      yield* acceptInPanel
      assert.deepStrictEqual(outcomes(yield* Crash.passing(handOver(web))), ["skip Skipped"])
    }).pipe(losing("images.transferCreate", "after"))
  )

  it.effect("to an offer that is pending, leaves one that can be accepted with its id", () =>
    Effect.gen(function* () {
      yield* lostOffer
      const report = yield* Crash.passing(handOver(web, { transfer_id: firstOffer }))
      assert.deepStrictEqual(outcomes(report), ["join Done", "accept Done"])
      assert.deepStrictEqual(yield* owners(web), moved)
    }).pipe(losing("images.transferCreate", "after"))
  )
})

// R11: a resource that was created a moment ago may be 404
describe("an offer that is not visible yet", () => {
  const body = JSON.stringify({ id: "not_found", message: "The resource you requested could not be found." })
  const invisible = (on: string): Faults.Script => [{ fault: "answer", on, status: 404, body, times: 3 }]

  it.effect("is accepted once it is visible", () =>
    on(
      Effect.gen(function* () {
        const report = yield* handOver(web)
        assert.deepStrictEqual(outcomes(report), ["offer Done", "accept Done"])
        assert.deepStrictEqual(yield* owners(web), moved)
      }),
      { ...accounts(), faults: invisible("images.transferAccept") }
    )
  )

  it.effect("is withdrawn once it is visible, when the job is interrupted", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const fiber = yield* Effect.forkChild(handOver(web))
        const isOffered = Effect.map(test.requests, (all) => all.some(({ path }) => path.endsWith("/accept")))
        yield* Effect.repeat(Effect.delay(isOffered, "1 second"), { until: (is) => is })
        yield* Fiber.interrupt(fiber)
        const changes = (yield* test.requests).filter(
          ({ method, status }) => method === "POST" && status > 0 && status < 300
        )
        assert.deepStrictEqual(
          changes.map(({ path }) => path.replace(/.*account_transfer/, "")),
          ["", "/cancel"]
        )
      }),
      {
        ...accounts(),
        faults: [{ fault: "silence", on: "images.transferAccept" }, ...invisible("images.transferCancel")]
      }
    )
  )
})

describe("whatever goes wrong on the way", () => {
  it.effect.prop(
    "a run that is repeated hands over, where offers are accepted immediately",
    { seed: Schema.Int },
    ({ seed }) =>
      on(
        Effect.gen(function* () {
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const faults = yield* Random.withSeed(Faults.random({ requests: 40, probability: 0.3 }), seed)
          yield* Crash.disturbed(faults, handOver(backup, { convertBackups: true }))
          assert.deepStrictEqual(yield* owners(backup), moved)
          assert.strictEqual((yield* test.actions("sender")).length, 1)
        }),
        accounts({ autoAccept: true })
      ),
    { arbitrary: { runs: 30 }, timeout: Crash.patience }
  )
})

describe("ended at any request", () => {
  const state = TestDigitalOcean.TestDigitalOcean.use(({ images }) =>
    Effect.map(Effect.all([images("sender"), images("recipient")]), (all) =>
      all.map((images) => images.map(({ id, type }) => `${type} ${id}`).sort())
    )
  )

  it.effect(
    "by a kill, and run again, it ends in the same place where offers are accepted immediately",
    () =>
      Crash.survivesEveryCrash({
        job: handOver(backup, { convertBackups: true }),
        account: accounts({ autoAccept: true }),
        state
      }),
    Crash.patience
  )

  for (const offeredAgain of ["same", "another"] as const) {
    it.effect(
      `by a kill, and run again, it ends in the same place where the image can be offered again (${offeredAgain})`,
      () =>
        Crash.survivesEveryCrash({
          job: handOver(backup, { convertBackups: true }),
          account: accounts({}, { offeredAgain }),
          state,
          alike: (text) => text.replaceAll(/\b4000\d\b/g, `${firstOffer}`),
          mayRepeat: (change) => /account_transfer \{/.test(change)
        }),
      Crash.patience
    )
  }

  it.effect(
    "by a kill, and run again, it ends in the same place, but between the offer and its acceptance where that is refused",
    () =>
      Effect.gen(function* () {
        const excepted: Array<string> = []
        yield* Crash.survivesEveryCrash({
          job: handOver(backup, { convertBackups: true }),
          account: accounts(),
          state,
          unless: (crashed, when) => {
            const isBetween = when === "after" ? crashed.endsWith("/account_transfer") : crashed.endsWith("/accept")
            if (isBetween) excepted.push(`${when} ${crashed.replace(/.*account_transfer/, "account_transfer")}`)
            return isBetween
          }
        })
        assert.deepStrictEqual(excepted, ["after account_transfer", "before account_transfer/accept"])
      }),
    Crash.patience
  )

  it.effect(
    "by an interruption, it leaves no offer behind: the next run hands over",
    () =>
      Crash.survivesEveryInterruption(
        {
          job: handOver(web),
          account: accounts(),
          state: Effect.andThen(Crash.passing(handOver(web)), owners(web))
        },
        ({ state }, where) => assert.deepStrictEqual(state, moved, where)
      ),
    Crash.patience
  )
})
