import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Seed } from "../Seed.ts"
import { Image, id } from "./api/shared.ts"
import { regions, sizes } from "./catalog.ts"
import * as Problems from "./problems.ts"

const { id: _, name: __, created_at: ___, regions: ____, ...fields } = Image.fields

const oneOf = (kind: string, known: ReadonlyArray<string>) =>
  Schema.String.check(
    Schema.makeFilter((text) => known.includes(text) || `Expected ${kind}, one of ${known.join(", ")}, got ${text}`)
  )

const Region = oneOf("a region", [...regions.keys()])

const Time = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))) ||
      `Expected a time such as 2026-11-25T00:00:00Z, got ${text}`
  )
)

const Age = Schema.String.check(
  Schema.makeFilter(
    (text) =>
      Option.isSome(Duration.fromInput(text as Duration.Input)) || `Expected a time span such as 5 days, got ${text}`
  )
)

const optional = Schema.optionalKey

const ImageJson = Schema.Struct({
  id,
  name: Schema.NonEmptyString,
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
  tags: fields.tags,
  status: optional(fields.status),
  error_message: fields.error_message
})

const Policy = Schema.Struct({
  plan: Schema.Literals(["daily", "weekly"]),
  weekday: optional(Schema.Literals(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])),
  hour: optional(Schema.Literals([0, 4, 8, 12, 16, 20]))
})

const DropletJson = Schema.Struct({
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
  tags: optional(Schema.Array(Schema.String)),
  policy: optional(Policy),
  images: optional(Schema.Array(id))
})

const VolumeJson = Schema.Struct({
  id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  size_gigabytes: Schema.Finite,
  region: Region
})

const SeedJson = Schema.Struct({
  images: Schema.Array(ImageJson),
  droplets: optional(Schema.Array(DropletJson)),
  volumes: optional(Schema.Array(VolumeJson))
})

const decode = Problems.decoder(SeedJson)

/** A seed from a JSON value, or every problem it has. */
export const fromJson = (value: unknown): Result.Result<Seed, ReadonlyArray<Problems.Problem>> =>
  Result.flatMap(decode(value), (json) => {
    const problems = [
      ...twins("images", json.images),
      ...twins("droplets", json.droplets ?? []),
      ...twins("volumes", json.volumes ?? []),
      ...strangers(json)
    ]
    // an age that was read is a span of time
    return problems.length === 0 ? Result.succeed(json as Seed) : Result.fail(problems)
  })

/** Ids that are there twice. */
const twins = (
  place: string,
  all: ReadonlyArray<{ readonly id: number | string }>
): ReadonlyArray<Problems.Problem> => {
  const seen = new Set<number | string>()
  return all.flatMap(({ id }, i) =>
    seen.size < seen.add(id).size
      ? []
      : [{ place: `${place}[${i}].id`, problem: `Expected an id of its own, got ${id} again` }]
  )
}

/** Images of Droplets that the seed does not hold. */
const strangers = ({ droplets = [], images }: typeof SeedJson.Type): ReadonlyArray<Problems.Problem> => {
  const known = new Set(images.map(({ id }) => id))
  return droplets.flatMap((droplet, d) =>
    (droplet.images ?? []).flatMap((id, i) =>
      known.has(id)
        ? []
        : [{ place: `droplets[${d}].images[${i}]`, problem: `Expected the id of an image of this seed, got ${id}` }]
    )
  )
}
