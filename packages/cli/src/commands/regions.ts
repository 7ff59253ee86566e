/**
 * `regions`, `sizes` and `tags`: what the account may use.
 *
 * @since 0.1.0
 */
import * as Region from "@effect-digitalocean/client/Region"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Size from "@effect-digitalocean/client/Size"
import * as Sizes from "@effect-digitalocean/client/Sizes"
import * as Tag from "@effect-digitalocean/client/Tag"
import * as Tags from "@effect-digitalocean/client/Tags"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { onAccount } from "../run/Account.ts"

const encodeRegion = Schema.encodeSync(Region.Region)
const encodeSize = Schema.encodeSync(Size.Size)
const encodeTag = Schema.encodeSync(Tag.Tag)

export const regions = Command.make(
  "regions",
  {},
  onAccount(Rows.fieldsOf(Region.Region), () =>
    Regions.Regions.use((regions) =>
      Output.rows(
        Stream.map(regions.list(), (region) => ({ ...encodeRegion(region) })),
        ["slug", "name", "available", "features"]
      )
    ).pipe(Effect.provide(Regions.layer))
  )
).pipe(
  Command.withDescription("List the regions"),
  Command.withExamples([{ command: "doimg regions --format csv --columns slug,name" }])
)

export const sizes = Command.make(
  "sizes",
  {},
  onAccount(Rows.fieldsOf(Size.Size), () =>
    Sizes.Sizes.use((sizes) =>
      Output.rows(
        Stream.map(sizes.list(), (size) => ({ ...encodeSize(size) })),
        ["slug", "memory", "vcpus", "disk", "price_monthly", "available"]
      )
    ).pipe(Effect.provide(Sizes.layer))
  )
).pipe(
  Command.withDescription("List the sizes of Droplets: memory in MB, disk in GB, price in dollars a month"),
  Command.withShortDescription("List the sizes of Droplets"),
  Command.withExamples([{ command: "doimg sizes --columns slug,disk,price_monthly" }])
)

export const tags = Command.make(
  "tags",
  {},
  onAccount(Rows.fieldsOf(Tag.Tag), () =>
    Tags.Tags.use((tags) =>
      Output.rows(
        Stream.map(tags.list(), (tag) => ({ ...encodeTag(tag) })),
        ["name", "resources.count", "resources.images.count", "resources.droplets.count"]
      )
    ).pipe(Effect.provide(Tags.layer))
  )
).pipe(
  Command.withDescription("List the tags, with how many resources carry each"),
  Command.withExamples([{ command: "doimg tags" }, { command: "doimg list --tag web" }])
)
