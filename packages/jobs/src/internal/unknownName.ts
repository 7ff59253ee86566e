import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** An image whose name DigitalOcean does not return; documented at `Release` and `Import`. */
export class UnknownName extends Schema.TaggedError<UnknownName>("@effect-digitalocean/jobs/UnknownName")(
  "UnknownName",
  {
    /** the id of the image whose name is not known */
    image: Schema.Number
  }
) {
  override get message(): string {
    return `DigitalOcean does not return the name of image ${this.image}, so it cannot be decided whether it is the one that is wanted, and nothing was created: run again later, or rename that image`
  }
}

/** The name of an image that a listing returned; one that the listing leaves out is read. */
export const nameOf = Effect.fnUntraced(function* (
  row: Image.Image
): Effect.fn.Return<string, DigitalOceanError | UnknownName, Images> {
  if (row.name !== "") return row.name
  const { name } = yield* Images.use((images) => images.get(row.id))
  return name === "" ? yield* new UnknownName({ image: row.id }) : name
})
