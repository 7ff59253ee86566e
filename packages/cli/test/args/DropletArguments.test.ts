import { DigitalOcean } from "@effect-digitalocean/client"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as DropletArguments from "../../src/args/DropletArguments.ts"

const seed = {
  images: [],
  droplets: [
    { id: 11, name: "web-01" },
    { id: 12, name: "gpu-01", size: "gpu-h100x1-80gb" },
    { id: 13, name: "both" },
    { id: 14, name: "both", size: "gpu-h100x1-80gb" }
  ]
}

const resolve = (text: string) =>
  Effect.flatMap(DigitalOcean.make({ token: Redacted.make("any") }), (services) =>
    Effect.provide(DropletArguments.resolve(text), services)
  ).pipe(Effect.provide(TestDigitalOcean.layer({ seed })))

describe("DROPLET", () => {
  for (const [text, id] of [
    ["11", 11],
    ["web-01", 11],
    // R13: a look-up by name finds GPU Droplets
    ["gpu-01", 12]
  ] as const) {
    it.effect(`${text} is Droplet ${id}`, () =>
      Effect.map(resolve(text), (droplet) => assert.strictEqual(Number(droplet.id), id))
    )
  }

  it.effect("is refused when a GPU Droplet has the name too", () =>
    Effect.map(Effect.flip(resolve("both")), ({ message }) => {
      assert.include(message, "2 Droplets are called both")
    })
  )
})
