/**
 * Which images to keep: rules over the times they were made, as a pure function. Deleting is {@link Rotate}'s.
 *
 * The rules are those of restic and borg. Each rule by itself selects images to keep, and what no rule selects is
 * deleted. `daily: 7` looks at the calendar days in which an image was created, takes the 7 latest, and keeps the newest
 * image of each: days without an image do not count. `newerThan` counts back from the newest image and not from now,
 * as restic's `keep-within` does, so that nothing is deleted because no image was made for a while; and so the same
 * images always give the same answer.
 *
 * @since 0.1.0
 */
import * as Image from "@effect-digitalocean/client/Image"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DurationInput, TimeZone } from "./internal/options/time.ts"
import * as Period from "./internal/period.ts"

/**
 * Schema for {@link Rules}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Rules = Schema.Struct({
  /** the newest N */
  last: Schema.optional(Schema.Number),
  /**
   * the newest of each of the latest N hours in which an image was created; of an hour that the clock shows twice in
   * autumn, each is one
   */
  hourly: Schema.optional(Schema.Number),
  /** the same of days, months and years */
  daily: Schema.optional(Schema.Number),
  /** the same of ISO weeks: from Monday, and the last days of December may be in week 1 */
  weekly: Schema.optional(Schema.Number),
  /** the same of days, months and years */
  monthly: Schema.optional(Schema.Number),
  /** the same of days, months and years */
  yearly: Schema.optional(Schema.Number),
  /** all that are at most this much older than the newest */
  newerThan: Schema.optional(DurationInput)
})

/**
 * What to keep. At least one rule has to keep something.
 *
 * A number is whole, from 0; `Infinity` keeps one of every period there is.
 *
 * @category options
 * @since 0.1.0
 */
export interface Rules extends Schema.Schema.Type<typeof Rules> {}

/**
 * Schema for {@link Options}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Options = Schema.Struct({
  /** the rules */
  keep: Rules,
  /**
   * where hours, days, weeks, months and years start and end: `Europe/Berlin`, `UTC`, `+02:00`. There is no default,
   * since a machine's own would give different results on different machines.
   */
  timeZone: TimeZone,
  /** never fewer than this are left, by default 1; where the rules keep fewer, the newest others are kept too */
  minKeep: Schema.optional(Schema.Number),
  /**
   * images with one of these tags, in capitals or not, or exactly one of these names, are kept. They count for the
   * rules all the same.
   */
  pinned: Schema.optional(
    Schema.Struct({
      tags: Schema.optional(Schema.Array(Schema.String)),
      names: Schema.optional(Schema.Array(Schema.String))
    })
  )
})

/**
 * How to decide.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options extends Schema.Schema.Type<typeof Options> {}

/**
 * What a decision needs to know of an image.
 *
 * @category models
 * @since 0.1.0
 */
export type Candidate = Pick<Image.Image, "id" | "name" | "type" | "public" | "status" | "tags" | "created_at">

/**
 * What becomes of an image, and why: every rule that keeps it, or that none does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decision<out A> {
  /** the image */
  readonly image: A
  /** whether it is kept */
  readonly keep: boolean
  /** the rules that keep it */
  readonly reasons: ReadonlyArray<string>
}

/**
 * Invalid rules: none that keeps anything, a number that is not whole, an unknown time zone.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRetention extends Schema.TaggedError<InvalidRetention>(
  "@effect-digitalocean/jobs/InvalidRetention"
)("InvalidRetention", {
  /** the option that is invalid */
  field: Schema.String,
  /** what is wrong, in words */
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.field}: ${this.problem}`
  }
}

/**
 * A rule depends on tags, and the token may not see them (`tag:read`): nothing is decided, since an image that looks
 * untagged may be one to keep.
 *
 * @category errors
 * @since 0.1.0
 */
export class TagsNotVisible extends Schema.TaggedError<TagsNotVisible>("@effect-digitalocean/jobs/TagsNotVisible")(
  "TagsNotVisible",
  {
    /** the id of the image whose tags the token may not see */
    image: Image.Id,
    /** the rule that needs them */
    rule: Schema.String
  }
) {
  override get message(): string {
    return `${this.rule} depends on tags, and those of image ${this.image} are not visible: the token needs tag:read`
  }
}

/**
 * Decides of each image of a series, the newest first. The order in which they come does not matter.
 *
 * **Details**
 *
 * Public images, backups (which go with their Droplet) and images that are not `available` are kept, and count for no
 * rule.
 *
 * **Example** (Keeping the newest of each of two days)
 *
 * ```ts
 * import { Image } from "@effect-digitalocean/client"
 * import { Retention } from "@effect-digitalocean/jobs"
 * import * as Result from "effect/Result"
 * import * as Schema from "effect/Schema"
 *
 * const images = ["2026-11-20T03:00:00Z", "2026-11-20T15:00:00Z", "2026-11-19T03:00:00Z"].map((created_at, i) =>
 *   Schema.decodeSync(Image.Image)({ id: i + 1, name: "web", type: "snapshot", status: "available", created_at })
 * )
 *
 * const decisions = Result.getOrThrow(Retention.decide(images, { keep: { daily: 2 }, timeZone: "Europe/Berlin" }))
 *
 * decisions.map(({ image, keep, reasons }) => `${image.id} ${keep} ${reasons}`) // => ["2 true daily 2026-11-20", "1 false no rule keeps it", "3 true daily 2026-11-19"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const decide = <A extends Candidate>(
  images: Iterable<A>,
  options: Options
): Result.Result<ReadonlyArray<Decision<A>>, InvalidRetention | TagsNotVisible> =>
  Result.gen(function* () {
    const { minKeep, newerThan, zone } = yield* check(options)
    const all = newestFirst(images)
    const counted = all.filter((image) => apart(image) === undefined)
    const reasons = new Map<number, Array<string>>(all.map(({ id }) => [id, []]))
    const keep = ({ id }: A, why: string) => void reasons.get(id)!.push(why)

    yield* pin(counted, options.pinned, keep)
    for (const image of counted.slice(0, options.keep.last ?? 0)) keep(image, "last")
    if (newerThan !== undefined && counted[0] !== undefined) {
      const oldest = DateTime.toEpochMillis(counted[0].created_at) - Duration.toMillis(newerThan)
      for (const image of counted) {
        if (DateTime.toEpochMillis(image.created_at) < oldest) break
        keep(image, `newer than ${Duration.format(newerThan)}`)
      }
    }
    for (const rule of Period.rules) {
      const newestOf = new Map<string, A>()
      for (const image of counted) {
        const period = Period.of[rule](DateTime.setZone(image.created_at, zone))
        if (newestOf.size < (options.keep[rule] ?? 0) && !newestOf.has(period)) newestOf.set(period, image)
      }
      for (const [period, image] of newestOf) keep(image, `${rule} ${period}`)
    }
    const others = counted.filter(({ id }) => reasons.get(id)!.length === 0)
    const missing = Math.max(minKeep - (counted.length - others.length), 0)
    for (const image of others.slice(0, missing)) keep(image, `at least ${minKeep} are kept`)
    return all.map((image) => decision(image, reasons.get(image.id)!))
  })

/**
 * Why an image is never deleted and counts for no rule; undefined for one that may be.
 *
 * @category getters
 * @since 0.1.0
 */
export const apart = (image: Pick<Candidate, "type" | "public" | "status">): string | undefined => {
  if (image.public) return "public"
  if (image.type === "") return "its type is not returned, and it may be a backup"
  if (image.type.toLowerCase() === "backup") return "a backup goes with its Droplet"
  return image.status.toLowerCase() === "available" ? undefined : `not available (${image.status || "no status"})`
}

const decision = <A extends Candidate>(image: A, reasons: ReadonlyArray<string>): Decision<A> => {
  const untouched = apart(image)
  if (untouched !== undefined) return { image, keep: true, reasons: [untouched] }
  return reasons.length > 0 ? { image, keep: true, reasons } : { image, keep: false, reasons: ["no rule keeps it"] }
}

/** Each image once; of those made at the same moment the one with the higher id is newer. */
const newestFirst = <A extends Candidate>(images: Iterable<A>): ReadonlyArray<A> =>
  [...new Map(Array.from(images, (image) => [image.id, image])).values()].sort(
    (a, b) => DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at) || b.id - a.id
  )

const pin = <A extends Candidate>(
  images: ReadonlyArray<A>,
  { names = [], tags = [] }: NonNullable<Options["pinned"]> = {},
  keep: (image: A, why: string) => void
): Result.Result<void, TagsNotVisible> => {
  for (const image of images) {
    if (names.includes(image.name)) keep(image, "pinned by its name")
    if (tags.length === 0) continue
    if (image.tags === null) return Result.fail(new TagsNotVisible({ image: image.id, rule: "pinned.tags" }))
    const carried = new Set(image.tags.map((tag) => tag.toLowerCase()))
    for (const tag of tags) if (carried.has(tag.toLowerCase())) keep(image, `pinned by the tag ${tag}`)
  }
  return Result.void
}

const counts = ["last", ...Period.rules] as const

const check = (
  options: Options
): Result.Result<
  { readonly minKeep: number; readonly newerThan: Duration.Duration | undefined; readonly zone: DateTime.TimeZone },
  InvalidRetention
> => {
  const { keep, minKeep = 1, timeZone } = options
  const wrong = (field: string, problem: string) => Result.fail(new InvalidRetention({ field, problem }))
  for (const rule of counts) {
    const n = keep[rule]
    if (n === undefined || n === Number.POSITIVE_INFINITY || (Number.isSafeInteger(n) && n >= 0)) continue
    return wrong(`keep.${rule}`, `expected a whole number from 0, or Infinity, got ${n}`)
  }
  const newerThan = keep.newerThan === undefined ? Option.none() : Duration.fromInput(keep.newerThan)
  if (keep.newerThan !== undefined && (Option.isNone(newerThan) || Duration.isNegative(newerThan.value))) {
    return wrong("keep.newerThan", `expected a duration such as "30 days", got ${JSON.stringify(keep.newerThan)}`)
  }
  if (Option.isNone(newerThan) && counts.every((rule) => (keep[rule] ?? 0) === 0)) {
    return wrong("keep", "expected at least one rule that keeps something")
  }
  if (!Number.isSafeInteger(minKeep) || minKeep < 1) {
    return wrong("minKeep", `expected a whole number from 1, got ${minKeep}`)
  }
  const zone = typeof timeZone === "string" ? DateTime.zoneFromString(timeZone) : Option.some(timeZone)
  if (Option.isNone(zone)) {
    return wrong("timeZone", `expected a zone such as "Europe/Berlin" or "UTC", got ${JSON.stringify(timeZone)}`)
  }
  return Result.succeed({ minKeep, newerThan: Option.getOrUndefined(newerThan), zone: zone.value })
}
