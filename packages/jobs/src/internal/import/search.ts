import { DigitalOceanError, InvalidInput } from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Cleanup from "../../Cleanup.ts"
import { nameOf } from "../unknownName.ts"

/** Several custom images have the name; documented at `Import`. */
export class AmbiguousName extends Schema.TaggedError<AmbiguousName>("@effect-digitalocean/jobs/AmbiguousName")(
  "AmbiguousName",
  {
    /** the name */
    image_name: Schema.String,
    /** the ids of the images with it */
    images: Schema.Array(Image.Id)
  }
) {
  override get message(): string {
    return `${this.images.length} custom images are named ${JSON.stringify(this.image_name)} (${this.images.join(", ")}): rename or delete all but one`
  }
}

/** Returns the custom images of a name, the lowest id first, whatever the state of their import except a failed one. */
export const imagesNamed = (name: string) =>
  Images.use((images) =>
    images.list({ private: true }).pipe(
      // the listing may omit the type or the name
      Stream.filter((image) => (Image.isCustom(image) || image.type === "") && !Image.isDeleted(image)),
      Stream.filterEffect((image) => Effect.map(nameOf(image), (found) => found === name)),
      Stream.runCollect
    )
  ).pipe(Effect.map((images) => images.toSorted((a, b) => a.id - b.id)))

/**
 * Returns the custom image of a name. While others are not available yet, the one with the lowest id is the import: another
 * process has just started the others, and deletes its own.
 */
export const findByName = Effect.fnUntraced(function* (name: string) {
  if (name.trim() === "") {
    const problem = "expected a name that is not blank: an import is identified by its name"
    return yield* new DigitalOceanError({ operation: "Import", reason: new InvalidInput({ field: "name", problem }) })
  }
  const named = yield* imagesNamed(name)
  if (named.filter(Image.isAvailable).length > 1) {
    return yield* new AmbiguousName({ image_name: name, images: named.map(({ id }) => id) })
  }
  return Option.fromNullishOr(named[0])
})

/** Reports other images of the name: a process that was killed could not delete the second image that it created. */
export const reportOthers = Effect.fnUntraced(function* ({ id, name }: Image.Image) {
  const others = Effect.map(imagesNamed(name), (images) => images.filter((image) => image.id !== id))
  // a process that is running may be about to delete its own
  const left = yield* Effect.repeat(others, {
    until: (others) => others.length === 0,
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: "30 seconds" })
  }).pipe(Effect.orElseSucceed(() => []))
  const report = yield* Cleanup.OnLeftBehind
  const problem = "the process that created it ended before it could delete it"
  for (const { id } of left) yield* report(new Cleanup.ImageLeftOver({ image: id, image_name: name, problem }))
})
