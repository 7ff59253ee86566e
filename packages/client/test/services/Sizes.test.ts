import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Images from "../../src/Images.ts"
import * as Placement from "../../src/Placement.ts"
import * as Regions from "../../src/Regions.ts"
import * as Sizes from "../../src/Sizes.ts"
import { account } from "../support/inMemory.ts"
import { diesUnimplemented } from "../support/layerTest.ts"
import { page, size } from "../support/recorded.ts"
import { sendsRequests } from "../support/wire.ts"

const list = Sizes.Sizes.use((sizes) => Stream.runCollect(sizes.list()))

describe("Sizes", () => {
  it.effect("lists the sizes on which an image can run in a region", () =>
    Effect.gen(function* () {
      const one = yield* Images.Images.use((images) => images.get(166404101))
      const regions = yield* Regions.Regions.use((regions) => Stream.runCollect(regions.list()))
      const home = regions.find(({ slug }) => slug === "nyc3")
      const sizes = yield* list
      assert.deepStrictEqual(
        sizes.filter(Placement.canRunOn(one, home!)).map(({ disk }) => disk),
        sizes
          .filter(({ disk, regions }) => disk !== null && disk >= 25 && regions.includes("nyc3"))
          .map(({ disk }) => disk)
      )
    }).pipe(Effect.provide(account()))
  )

  sendsRequests([
    [
      "list",
      list,
      RecordingClient.json(page("sizes", [size()])),
      "GET https://api.digitalocean.com/v2/sizes?page=1&per_page=200"
    ]
  ])

  diesUnimplemented("listPage", Sizes.Sizes.use((sizes) => sizes.listPage()).pipe(Effect.provide(Sizes.layerTest({}))))
})
