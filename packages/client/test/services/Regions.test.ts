import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Images from "../../src/Images.ts"
import * as Placement from "../../src/Placement.ts"
import * as Regions from "../../src/Regions.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page, region } from "../support/recorded.ts"
import { sendsRequests } from "../support/wire.ts"

const list = Regions.Regions.use((regions) => Stream.runCollect(regions.list()))

describe("Regions", () => {
  it.effect("lists the regions to which an image can be transferred", () =>
    Effect.gen(function* () {
      const one = yield* Images.Images.use((images) => images.get(166404101))
      const receiving = (yield* list).filter(Placement.canReceive(one)).map(({ slug }) => slug)
      assert.include(receiving, "sfo3")
      assert.notInclude(receiving, "nyc3")
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      list,
      RecordingClient.json(page("regions", [region()])),
      "GET https://api.digitalocean.com/v2/regions?page=1&per_page=200"
    ]
  ])

  diesUnimplemented(
    "listPage",
    Regions.Regions.use((regions) => regions.listPage()).pipe(Effect.provide(Regions.layerTest({})))
  )
})
