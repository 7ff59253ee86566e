import { RecordingClient } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  AutoscalePools,
  DigitalOcean,
  type DigitalOceanError,
  Droplets,
  Images,
  Snapshots,
  SshKeys,
  Tags
} from "../../../src/index.ts"
import { endpoints } from "../../support/endpoints.ts"

type Options = { readonly ignoreMissing?: boolean }

type Deletion = (options?: Options) => Effect.Effect<void, DigitalOceanError.DigitalOceanError, DigitalOcean.Services>

const deletions: Record<string, Deletion> = {
  "AutoscalePools.delete": (options) => AutoscalePools.AutoscalePools.use((pools) => pools.delete("x", options)),
  "SshKeys.delete": (options) => SshKeys.SshKeys.use((keys) => keys.delete(7, options)),
  "Images.delete": (options) => Images.Images.use((images) => images.delete(7, options)),
  "Droplets.delete": (options) => Droplets.Droplets.use((droplets) => droplets.delete(7, options)),
  "Snapshots.delete": (options) => Snapshots.Snapshots.use((snapshots) => snapshots.delete("7", options)),
  "Tags.delete": (options) => Tags.Tags.use((tags) => tags.delete("web", options))
}

const answered = (status: number) =>
  DigitalOcean.layer({ token: Redacted.make("any"), retry: { times: 0 } }).pipe(
    Layer.provide(RecordingClient.layer([RecordingClient.json({ id: "any", message: "any" }, status)]))
  )

describe("ignoreMissing", () => {
  it("is an option of every operation that deletes a resource", () => {
    const names = endpoints.map(({ operation }) => operation).filter((operation) => operation.endsWith(".delete"))
    assert.deepStrictEqual(Object.keys(deletions).toSorted(), names.toSorted())
  })

  for (const [name, remove] of Object.entries(deletions)) {
    it.effect(`of ${name} takes a resource that does not exist for a deleted one`, () =>
      remove({ ignoreMissing: true }).pipe(Effect.provide(answered(404)))
    )

    for (const options of [undefined, {}, { ignoreMissing: false }]) {
      it.effect(`of ${name} is off with ${JSON.stringify(options)}`, () =>
        Effect.map(Effect.flip(remove(options)), ({ reason }) => assert.strictEqual(reason._tag, "NotFound")).pipe(
          Effect.provide(answered(404))
        )
      )
    }

    it.effect(`of ${name} hides no other failure`, () =>
      Effect.map(Effect.flip(remove({ ignoreMissing: true })), ({ reason }) =>
        assert.strictEqual(reason._tag, "Forbidden")
      ).pipe(Effect.provide(answered(403)))
    )
  }
})
