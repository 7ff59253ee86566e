/**
 * `IMAGE` on a command line: an id, a slug, or the name of one of the account's images.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as DigitalOceanError from "@effect-digitalocean/client/DigitalOceanError"
import * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Failures from "../errors/Failures.ts"
import { UsageError } from "../errors/Usage.ts"
import * as Text from "../text/Text.ts"

/**
 * No image has that id, slug or name.
 *
 * @since 0.1.0
 */
export class NoSuchImage extends Schema.TaggedError<NoSuchImage>("@effect-digitalocean/cli/NoSuchImage")(
  "NoSuchImage",
  {
    image: Schema.String,
    requestId: Schema.optionalKey(Schema.String)
  }
) {
  override get message(): string {
    const what = isId(this.image) ? `no image has the id ${this.image}` : `no image is called ${this.image}`
    const request = this.requestId === undefined ? "" : ` [request ${this.requestId}]`
    return `${what}, or this token may not see it: "doimg list" shows the account's${request}`
  }

  get exitCode(): number {
    return exitCodes.notFound
  }
}

/**
 * Several images have that name.
 *
 * @since 0.1.0
 */
export class AmbiguousImageName extends Schema.TaggedError<AmbiguousImageName>(
  "@effect-digitalocean/cli/AmbiguousImageName"
)("AmbiguousImageName", {
  name: Schema.String,
  candidates: Schema.Array(Image.Image),
  /** whether the command takes several images, and `--all-matches` */
  takesAll: Schema.Boolean
}) {
  override get message(): string {
    const shown = this.candidates.slice(0, 10).map(candidate)
    const more = this.candidates.length - shown.length
    return `${this.candidates.length} images are called ${this.name}: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}. Give an id${this.takesAll ? ", or --all-matches" : ""}`
  }

  get exitCode(): number {
    return exitCodes.usage
  }
}

/**
 * The images that the arguments name, each once, in the order given. Nothing is changed before all of them are known:
 * what is wrong with any is told of all. `allMatches` is undefined for a command that takes one image alone.
 *
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  options: { readonly allMatches?: boolean | undefined } = {}
) {
  const images = yield* Images.Images
  if (args.some((text) => text.trim() === "")) {
    return yield* new UsageError({ problem: "IMAGE is empty: expected an id, a slug or a name; nothing was changed" })
  }
  const own = yield* Effect.cached(Stream.runCollect(images.list({ private: true })))
  const found = yield* Failures.all(
    args.map((text) => ({
      label: text,
      run: isId(text) ? byId(text) : byName(text, own, options.allMatches)
    })),
    "images were not found; nothing was changed"
  )
  return [...new Map(found.flat().map((image) => [image.id, image])).values()]
})

/**
 * The one image an argument names.
 *
 * @since 0.1.0
 */
export const resolveOne = (text: string) => Effect.map(resolve([text]), ([image]) => image!)

/** All digits are an id, whatever images are called: what a command changes must not hang on a name. */
const isId = (text: string): boolean => /^\d+$/.test(text)

const byId = Effect.fnUntraced(function* (text: string) {
  const images = yield* Images.Images
  const id = Number(text)
  // no number holds a longer one exactly, and another image must not be taken for it
  if (id === 0 || !Number.isSafeInteger(id)) return yield* new NoSuchImage({ image: text })
  return [yield* orMissing(text, images.get(id))]
})

const byName = Effect.fnUntraced(function* (
  text: string,
  own: Effect.Effect<ReadonlyArray<Image.Image>, DigitalOceanError.DigitalOceanError>,
  allMatches: boolean | undefined
) {
  const images = yield* Images.Images
  const [named, slugged] = yield* Effect.all(
    [
      Effect.map(own, (all) => all.filter(({ name }) => name === text)),
      isSlug.test(text) ? bySlug(images, text) : none
    ],
    { concurrency: 2 }
  )
  const candidates = [...named, ...Option.toArray(slugged)]
  if (candidates.length === 0) return yield* new NoSuchImage({ image: text })
  if (candidates.length > 1 && allMatches !== true) {
    return yield* new AmbiguousImageName({ name: text, candidates, takesAll: allMatches !== undefined })
  }
  return candidates
})

const none = Effect.succeedNone

const isSlug = /^[a-z0-9][a-z0-9._-]*$/

const bySlug = (images: Images.Images["Service"], slug: string) => DigitalOceanError.catchNotFound(images.get(slug))

const orMissing = <A, R>(image: string, self: Effect.Effect<A, DigitalOceanError.DigitalOceanError, R>) =>
  Effect.catchReason(self, "DigitalOceanError", "NotFound", ({ requestId }) =>
    Effect.fail(new NoSuchImage({ image, ...(requestId === undefined ? undefined : { requestId }) }))
  )

const candidate = (image: Image.Image): string => {
  const where = image.regions.slice(0, 3).join(",") || "no region"
  return `${image.id} (${image.type}, ${where}, ${DateTime.formatIsoDateUtc(image.created_at)})`
}

/**
 * Like {@link resolve}, but refuses images of DigitalOcean, which the account cannot change: `why` continues the sentence
 * that names the first one.
 *
 * @since 0.1.0
 */
export const resolveOwn = Effect.fnUntraced(function* (
  names: ReadonlyArray<string>,
  options: { readonly allMatches: boolean },
  why: string
) {
  const found = yield* resolve(names, options)
  const foreign = found.find((image) => image.public)
  if (foreign === undefined) return found
  return yield* new UsageError({ problem: `${Text.nameOf(foreign)} is DigitalOcean's${why}` })
})
