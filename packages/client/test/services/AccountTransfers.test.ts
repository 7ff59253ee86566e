import { assert, describe, it } from "@effect/vitest"
import { RecordingClient, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as AccountTransfers from "../../src/AccountTransfers.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Images from "../../src/Images.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const uuid = "5a4981aa-9653-4bd1-bef5-d6bff52042e4"
const image = 166404101
const api = "https://api.digitalocean.com/v2"

const world = (autoAccept = false) =>
  TestDigitalOcean.layer({
    accounts: [
      { name: "sender", token: "sender-token" },
      { name: "recipient", token: "recipient-token", uuid, seed: Seed.empty, autoAccept }
    ]
  })

const transfers = AccountTransfers.AccountTransfers
const use = <A, E>(f: (transfers: AccountTransfers.AccountTransfers["Service"]) => Effect.Effect<A, E>) =>
  transfers.use(f)
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
        transfers.accept(image, { transfer_id: pending.transfer_id, recipient_uuid: uuid })
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

describe("AccountTransfers", () => {
  sendsRequests([
    [
      "create by e-mail",
      use((t) => t.create(7938291, { recipient_email: "a@example.com" })),
      RecordingClient.json({ transfer_id: 7 }, 201),
      `POST ${api}/images/7938291/account_transfer {"recipient_email":"a@example.com"}`
    ],
    [
      "create by uuid",
      use((t) => t.create(7938291, { recipient_uuid: "5a4981aa" })),
      RecordingClient.json({ transfer_id: 0 }, 201),
      `POST ${api}/images/7938291/account_transfer {"recipient_uuid":"5a4981aa"}`
    ],
    [
      "accept",
      use((t) => t.accept(7938291, { transfer_id: 7, recipient_uuid: "5a4981aa" })),
      RecordingClient.empty(201),
      `POST ${api}/images/7938291/account_transfer/accept {"transfer_id":7,"recipient_uuid":"5a4981aa"}`
    ],
    [
      "cancel",
      use((t) => t.cancel(7938291, 7)),
      RecordingClient.empty(204),
      `POST ${api}/images/7938291/account_transfer/cancel {"transfer_id":7}`
    ],
    [
      "decline",
      use((t) => t.decline(7938291, 7)),
      RecordingClient.empty(204),
      `POST ${api}/images/7938291/account_transfer/decline {"transfer_id":7}`
    ]
  ])

  rejectsInput([
    ["a missing recipient", use((t) => t.create(7, {} as never)), "recipient"],
    [
      "two recipients",
      use((t) => t.create(7, { recipient_email: "a@example.com", recipient_uuid: "u" } as never)),
      "recipient"
    ],
    ["a blank recipient", use((t) => t.create(7, { recipient_email: " " })), "recipient_email"],
    ["transfer id 0", use((t) => t.cancel(7, 0)), "transfer_id"]
  ])

  diesUnimplemented("cancel", use((all) => all.cancel(7, 7)).pipe(Effect.provide(AccountTransfers.layerTest({}))))
})
