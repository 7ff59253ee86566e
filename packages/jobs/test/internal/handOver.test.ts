import { AccountTransfers, DigitalOcean, Image } from "@effect-digitalocean/client"
import { Cleanup, HandOver, Outcome } from "@effect-digitalocean/jobs"
import { type Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { accept } from "../../src/internal/handOver/accept.ts"
import * as ImageLocation from "../../src/internal/handOver/imageLocation.ts"
import * as Offer from "../../src/internal/handOver/offer.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

describe("an image has moved", () => {
  const found = image(7)
  for (const [sender, recipient, expected] of [
    [undefined, found, true],
    [undefined, image(7, { public: true }), false],
    [found, found, false],
    [found, undefined, false],
    [undefined, undefined, false]
  ] as const) {
    const of = (one: Image.Image | undefined) => (one === undefined ? "none" : one.public ? "a public one" : "it")
    it(`${expected ? "" : "not "}where the sender has ${of(sender)} and the recipient ${of(recipient)}`, () =>
      assert.strictEqual(ImageLocation.hasMoved({ sender, recipient }), expected))
  }
})

const web = Image.idOf(166404101)

const recipient_uuid = "00000000-0000-4000-8000-000000000002"

const on = <A, E>(
  program: Effect.Effect<A, E, HandOver.Accounts | TestDigitalOcean.TestDigitalOcean>,
  recipient: { readonly autoAccept?: boolean } = {}
) =>
  Effect.flatMap(
    Effect.all({
      from: DigitalOcean.make({ token: Redacted.make("sender") }),
      to: DigitalOcean.make({ token: Redacted.make("recipient") })
    }),
    (both) => Effect.provideService(program, HandOver.Accounts, both)
  ).pipe(
    Crash.passing,
    Effect.provide(
      TestDigitalOcean.layer({
        accounts: [
          { name: "sender", token: "sender" },
          { name: "recipient", token: "recipient", seed: Seed.empty, ...recipient }
        ]
      }),
      { local: true }
    )
  )

/** An offer of the image, and its id. */
const offered = Effect.gen(function* () {
  const { from } = yield* HandOver.Accounts
  return yield* Effect.provide(
    AccountTransfers.AccountTransfers.use((transfers) => transfers.create(web, { recipient_uuid })),
    from
  )
})

const offerOf = (transfer: Offer.Offer["transfer"], fields: Partial<Offer.Offer> = {}): Offer.Offer => ({
  image: web,
  recipient_uuid,
  mayBePending: true,
  transfer,
  ...fields
})

const accepted = AccountTransfers.Accepted.make({})

/** Moves the image to the recipient. */
const moved = Effect.flatMap(offered, (transfer) => accept(offerOf(transfer), "1 minute"))

const addFaults = (...faults: Faults.Script) => TestDigitalOcean.TestDigitalOcean.use((test) => test.addFaults(faults))

describe("an offer", () => {
  it.effect("of unknown outcome is not accepted", () =>
    on(
      Effect.gen(function* () {
        const outcome = yield* accept(offerOf(undefined), "1 minute")
        assert.deepStrictEqual(outcome, Outcome.skipped("the recipient has it already"))
      })
    )
  )

  it.effect("that is pending is accepted, and is not pending any more", () =>
    on(
      Effect.gen(function* () {
        const offer = offerOf(yield* offered)
        const outcome = yield* accept(offer, "1 minute")
        assert.strictEqual(outcome._tag === "Done" ? outcome.value.id : undefined, web)
        assert.isFalse(offer.mayBePending)
      })
    )
  )

  it.effect("that cannot be accepted is withdrawn, and is not pending any more", () =>
    on(
      Effect.gen(function* () {
        yield* addFaults({ fault: "status", on: "images.transferAccept", status: 403, times: "always" })
        const offer = offerOf(yield* offered)
        const error = yield* Effect.flip(accept(offer, "1 minute"))
        assert.deepInclude(error, { _tag: "AcceptFailed", isWithdrawn: true })
        assert.isFalse(offer.mayBePending)
      })
    )
  )

  it.effect("that is not visible yet is accepted, though the accounts cannot be read meanwhile", () =>
    on(
      Effect.gen(function* () {
        const offer = offerOf(yield* offered)
        yield* addFaults(
          { fault: "status", on: "images.transferAccept", status: 404 },
          { fault: "status", on: "images.get", status: 403 }
        )
        assert.strictEqual((yield* accept(offer, "1 minute"))._tag, "Done")
      })
    )
  )

  it.effect("that was accepted is confirmed, though an account cannot be read for a while", () =>
    on(
      Effect.gen(function* () {
        yield* moved
        yield* addFaults({ fault: "status", on: "images.get", status: 503, times: 12 })
        const outcome = yield* accept(offerOf(accepted), "10 minutes")
        assert.strictEqual(outcome._tag, "Done")
      })
    )
  )

  it.effect("that was accepted is not confirmed by a token that cannot read it", () =>
    on(
      Effect.gen(function* () {
        yield* moved
        const start = yield* Clock.currentTimeMillis
        yield* addFaults({ fault: "status", on: "images.get", status: 401, times: "always" })
        const error = yield* Effect.flip(accept(offerOf(accepted), "10 minutes"))
        assert.strictEqual(error._tag, "DigitalOceanError")
        assert.isBelow((yield* Clock.currentTimeMillis) - start, 5000)
      })
    )
  )

  it.effect("that was accepted is confirmed as soon as it has moved", () =>
    on(
      Effect.gen(function* () {
        yield* moved
        const start = yield* Clock.currentTimeMillis
        assert.strictEqual((yield* accept(offerOf(accepted), "10 minutes"))._tag, "Done")
        assert.isBelow((yield* Clock.currentTimeMillis) - start, 5000)
      })
    )
  )

  for (const [where, id, isAtSender] of [
    ["still at the sender", web, true],
    ["at neither", Image.idOf(7), false]
  ] as const) {
    it.effect(`that was accepted, of an image that is ${where}, is not confirmed in time`, () =>
      on(
        Effect.gen(function* () {
          const error = yield* Effect.flip(accept(offerOf(accepted, { image: id }), "1 minute"))
          assert.strictEqual(error._tag, "ConfirmationTimedOut")
          assert.deepInclude(error, { isAtSender, isAtRecipient: false })
          assert.include(error.message, isAtSender ? "the sender has it" : "the sender does not have it")
          assert.include(error.message, "the recipient does not have it")
        })
      )
    )
  }
})

describe("an image that both accounts have", () => {
  const both = TestDigitalOcean.TestDigitalOcean.use((test) => test.putImage({ id: web, name: "web" }, "recipient"))

  it.effect("has not moved", () =>
    on(
      Effect.gen(function* () {
        yield* both
        assert.isTrue(Option.isNone(yield* ImageLocation.findMoved(web)))
        const error = yield* Effect.flip(accept(offerOf(accepted), "1 minute"))
        assert.deepInclude(error, { isAtSender: true, isAtRecipient: true })
      })
    )
  )
})

it.effect("a plan looks up each step that changes something", () =>
  on(
    Effect.gen(function* () {
      assert.strictEqual((yield* HandOver.plan({ image: web })).requests.lookups, 4)
      assert.strictEqual((yield* HandOver.plan({ image: web, transfer_id: 7 })).requests.lookups, 2)
    })
  )
)

describe("a request for an offer", () => {
  const created = (faults: Faults.Script, account = {}) =>
    on(
      Effect.gen(function* () {
        yield* addFaults(...faults)
        const offer = offerOf(undefined, { mayBePending: false })
        yield* Effect.exit(Effect.timeout(Offer.create(offer, undefined, undefined), "3 minutes"))
        return offer
      }),
      account
    )
  const offering = "images.transferCreate"
  for (const [what, faults, mayBePending] of [
    ["that is executed leaves one that is pending", [], true],
    ["that is refused leaves none", [{ fault: "status", on: offering, status: 403 }], false],
    ["of unknown outcome may leave one that is pending", [{ fault: "reset", on: offering, when: "after" }], true],
    ["without a response may leave one that is pending", [{ fault: "silence", on: offering }], true]
  ] as const) {
    it.effect(what, () => Effect.map(created(faults), (offer) => assert.strictEqual(offer.mayBePending, mayBePending)))
  }

  it.effect("that is accepted immediately leaves none", () =>
    Effect.map(created([], { autoAccept: true }), (offer) => {
      assert.strictEqual(offer.transfer?._tag, "Accepted")
      assert.isFalse(offer.mayBePending)
    })
  )
})

describe("an interrupted offer", () => {
  const refusal = (status: number): Faults.Fault => ({
    fault: "status",
    on: "POST /v2/images/*/account_transfer/cancel",
    status,
    times: "always"
  })
  type Case = readonly [
    what: string,
    offer: (transfer: AccountTransfers.AccountTransfer) => Offer.Offer,
    faults: Faults.Script,
    isLeft: boolean
  ]
  const cases: ReadonlyArray<Case> = [
    ["is withdrawn", (transfer) => offerOf(transfer), [], false],
    [
      "that is not pending is left alone",
      (transfer) => offerOf(transfer, { mayBePending: false }),
      [refusal(401)],
      false
    ],
    ["of unknown id is reported", () => offerOf(undefined), [], true],
    ["that cannot be withdrawn is reported", (transfer) => offerOf(transfer), [refusal(401)], true],
    ["that is not pending any more is not reported (400)", (transfer) => offerOf(transfer), [refusal(400)], false],
    ["that is not pending any more is not reported (404)", (transfer) => offerOf(transfer), [refusal(404)], false],
    ["that is not pending any more is not reported (422)", (transfer) => offerOf(transfer), [refusal(422)], false]
  ]
  for (const [what, offerOf, faults, isLeft] of cases) {
    it.effect(what, () =>
      on(
        Effect.gen(function* () {
          const offer = offerOf(yield* offered)
          yield* addFaults(...faults)
          const left: Array<Cleanup.LeftBehind> = []
          yield* Offer.cleanUp(offer).pipe(
            Effect.provideService(Cleanup.OnLeftBehind, (problem) => Effect.sync(() => void left.push(problem)))
          )
          assert.deepStrictEqual(
            left.map(({ _tag }) => _tag),
            isLeft ? ["OfferLeftPending"] : []
          )
          const id = offer.transfer?._tag === "Pending" ? offer.transfer.transfer_id : null
          for (const problem of left) assert.propertyVal(problem, "transfer_id", id)
          if (id === null) assert.include(left[0]?.message, "and with it the id of the transfer")
        })
      )
    )
  }
})
