import { assert, describe, it } from "@effect/vitest"
import { Fixtures, RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SshKeys from "../../src/SshKeys.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page } from "../support/recorded.ts"
import { rejectsInput, sendsRequests } from "../support/wire.ts"

const api = "https://api.digitalocean.com/v2/account/keys"
const { json } = RecordingClient
const { fingerprint, id, name, public_key } = Fixtures.sshKey()
const ssh_key = Fixtures.sshKey()

const keys = <A, E>(f: (keys: SshKeys.SshKeys["Service"]) => Effect.Effect<A, E>) => SshKeys.SshKeys.use(f)

describe("SshKeys", () => {
  it.effect("adds a key, finds it by its id and its fingerprint, renames and deletes it", () =>
    Effect.gen(function* () {
      const keys = yield* SshKeys.SshKeys
      const created = yield* keys.create({ name, public_key })
      assert.deepInclude(created, { name, public_key, fingerprint })
      assert.deepStrictEqual(yield* keys.get(created), created)
      assert.deepStrictEqual(yield* keys.get(fingerprint), created)
      assert.deepStrictEqual(yield* Stream.runCollect(keys.list()), [created])
      assert.strictEqual((yield* keys.update(created.id, { name: "new" })).name, "new")
      yield* keys.delete(created)
      yield* keys.delete(created, { ignoreMissing: true })
      assert.strictEqual((yield* Effect.flip(keys.get(created))).reason._tag, "NotFound")
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      keys((k) => Stream.runCollect(k.list())),
      json(page("ssh_keys", [ssh_key])),
      `GET ${api}?page=1&per_page=200`
    ],
    ["get", keys((k) => k.get(id)), json({ ssh_key }), `GET ${api}/${id}`],
    ["get by fingerprint", keys((k) => k.get("2f:28")), json({ ssh_key }), `GET ${api}/2f%3A28`],
    [
      "create",
      keys((k) => k.create({ name: "n", public_key: "p" })),
      json({ ssh_key }, 201),
      `POST ${api} {"name":"n","public_key":"p"}`
    ],
    ["update", keys((k) => k.update(id, { name: "n" })), json({ ssh_key }), `PUT ${api}/${id} {"name":"n"}`],
    ["delete", keys((k) => k.delete(id)), RecordingClient.empty(204), `DELETE ${api}/${id}`]
  ])

  rejectsInput([
    ["a key id that is negative", keys((k) => k.get(-1)), "ssh_key_identifier"],
    ["a fingerprint that is a relative path", keys((k) => k.get("..")), "ssh_key_identifier"],
    ["a key without a name", keys((k) => k.create({ name: "", public_key: "p" })), "name"]
  ])

  diesUnimplemented("get", keys((k) => k.get(id)).pipe(Effect.provide(SshKeys.layerTest({}))))
})
