import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { ImageSeed, Seed } from "./seedModel.ts"
import { id, TagName } from "../schemas/fields.ts"
import { Image } from "../schemas/image.ts"
import { publicImages, regions, regionsOf, sizes } from "./catalog.ts"
import * as Problems from "../schemas/problems.ts"

const { id: _, created_at: __, regions: ___, tags: ____, ...fields } = Image.fields

const oneOf = (kind: string, known: ReadonlyArray<string>) =>
  Schema.String.check(
    Schema.makeFilter((text) => known.includes(text) || `Expected ${kind}, one of ${known.join(", ")}, got ${text}`)
  )

const Region = oneOf("a region", [...regions.keys()])

const Time = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && isMoment(text)) ||
      `Expected a time such as 2026-11-25T00:00:00Z, got ${text}`
  )
)

/** Whether a text of this format is a valid time: there is no 31 February. */
const isMoment = (text: string): boolean => {
  const millis = Date.parse(text)
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text.slice(0, -1))
}

const limits = { minimum: Duration.zero, maximum: Duration.days(36_525) }

/** A duration; in JSON it is text. */
const isAge = Schema.makeFilter(
  (age: unknown) =>
    // the type is checked here
    Option.exists(Duration.fromInput(age as Duration.Input), Duration.between(limits)) ||
    `Expected a time span such as 5 days, of at most 100 years, got ${age}`
)

const optional = Schema.optionalKey

const ImageOf = <Age extends Schema.Codec<unknown, unknown>>(Age: Age) =>
  Schema.Struct({
    id,
    name: fields.name,
    type: optional(fields.type),
    distribution: optional(fields.distribution),
    slug: fields.slug,
    public: fields.public,
    regions: optional(Schema.Array(Region)),
    created_at: optional(Time),
    age: optional(Age),
    min_disk_size: fields.min_disk_size,
    size_gigabytes: fields.size_gigabytes,
    description: fields.description,
    tags: optional(Schema.NullOr(Schema.Array(TagName))),
    status: optional(fields.status),
    error_message: fields.error_message
  })

const Policy = Schema.Struct({
  plan: Schema.Literals(["daily", "weekly"]),
  weekday: optional(Schema.Literals(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
  hour: optional(Schema.Literals([0, 4, 8, 12, 16, 20]))
})

const Droplet = Schema.Struct({
  id,
  name: Schema.NonEmptyString,
  status: optional(Schema.Literals(["active", "off"])),
  created_at: optional(Time),
  size: optional(
    oneOf(
      "a size",
      sizes.map(({ slug }) => slug)
    )
  ),
  region: optional(Region),
  tags: optional(Schema.Array(TagName)),
  policy: optional(Policy),
  images: optional(Schema.Array(id))
})

const AutoscalePool = Schema.Struct({
  id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  image: Schema.Union([id, Schema.NonEmptyString]),
  size: optional(
    oneOf(
      "a size",
      sizes.map(({ slug }) => slug)
    )
  ),
  region: optional(Region),
  tags: optional(Schema.Array(TagName)),
  instances: optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))),
  droplets: optional(Schema.Array(id))
})

const Volume = Schema.Struct({
  id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  size_gigabytes: id,
  region: Region
})

/** Schema for a seed with this form of images. */
const SeedOf = <S extends Schema.Constraint>(image: S) =>
  Schema.Struct({
    images: Schema.Array(image),
    droplets: Schema.optional(Schema.Array(Droplet)),
    volumes: Schema.optional(Schema.Array(Volume)),
    autoscalePools: Schema.optional(Schema.Array(AutoscalePool))
  })

const AnyImage = ImageOf(Schema.Unknown.check(isAge))

const decodeImage = Problems.decoder(AnyImage)
const decodeSeed = Problems.decoder(SeedOf(AnyImage))
const decodeJson = Problems.decoder(SeedOf(ImageOf(Schema.String.check(isAge))))

/** Decodes a seed from a JSON value, or returns every problem. */
export const fromJson = (value: unknown): Result.Result<Seed, ReadonlyArray<Problems.Problem>> =>
  // a decoded age is a duration
  Result.flatMap(decodeJson(value), (json) => consistent(json as Seed))

/** Returns every problem of a seed of a program, which may have evaded the types. */
export const problemsOf = (seed: Seed): ReadonlyArray<Problems.Problem> =>
  problems(Result.flatMap(decodeSeed(seed), () => consistent(seed)))

/** Returns every problem of an image of a program. */
export const problemsOfImage = (image: ImageSeed): ReadonlyArray<Problems.Problem> => problems(decodeImage(image))

const problems = (result: Result.Result<unknown, ReadonlyArray<Problems.Problem>>): ReadonlyArray<Problems.Problem> =>
  Result.match(result, { onFailure: (problems) => problems, onSuccess: () => [] })

const consistent = (seed: Seed): Result.Result<Seed, ReadonlyArray<Problems.Problem>> => {
  const { autoscalePools = [], droplets = [], images, volumes = [] } = seed
  const problems = [
    ...twins("images", images, new Set(publicImages.map(({ id }) => id))),
    ...twins("droplets", droplets),
    ...twins("volumes", volumes),
    ...twins("autoscalePools", autoscalePools),
    ...strayMembers(droplets, autoscalePools),
    ...strangers(images, droplets),
    ...misplaced("droplets", droplets),
    ...misplaced("autoscalePools", autoscalePools)
  ]
  return problems.length === 0 ? Result.succeed(seed) : Result.fail(problems)
}

/** Duplicate ids. */
const twins = (
  place: string,
  all: ReadonlyArray<{ readonly id: number | string }>,
  taken: ReadonlySet<number | string> = new Set()
): ReadonlyArray<Problems.Problem> => {
  const seen = new Set(taken)
  return all.flatMap(({ id }, i) =>
    seen.size < seen.add(id).size
      ? []
      : [{ place: `${place}[${i}].id`, problem: `Expected an id of its own, got ${id} again` }]
  )
}

/** Images of Droplets that the seed does not contain, or that another Droplet has. */
const strangers = (images: ReadonlyArray<ImageSeed>, droplets: NonNullable<Seed["droplets"]>) =>
  notOwned(
    images,
    droplets.map(({ images }) => images),
    (d, i) => `droplets[${d}].images[${i}]`,
    "an image of this seed that no Droplet has yet"
  )

/** Members of pools that are no Droplets of the seed, or belong to another pool. */
const strayMembers = (droplets: NonNullable<Seed["droplets"]>, pools: NonNullable<Seed["autoscalePools"]>) =>
  notOwned(
    droplets,
    pools.map(({ droplets }) => droplets),
    (p, i) => `autoscalePools[${p}].droplets[${i}]`,
    "a Droplet of this seed that no pool has yet"
  )

/** Ids that owners name, of rows that do not exist or that an owner before has named. */
const notOwned = (
  rows: ReadonlyArray<{ readonly id: number }>,
  owners: ReadonlyArray<ReadonlyArray<number> | undefined>,
  place: (owner: number, index: number) => string,
  expected: string
): ReadonlyArray<Problems.Problem> => {
  const free = new Set(rows.map(({ id }) => id))
  return owners.flatMap((ids = [], owner) =>
    ids.flatMap((id, i) =>
      free.delete(id) ? [] : [{ place: place(owner, i), problem: `Expected the id of ${expected}, got ${id}` }]
    )
  )
}

/** Droplets and pools in a region without their size. */
const misplaced = (
  place: string,
  all: ReadonlyArray<{ readonly region?: string; readonly size?: string }>
): ReadonlyArray<Problems.Problem> =>
  all.flatMap(({ region, size = "" }, d) =>
    region === undefined || size === "" || regionsOf(size).includes(region)
      ? []
      : [
          {
            place: `${place}[${d}].region`,
            problem: `Expected a region that has ${size}, one of ${regionsOf(size).join(", ")}, got ${region}`
          }
        ]
  )
