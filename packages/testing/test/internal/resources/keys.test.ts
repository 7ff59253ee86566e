import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { createHash, generateKeyPairSync } from "node:crypto"
import { sshKey } from "../../../src/Fixtures.ts"
import * as TestDigitalOcean from "../../../src/TestDigitalOcean.ts"
import { refusal, send } from "../../support/requests.ts"

const keys = "/v2/account/keys"
const account = TestDigitalOcean.layer()

/** A public key as `ssh-keygen` writes it. */
const publicKey = (comment: string) => {
  const { publicKey } = generateKeyPairSync("ed25519")
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32)
  const name = Buffer.from("ssh-ed25519")
  const length = (bytes: Uint8Array) => Buffer.from([0, 0, 0, bytes.length])
  const bytes = Buffer.concat([length(name), name, length(raw), raw])
  return { text: `ssh-ed25519 ${bytes.toString("base64")} ${comment}`, bytes }
}

const create = (public_key: string, name = "web") => send("POST", keys, { json: { name, public_key } })

// R64
describe("an SSH key", () => {
  it.effect("has the fingerprint that SSH knows it by, and is found by that and by its id", () =>
    Effect.gen(function* () {
      const { bytes, text } = publicKey("me@home")
      const { body, status } = yield* create(text)
      assert.strictEqual(status, 201)
      const hash = createHash("md5").update(bytes).digest("hex")
      const { id } = body.ssh_key
      assert.deepStrictEqual(body.ssh_key, {
        id,
        name: "web",
        public_key: text,
        fingerprint: (hash.match(/../g) ?? []).join(":")
      })
      for (const identifier of [id, body.ssh_key.fingerprint]) {
        assert.deepStrictEqual((yield* send("GET", `${keys}/${identifier}`)).body.ssh_key, body.ssh_key)
      }
    }).pipe(Effect.provide(account))
  )

  it.effect("is listed, newest first, renamed and deleted", () =>
    Effect.gen(function* () {
      const names = Effect.map(send("GET", keys), ({ body }) => body.ssh_keys.map(({ name }) => name))
      const { fingerprint } = (yield* create(publicKey("a").text, "a")).body.ssh_key
      yield* create(publicKey("b").text, "b")
      assert.deepStrictEqual(yield* names, ["b", "a"])
      const renamed = yield* send("PUT", `${keys}/${fingerprint}`, { json: { name: "c" } })
      assert.deepStrictEqual([renamed.status, renamed.body.ssh_key.name], [200, "c"])
      assert.deepStrictEqual(yield* names, ["b", "c"])
      assert.strictEqual((yield* send("DELETE", `${keys}/${fingerprint}`)).status, 204)
      assert.deepStrictEqual(yield* names, ["b"])
      for (const method of ["GET", "DELETE"] as const) {
        assert.strictEqual((yield* send(method, `${keys}/${fingerprint}`)).status, 404)
      }
      assert.strictEqual((yield* send("GET", `${keys}/7`)).status, 404)
    }).pipe(Effect.provide(account))
  )

  it.effect("is read later with readDelay, and not deleted before", () =>
    Effect.gen(function* () {
      const { id } = (yield* create(sshKey().public_key)).body.ssh_key
      for (const method of ["GET", "DELETE"] as const) {
        assert.strictEqual((yield* send(method, `${keys}/${id}`)).status, 404)
      }
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* send("GET", `${keys}/${id}`)).body.ssh_key.fingerprint, sshKey().fingerprint)
      assert.strictEqual((yield* send("DELETE", `${keys}/${id}`)).status, 204)
    }).pipe(Effect.provide(TestDigitalOcean.layer({ readDelay: "10 seconds" })))
  )

  for (const [what, public_key, name, message] of [
    ["is not a key", "hello", "a", "Key invalid"],
    ["has a body that is no base64", "ssh-rsa AAA!", "a", "Key invalid"],
    ["has no body", "ssh-ed25519", "a", "Key invalid"],
    ["has no name", sshKey().public_key, " ", "Name can't be blank"]
  ] as const) {
    it.effect(`that ${what} is refused: 422`, () =>
      Effect.gen(function* () {
        const [status, , says] = yield* refusal(create(public_key, name))
        assert.strictEqual(status, 422)
        assert.include(String(says), message)
      }).pipe(Effect.provide(account))
    )
  }

  it.effect("is in an account once, whatever its comment says", () =>
    Effect.gen(function* () {
      const { text } = publicKey("a")
      yield* create(text)
      const again = yield* refusal(create(text.replace(/ a$/, " b")))
      assert.deepStrictEqual(again, [422, "unprocessable_entity", "SSH Key is already in use on your account"])
    }).pipe(Effect.provide(account))
  )
})

// R64
describe("firewalls", () => {
  for (const [path, status] of [
    ["/v2/firewalls", 200],
    ["/v2/droplets/413118204/firewalls", 200],
    ["/v2/droplets/7/firewalls", 404]
  ] as const) {
    it.effect(`are missing: GET ${path} is ${status}`, () =>
      Effect.gen(function* () {
        const answer = yield* send("GET", path)
        assert.strictEqual(answer.status, status)
        if (status === 200) assert.strictEqual(answer.text, '{"firewalls":[],"links":{},"meta":{"total":0}}')
      }).pipe(Effect.provide(account))
    )
  }
})
