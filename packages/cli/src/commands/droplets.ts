import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { optionalText } from "../args/ListFlags.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"
import * as NamePattern from "../text/NamePattern.ts"

const encode = Schema.encodeSync(Droplet.Droplet)

export const command = Command.make(
  "droplets",
  {
    tag: optionalText("tag", "TAG", "Droplets with this tag"),
    name: optionalText("name", "PATTERN", "Droplets whose name matches; * is any text, ? any character"),
    region: optionalText("region", "REGION", "Droplets in this region")
  },
  withAccount(
    Rows.fieldsOf(Droplet.Droplet),
    Effect.fnUntraced(
      function* ({ name, region, tag }) {
        const droplets = yield* Droplets.Droplets
        // a list without a tag has no GPU Droplets, which are a list of their own
        const all = Option.match(tag, {
          onNone: () => Stream.concat(droplets.list(), droplets.list({ type: "gpus" })),
          onSome: (tag_name) => droplets.list({ tag_name })
        })
        const fits = Option.match(name, { onNone: () => () => true, onSome: NamePattern.make })
        const shown = all.pipe(
          Stream.filter((droplet) => fits(droplet.name)),
          Stream.filter((droplet) => Option.isNone(region) || droplet.region?.slug === region.value),
          Stream.map((droplet) => ({ ...encode(droplet) }))
        )
        return yield* Output.rows(shown, [
          ...["id", "name", "status", "region.slug", "size_slug", "image.name", "tags", "created_at"]
        ])
      },
      Effect.provide(Layer.effect(Droplets.Droplets, Droplets.make))
    )
  )
).pipe(
  Command.withDescription("List the account's Droplets, GPU Droplets too"),
  Command.withExamples([
    { command: "doimg droplets", description: "What a snapshot can be taken of" },
    { command: "doimg droplets --tag web --json", description: "Those with a tag, as JSON" }
  ])
)
