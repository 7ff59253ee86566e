import { Actions, Image, Images } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Crash from "./crash.ts"

const web = 166404101

/** Looks before it acts. */
const careful = Effect.gen(function* () {
  const images = yield* Images.Images
  const actions = yield* Actions.Actions
  if (Image.isAvailableIn("sfo3")(yield* images.get(web))) return
  const current = yield* images.currentAction(web)
  yield* actions.await(current._tag === "Some" ? current.value : yield* images.transfer(web, "sfo3"))
})

/** Acts whatever was done before. */
const careless = Effect.gen(function* () {
  const images = yield* Images.Images
  yield* images.update(web, { name: "renamed" })
  yield* images.get(web)
})

describe("survivesEveryCrash", () => {
  it.effect(
    "tries every change, before and after it is executed, and every state that a request finds the account in",
    () =>
      Effect.gen(function* () {
        const points = yield* Crash.survivesEveryCrash({ job: Crash.as("any")(careful) })
        // the reads, the transfer twice, and the polls
        assert.isAbove(points, 1 + 2)
      }),
    Crash.patience
  )

  it.effect("finds the job that does something twice", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Crash.survivesEveryCrash({ job: Crash.as("any")(careless) }))
      assert.strictEqual(exit._tag, "Failure")
      assert.include(JSON.stringify(exit), "crashed after request 0, PUT")
    })
  )
})
