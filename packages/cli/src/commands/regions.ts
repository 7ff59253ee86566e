import * as Region from "@effect-digitalocean/client/Region"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"

const encode = Schema.encodeSync(Region.Region)

export const command = Command.make(
  "regions",
  {},
  withAccount(Rows.fieldsOf(Region.Region), () =>
    Regions.Regions.use((regions) =>
      Output.rows(
        Stream.map(regions.list(), (region) => ({ ...encode(region) })),
        ["slug", "name", "available", "features"]
      )
    ).pipe(Effect.provide(Regions.layer))
  )
).pipe(
  Command.withDescription("List the regions"),
  Command.withExamples([{ command: "doimg regions --format csv --columns slug,name" }])
)
