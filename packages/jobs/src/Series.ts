/**
 * Images that belong together, such as the releases of one server: chosen by name, by tags, by the Droplet they were
 * made of.
 *
 * A name is matched wholly, by a pattern with placeholders and no wildcard: the series `web` is `web-{timestamp}`, the
 * names that `Release` gives (`web-2026-11-25T03-10-00-000Z`), and takes neither `web-old-1` nor
 * `web-old-2026-11-25T03-10-00-000Z`.
 *
 * @since 0.1.0
 */
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Image from "@effect-digitalocean/client/Image"
import { Images } from "@effect-digitalocean/client/Images"
import * as Region from "@effect-digitalocean/client/Region"
import { Snapshots } from "@effect-digitalocean/client/Snapshots"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DropletRef } from "./internal/options/refs.ts"
import { TagsNotVisible } from "./Retention.ts"

/**
 * Schema for a {@link Series}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Series = Schema.Struct({
  /**
   * a pattern. `{timestamp}` stands for a time as `Release` writes it (`2026-11-25T03-10-00-000Z`), `{date}` for a day
   * (`2026-11-25`), `{number}` for digits; all else stands for itself. Without a placeholder, `-{timestamp}` is
   * appended.
   */
  name: Schema.optional(Schema.String),
  /** the image carries all of these */
  tags: Schema.optional(Schema.Array(Schema.String)),
  /** the image is a snapshot of this Droplet, which may be deleted */
  droplet: Schema.optional(DropletRef)
})

/**
 * Which images: those for which all that is given holds; at least one has to be given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Series extends Schema.Schema.Type<typeof Series> {}

/**
 * A series that cannot be meant: nothing given, an unknown placeholder, a name its pattern cannot make.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidSeries extends Schema.TaggedError<InvalidSeries>("@effect-digitalocean/jobs/InvalidSeries")(
  "InvalidSeries",
  {
    /** what is wrong, in words */
    problem: Schema.String
  }
) {
  override get message(): string {
    return `series: ${this.problem}`
  }

  /** Always `true`: an option is invalid, and nothing was requested. */
  get isInvalidInput(): true {
    return true
  }
}

/**
 * A name pattern, checked.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pattern {
  /** with its placeholders */
  readonly text: string
  /** whether it is the name of an image of the series */
  readonly matches: (name: string) => boolean
  /** the name of one made at a time; undefined when a `{number}` would have to be made up */
  readonly nameAt: (time: DateTime.Utc) => string | undefined
}

/** Where a part of a pattern can end in a name, if it begins at any of these places. */
type Step = (name: string, places: ReadonlySet<number>) => ReadonlySet<number>

const fixed =
  (length: number, begins: (name: string, at: number) => boolean): Step =>
  (name, places) =>
    new Set([...places].filter((at) => begins(name, at)).map((at) => at + length))

const literal = (text: string): Step => fixed(text.length, (name, at) => name.startsWith(text, at))

const shape = (length: number, regex: RegExp): Step =>
  fixed(length, (name, at) => regex.test(name.slice(at, at + length)))

/** Any number of digits, so that each of them can be the last. */
const number: Step = (name, places) => {
  const ends = new Set<number>()
  let isInside = false
  for (let at = 0; at < name.length; at++) {
    isInside = /\d/.test(name[at]!) && (isInside || places.has(at))
    if (isInside) ends.add(at + 1)
  }
  return ends
}

const placeholders: Readonly<Record<string, Step>> = {
  timestamp: shape(24, /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/),
  date: shape(10, /^\d{4}-\d{2}-\d{2}$/),
  number
}

/**
 * Reads a name pattern.
 *
 * **Example** (The names of one series and of no other)
 *
 * ```ts
 * import { Series } from "@effect-digitalocean/jobs"
 * import * as DateTime from "effect/DateTime"
 * import * as Result from "effect/Result"
 *
 * const web = Result.getOrThrow(Series.pattern("web"))
 *
 * web.text // => "web-{timestamp}"
 * web.nameAt(DateTime.makeUnsafe("2026-11-25T03:10:00Z")) // => "web-2026-11-25T03-10-00-000Z"
 * web.matches("web-2026-11-25T03-10-00-000Z") // => true
 * web.matches("web-old-1") // => false
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const pattern = (name: string): Result.Result<Pattern, InvalidSeries> => {
  if (name.trim() === "") return invalid("expected a name pattern that is not blank")
  const text = /\{[^{}]*\}/.test(name) ? name : `${name}-{timestamp}`
  const parts = text.split(/\{([^{}]*)\}/)
  const unknown = parts.find((part, i) => i % 2 === 1 && !Object.hasOwn(placeholders, part))
  if (unknown !== undefined) {
    const known = Object.keys(placeholders).map((name) => `{${name}}`)
    return invalid(`${JSON.stringify(`{${unknown}}`)} is not one of ${known.join(", ")}`)
  }
  const steps = parts.map((part, i) => (i % 2 === 1 ? placeholders[part]! : literal(part)))
  const start: ReadonlySet<number> = new Set([0])
  return Result.succeed({
    text,
    // all ways to match at once: a regular expression would try them one by one, and several numbers have very many
    matches: (name) => steps.reduce((places, step) => step(name, places), start).has(name.length),
    nameAt: (time) => {
      const iso = DateTime.formatIso(time)
      const values: Readonly<Record<string, string>> = { timestamp: iso.replace(/[:.]/g, "-"), date: iso.slice(0, 10) }
      if (parts.some((part, i) => i % 2 === 1 && !(part in values))) return undefined
      return parts.map((part, i) => (i % 2 === 1 ? values[part] : part)).join("")
    }
  })
}

/**
 * The images of a series, of any age and state, public ones too where a tag selects them.
 *
 * **Details**
 *
 * A listing by tag (`GET /v2/images?tag_name=`), else of all private images; by Droplet also one of the snapshots. What a
 * listing returns is compared with the series again. Fails with `TagsNotVisible` when the series depends on tags that the
 * token may not see.
 *
 * @category constructors
 * @since 0.1.0
 */
export const list = Effect.fn("Series.list")(function* (
  series: Series
): Effect.fn.Return<
  ReadonlyArray<Image.Image>,
  DigitalOceanError | InvalidSeries | TagsNotVisible,
  Images | Snapshots
> {
  const images = yield* Images
  const belongs = yield* Effect.fromResult(membership(series))
  const [tag] = series.tags ?? []
  const ofDroplet = series.droplet === undefined ? undefined : yield* snapshotsOf(series.droplet)
  const listed = yield* Stream.runCollect(images.list(tag === undefined ? { private: true } : { tag_name: tag }))
  const found: Array<Image.Image> = []
  for (const image of listed) {
    if (ofDroplet?.has(String(image.id)) === false) continue
    if (yield* Effect.fromResult(belongs(image))) found.push(image)
  }
  return found
})

/**
 * Returns the newest available image of a series, in a region if one is given; `None` if there is none. Of images that were
 * created in the same second the one with the higher id is newer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const latest = Effect.fn("Series.latest")(function* (
  series: Series,
  options: { readonly region?: Region.Ref | undefined } = {}
): Effect.fn.Return<
  Option.Option<Image.Image>,
  DigitalOceanError | InvalidSeries | TagsNotVisible,
  Images | Snapshots
> {
  const { region } = options
  const isIn = region === undefined ? () => true : Image.isAvailableIn(Region.slugOf(region))
  const found = (yield* list(series)).filter((image) => Image.isAvailable(image) && isIn(image))
  return Option.fromNullishOr(found.toSorted(oldestFirst).at(-1))
})

const oldestFirst: Order.Order<Image.Image> = Order.combine<Image.Image>(
  Order.mapInput(DateTime.Order, ({ created_at }) => created_at),
  Order.mapInput(Order.Number, ({ id }) => id)
)

/**
 * Returns a predicate: whether an image belongs to a series by its name and tags. An image does not contain the Droplet that it was created from.
 *
 * @category predicates
 * @since 0.1.0
 */
export const membership = (
  series: Series
): Result.Result<
  (image: Pick<Image.Image, "id" | "name" | "tags">) => Result.Result<boolean, TagsNotVisible>,
  InvalidSeries
> => {
  const { droplet, name, tags = [] } = series
  if (name === undefined && tags.length === 0 && droplet === undefined) {
    return invalid("expected at least one of name, tags and droplet")
  }
  return Result.map(name === undefined ? Result.succeed(undefined) : pattern(name), (named) => (image) => {
    if (named?.matches(image.name) === false) return Result.succeed(false)
    if (tags.length === 0) return Result.succeed(true)
    const carried = image.tags
    if (carried === null) return Result.fail(new TagsNotVisible({ image: image.id, rule: "series.tags" }))
    return Result.succeed(tags.every((tag) => carried.includes(tag)))
  })
}

const snapshotsOf = (droplet: Droplet.Ref) =>
  Snapshots.use((snapshots) => Stream.runCollect(snapshots.list({ resource_type: "droplet" }))).pipe(
    Effect.map((all) => {
      const id = String(Droplet.idOf(droplet))
      return new Set<string>(all.filter(({ resource_id }) => resource_id === id).map((snapshot) => snapshot.id))
    })
  )

const invalid = (problem: string) => Result.fail(new InvalidSeries({ problem }))
