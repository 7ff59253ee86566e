import * as Image from "@effect-digitalocean/client/Image"
import * as Images from "@effect-digitalocean/client/Images"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"
import * as NamePattern from "../text/NamePattern.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { UsageError } from "../errors/Usage.ts"
import { withAccount } from "../run/Account.ts"

const which = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withoutNegation, Flag.withDefault(false))

const only = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    // of a variable that is not set
    Flag.filter(
      (text) => text.trim() !== "",
      () => `Expected a ${metavar}`
    ),
    Flag.optional
  )

const flags = {
  private: which("private", "Only the account's own images"),
  distribution: which("distribution", "Only DigitalOcean's distributions"),
  application: which("application", "Only DigitalOcean's applications"),
  tag: only("tag", "TAG", "Only images with this tag"),
  region: only("region", "REGION", "Only images that are in this region"),
  type: only("type", "TYPE", "Only images of this type: snapshot, backup, custom, base"),
  name: only("name", "PATTERN", "Only images whose name matches; * is any text, ? any character"),
  sort: only("sort", "FIELD", "Sort by this field, such as name or created_at; -FIELD for the greatest first")
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
      const rows = images.list(yield* filterOf(input)).pipe(Stream.filter(matches(input)), Stream.map(Rows.image))
      const own = input.private || Option.isSome(input.tag)
      const columns = own ? Rows.imageColumns : Rows.publicColumns
      if (Option.isNone(sort)) return yield* Output.rows(rows, columns)
      const order = byField(sort.value.field)
      const all = yield* Stream.runCollect(rows)
      return yield* Output.rows(all.toSorted(sort.value.flip ? Order.flip(order) : order), columns)
    })
  )
).pipe(
  Command.withAlias("ls"),
  Command.withDescription(
    "List images. DigitalOcean filters by --private, --distribution, --application and --tag, one of them at a time; the other filters are applied to what it answers"
  ),
  Command.withShortDescription("List images"),
  Command.withExamples([
    { command: "doimg list --private", description: "The account's own images" },
    { command: "doimg list --private --type snapshot --name 'web-*' --sort -created_at", description: "Newest first" },
    { command: "doimg list --distribution --format json --columns slug,regions", description: "Some fields, as JSON" },
    {
      command: "doimg list --format ndjson | head -n 3",
      description: "Rows as they arrive; no more pages are asked for"
    }
  ])
)

type Input = {
  readonly [K in "private" | "distribution" | "application"]: boolean
} & { readonly [K in "tag" | "region" | "type" | "name" | "sort"]: Option.Option<string> }

const filterOf = (input: Input): Effect.Effect<Images.Filter, UsageError> => {
  const given = [
    ...(["private", "distribution", "application"] as const).filter((name) => input[name]),
    ...(Option.isSome(input.tag) ? ["tag"] : [])
  ]
  if (given.length > 1) {
    const problem = `${given.map((name) => `--${name}`).join(" and ")}: DigitalOcean filters by one of them at a time`
    // a tag on private images is what people mean, and tagged images are private
    if (!(given.length === 2 && given.includes("private") && given.includes("tag"))) {
      return Effect.fail(new UsageError({ problem }))
    }
  }
  if (Option.isSome(input.tag)) return Effect.succeed({ tag_name: input.tag.value })
  if (input.distribution) return Effect.succeed({ type: "distribution" })
  if (input.application) return Effect.succeed({ type: "application" })
  return Effect.succeed(input.private ? { private: true } : {})
}

const matches = ({ name, private: own, region, type }: Input) => {
  const pattern = Option.map(name, NamePattern.make)
  return (image: Image.Image): boolean =>
    (!own || Image.isPrivate(image)) &&
    Option.match(region, { onNone: () => true, onSome: (slug) => image.regions.includes(slug) }) &&
    Option.match(type, { onNone: () => true, onSome: (type) => image.type.toLowerCase() === type.toLowerCase() }) &&
    Option.match(pattern, { onNone: () => true, onSome: (fits) => fits(image.name) })
}

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
