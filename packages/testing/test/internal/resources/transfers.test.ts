import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Seed from "../../../src/Seed.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, send } from "../../support/requests.ts"

const snapshot = 166404101
const uuid = "5a4981aa-9653-4bd1-bef5-d6bff52042e4"

const world = (autoAccept = false, offeredAgain?: TestDigitalOcean.AccountOptions["offeredAgain"]) =>
  TestDigitalOcean.layer({
    accounts: [
      { name: "sender", token: "s", offeredAgain },
      { name: "recipient", token: "r", uuid, email: "ops@example.com", seed: Seed.empty, autoAccept },
      { name: "stranger", token: "x", seed: Seed.empty }
    ]
  })

const post = (token: string, path: string, json: object, id = snapshot) =>
  send("POST", `/v2/images/${id}/account_transfer${path}`, { token, json })
const offer = (json: object = { recipient_uuid: uuid }, id = snapshot) => post("s", "", json, id)
const sees = (token: string) =>
  Effect.map(send("GET", `/v2/images/${snapshot}`, { token }), ({ status }) => status === 200)
const owners = Effect.all([sees("s"), sees("r"), sees("x")])

describe("an offer", () => {
  for (const recipient of [{ recipient_email: "ops@example.com" }, { recipient_uuid: uuid }]) {
    it.effect(`to ${JSON.stringify(recipient)} moves the image when it is accepted, with 201 and no body`, () =>
      Effect.gen(function* () {
        const { body, status } = yield* offer(recipient)
        assert.strictEqual(status, 201)
        assert.isAbove(body.transfer_id, 0)
        assert.deepStrictEqual(yield* owners, [true, false, false])
        const accepted = yield* post("r", "/accept", { transfer_id: body.transfer_id, recipient_uuid: uuid })
        assert.deepStrictEqual([accepted.status, accepted.text], [201, ""])
        assert.deepStrictEqual(yield* owners, [false, true, false])
      }).pipe(Effect.provide(world()))
    )
  }

  // R43
  it.effect(
    "that is accepted leaves the snapshot with the Droplet that it was made of, which the recipient has not",
    () =>
      Effect.gen(function* () {
        const { body } = yield* offer()
        yield* post("r", "/accept", { transfer_id: body.transfer_id, recipient_uuid: uuid })
        const { snapshots } = (yield* send("GET", "/v2/snapshots", { token: "r" })).body
        assert.deepStrictEqual(
          snapshots.map((one) => ["resource_id" in one && one.resource_id, one.id]),
          [["413118204", String(snapshot)]]
        )
        assert.strictEqual((yield* send("GET", "/v2/droplets/413118204", { token: "r" })).status, 404)
      }).pipe(Effect.provide(world()))
  )

  it.effect("to an account that accepts by itself moves the image at once: transfer id 0", () =>
    Effect.gen(function* () {
      const { body, status } = yield* offer()
      assert.deepStrictEqual<unknown>([status, body], [201, { transfer_id: 0 }])
      assert.deepStrictEqual(yield* owners, [false, true, false])
      assert.strictEqual((yield* post("s", "/cancel", { transfer_id: 0 })).status, 404)
    }).pipe(Effect.provide(world(true)))
  )

  for (const [end, token, others] of [
    ["cancel", "s", ["r", "x"]],
    ["decline", "r", ["s", "x"]]
  ] as const) {
    it.effect(`can be ended by ${end} with 204, by nobody else, and only once`, () =>
      Effect.gen(function* () {
        const { transfer_id } = (yield* offer()).body
        for (const other of others) {
          assert.strictEqual((yield* post(other, `/${end}`, { transfer_id })).status, 404)
        }
        const { status, text } = yield* post(token, `/${end}`, { transfer_id })
        assert.deepStrictEqual([status, text], [204, ""])
        assert.strictEqual((yield* post(token, `/${end}`, { transfer_id })).status, 404)
        assert.strictEqual((yield* post("r", "/accept", { transfer_id, recipient_uuid: uuid })).status, 404)
        assert.deepStrictEqual(yield* owners, [true, false, false])
        assert.strictEqual((yield* offer()).status, 201)
      }).pipe(Effect.provide(world()))
    )
  }

  it.effect("cannot be accepted by another account, for another team, or of another image", () =>
    Effect.gen(function* () {
      const { transfer_id } = (yield* offer()).body
      assert.strictEqual((yield* post("x", "/accept", { transfer_id, recipient_uuid: uuid })).status, 404)
      assert.strictEqual((yield* post("r", "/accept", { transfer_id, recipient_uuid: "other" })).status, 400)
      assert.strictEqual((yield* post("r", "/accept", { transfer_id, recipient_uuid: uuid }, 165903377)).status, 404)
      assert.deepStrictEqual(yield* owners, [true, false, false])
    }).pipe(Effect.provide(world()))
  )

  it.effect("is over when its image is deleted", () =>
    Effect.gen(function* () {
      const { transfer_id } = (yield* offer()).body
      yield* send("DELETE", `/v2/images/${snapshot}`, { token: "s" })
      assert.strictEqual((yield* post("r", "/accept", { transfer_id, recipient_uuid: uuid })).status, 404)
      assert.strictEqual((yield* post("r", "/decline", { transfer_id })).status, 404)
    }).pipe(Effect.provide(world()))
  )

  it.effect("waits for ever when nobody has the address", () =>
    Effect.gen(function* () {
      assert.isAbove((yield* offer({ recipient_email: "nobody@example.com" })).body.transfer_id, 0)
      assert.deepStrictEqual(yield* owners, [true, false, false])
    }).pipe(Effect.provide(world()))
  )

  for (const [name, json, id, expected] of [
    ["of a backup", { recipient_uuid: uuid }, 166480233, 400],
    ["of a custom image", { recipient_uuid: uuid }, 160552018, 400],
    ["of a public image", { recipient_uuid: uuid }, 199110001, 403],
    ["of an image that is not there", { recipient_uuid: uuid }, 1, 404],
    ["to two recipients", { recipient_uuid: uuid, recipient_email: "ops@example.com" }, snapshot, 400],
    ["to no recipient", {}, snapshot, 400],
    ["to its own account", { recipient_email: "sender@example.com" }, snapshot, 400]
  ] as const) {
    it.effect(`${name} is refused with ${expected}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* offer(json, id)).status, expected)
        assert.deepStrictEqual(yield* owners, [true, false, false])
      }).pipe(Effect.provide(world()))
    )
  }

  it.effect("of an image that is offered already is refused with 400", () =>
    Effect.gen(function* () {
      yield* offer()
      assert.deepStrictEqual(yield* refusal(offer()), [400, "bad_request", "The image has a pending transfer"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("of an image that is offered already can get the pending one's id, for the same recipient alone", () =>
    Effect.gen(function* () {
      const first = (yield* offer()).body.transfer_id
      assert.strictEqual((yield* offer()).body.transfer_id, first)
      assert.strictEqual((yield* offer({ recipient_email: "nobody@example.com" })).status, 400)
    }).pipe(Effect.provide(world(false, "same")))
  )

  it.effect("of an image that is offered already can get an id of its own, and both end when one is accepted", () =>
    Effect.gen(function* () {
      const first = (yield* offer()).body.transfer_id
      const second = (yield* offer()).body.transfer_id
      assert.notStrictEqual(second, first)
      assert.strictEqual((yield* post("r", "/accept", { transfer_id: second, recipient_uuid: uuid })).status, 201)
      assert.strictEqual((yield* post("s", "/cancel", { transfer_id: first })).status, 404)
      assert.deepStrictEqual(yield* owners, [false, true, false])
    }).pipe(Effect.provide(world(false, "another")))
  )
})
