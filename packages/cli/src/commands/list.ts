import * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as NamePattern from "../text/NamePattern.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { optionalText } from "../args/ListFlags.ts"
import { UsageError } from "../errors/Usage.ts"
import { withAccount } from "../run/Account.ts"

const which = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withoutNegation, Flag.withDefault(false))

const flags = {
  private: which("private", "The account's own images; so it is without a flag"),
  public: which("public", "DigitalOcean's images"),
  application: which("application", "DigitalOcean's applications"),
  slug: optionalText("slug", "PATTERN", "DigitalOcean's images whose slug matches; * is any text, ? any character"),
  tag: optionalText("tag", "TAG", "Images with this tag"),
  distribution: optionalText("distribution", "NAME", "Images of this distribution, such as Ubuntu"),
  region: optionalText("region", "REGION", "Images that are in this region"),
  type: optionalText("type", "TYPE", "Images of this type: snapshot, backup, custom, base"),
  name: optionalText("name", "PATTERN", "Images whose name matches; * is any text, ? any character"),
  sort: optionalText("sort", "FIELD", "Sort by this field, such as name or created_at; -FIELD for the greatest first"),
  limit: Flag.Int("limit").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("The first N images"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
    Flag.optional
  )
}

export const command = Command.make(
  "list",
  flags,
  withAccount(
    Rows.imageFields,
    Effect.fnUntraced(function* (input) {
      const images = yield* Images.Images
      const sort = Option.map(input.sort, (field) => ({
        field: field.replace(/^[-+]/, ""),
        flip: field.startsWith("-")
      }))
      if (Option.isSome(sort)) yield* checkSort(sort.value.field)
      const origin = yield* originOf(input)
      const columns = origin === "own" ? Rows.imageColumns : Rows.publicColumns
      const limit = Option.getOrElse(input.limit, () => Number.POSITIVE_INFINITY)
      const rows = images
        .list(filterOf(origin, input))
        .pipe(Stream.filter(matches(origin, input)), Stream.map(Rows.image))
      if (Option.isNone(sort)) return yield* Output.rows(Stream.take(rows, limit), columns)
      const order = byField(sort.value.field)
      const all = yield* Stream.runCollect(rows)
      const sorted = all.toSorted(sort.value.flip ? Order.flip(order) : order)
      return yield* Output.rows(sorted.slice(0, limit), columns)
    })
  )
).pipe(
  Command.withAlias("ls"),
  Command.withDescription(
    "List images: the account's own, or DigitalOcean's with --public, --application or --slug. Every other filter is applied to those"
  ),
  Command.withShortDescription("List images"),
  Command.withExamples([
    { command: "doimg list", description: "The account's own images" },
    {
      command: "doimg list --type snapshot --name 'web-*' --sort -created_at --limit 3",
      description: "The newest three"
    },
    { command: "doimg list --slug 'ubuntu-*'", description: "DigitalOcean's images, by their slugs" },
    { command: "doimg list --public --distribution Debian --json --columns slug,regions", description: "Some fields" },
    {
      command: "doimg list --public -o ndjson | head -n 3",
      description: "Rows as they arrive; no more pages are requested"
    }
  ])
)

type Input = {
  readonly [K in "private" | "public" | "application"]: boolean
} & {
  readonly [K in "slug" | "tag" | "region" | "type" | "distribution" | "name"]: Option.Option<string>
}

/** Whose images are listed: a tag is on an own one, and only DigitalOcean's have slugs. */
type Origin = "own" | "public" | "application"

const originOf = (input: Input): Effect.Effect<Origin, UsageError> => {
  const own = [...(input.private ? ["--private"] : []), ...(Option.isSome(input.tag) ? ["--tag"] : [])]
  const others = [
    ...(input.public ? ["--public"] : []),
    ...(input.application ? ["--application"] : []),
    ...(Option.isSome(input.slug) ? ["--slug"] : [])
  ]
  if (own.length > 0 && others.length > 0) {
    const problem = `${own[0]} selects the account's images, and ${others[0]} DigitalOcean's: give one of them`
    return Effect.fail(new UsageError({ problem }))
  }
  return Effect.succeed(input.application ? "application" : others.length > 0 ? "public" : "own")
}

const filterOf = (origin: Origin, { tag }: Input): Images.Filter => {
  if (Option.isSome(tag)) return { tag_name: tag.value }
  return origin === "own" ? { private: true } : origin === "application" ? { type: "application" } : {}
}

const matches = (origin: Origin, input: Input) => {
  const { distribution, region, type } = input
  const [name, slug] = [Option.map(input.name, NamePattern.make), Option.map(input.slug, NamePattern.make)]
  const holds = <A>(wanted: Option.Option<A>, fits: (wanted: A) => boolean) =>
    Option.match(wanted, { onNone: () => true, onSome: fits })
  return (image: Image.Image): boolean =>
    Image.isPrivate(image) === (origin === "own") &&
    holds(region, (slug) => image.regions.includes(slug)) &&
    holds(type, (type) => isAlike(image.type, type)) &&
    holds(distribution, (name) => isAlike(image.distribution ?? "", name)) &&
    holds(name, (fits) => fits(image.name)) &&
    holds(slug, (fits) => fits(image.slug ?? ""))
}

const isAlike = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const checkSort = (field: string): Effect.Effect<void, UsageError> => {
  if (Rows.imageFields.includes(field)) return Effect.void
  const problem = `--sort: there is no field ${field}; there are ${Rows.imageFields.join(", ")}`
  return Effect.fail(new UsageError({ problem }))
}

/** Numbers by size, other values by their text; what is absent comes first. */
const byField = (field: string): Order.Order<Output.Row> =>
  Order.make((a, b) => {
    const [left, right] = [a[field] ?? "", b[field] ?? ""]
    if (typeof left === "number" && typeof right === "number") return Math.sign(left - right) as -1 | 0 | 1
    return Math.sign(String(left).localeCompare(String(right), "en")) as -1 | 0 | 1
  })
