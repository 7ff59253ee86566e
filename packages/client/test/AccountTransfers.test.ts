import { assert, describe, it } from "@effect/vitest"
import { Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as AccountTransfers from "../src/AccountTransfers.ts"
import * as DigitalOcean from "../src/DigitalOcean.ts"
import * as Images from "../src/Images.ts"

const uuid = "5a4981aa-9653-4bd1-bef5-d6bff52042e4"
const image = 166404101

const world = (autoAccept = false) =>
  TestDigitalOcean.layer({
    accounts: [
      { name: "sender", token: "sender-token" },
      { name: "recipient", token: "recipient-token", uuid, seed: Seed.empty, autoAccept }
    ]
  })

const transfers = AccountTransfers.AccountTransfers
const get = Images.Images.use((images) => images.get(image))

const both = Effect.all([
  DigitalOcean.make({ token: Redacted.make("sender-token") }),
  DigitalOcean.make({ token: Redacted.make("recipient-token") })
])

describe("between two accounts in one program", () => {
  it.effect("an image that is offered and accepted moves", () =>
    Effect.gen(function* () {
      const [sender, recipient] = yield* both
      const offer = transfers.use((transfers) => transfers.create(image, { recipient_uuid: uuid }))
      const pending = yield* Effect.provide(offer, sender)
      assert.strictEqual(pending._tag, "Pending")
      if (pending._tag !== "Pending") return
      const accept = transfers.use((transfers) =>
        transfers.accept(image, pending.transfer_id, { recipient_uuid: uuid })
      )
      assert.isUndefined(yield* Effect.provide(accept, recipient))
      assert.strictEqual((yield* Effect.provide(Effect.flip(get), sender)).reason._tag, "NotFound")
      assert.strictEqual((yield* Effect.provide(get, recipient)).id, image)
    }).pipe(Effect.provide(world()))
  )

  it.effect("transfer id 0 is Accepted: the image has moved", () =>
    Effect.gen(function* () {
      const [sender, recipient] = yield* both
      const offer = transfers.use((transfers) => transfers.create(image, { recipient_email: "recipient@example.com" }))
      assert.deepStrictEqual(yield* Effect.provide(offer, sender), { _tag: "Accepted" })
      assert.strictEqual((yield* Effect.provide(get, recipient)).id, image)
    }).pipe(Effect.provide(world(true)))
  )

  for (const [name, end] of [
    ["cancelled by the sender", "cancel"],
    ["declined by the recipient", "decline"]
  ] as const) {
    it.effect(`an offer that is ${name} is over`, () =>
      Effect.gen(function* () {
        const [sender, recipient] = yield* both
        const offer = transfers.use((transfers) => transfers.create(image, { recipient_uuid: uuid }))
        const pending = yield* Effect.provide(offer, sender)
        if (pending._tag !== "Pending") return assert.fail("expected a pending offer")
        const over = transfers.use((transfers) => transfers[end](image, pending.transfer_id))
        yield* Effect.provide(over, end === "cancel" ? sender : recipient)
        const again = yield* Effect.provide(Effect.flip(over), end === "cancel" ? sender : recipient)
        assert.strictEqual(again.reason._tag, "NotFound")
        assert.strictEqual((yield* Effect.provide(get, sender)).id, image)
      }).pipe(Effect.provide(world()))
    )
  }
})
