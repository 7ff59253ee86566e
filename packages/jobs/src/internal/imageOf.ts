import * as Image from "@effect-digitalocean/client/Image"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Outcome from "../Outcome.ts"

/** Whether the value of a step is an image, and not an action. */
export const isImage = Schema.is(Image.Image)

/** Returns the image of the last step that is done and has one. */
export const imageOf = (results: ReadonlyArray<{ readonly outcome: Outcome.Outcome<unknown, unknown> }>) => {
  const images = results.flatMap(({ outcome }) =>
    outcome._tag === "Done" && isImage(outcome.value) ? [outcome.value] : []
  )
  return Option.fromNullishOr(images.at(-1))
}
