import * as Size from "@effect-digitalocean/client/Size"
import * as Sizes from "@effect-digitalocean/client/Sizes"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"

const encode = Schema.encodeSync(Size.Size)

export const command = Command.make(
  "sizes",
  {},
  withAccount(Rows.fieldsOf(Size.Size), () =>
    Sizes.Sizes.use((sizes) =>
      Output.rows(
        Stream.map(sizes.list(), (size) => ({ ...encode(size) })),
        ["slug", "memory", "vcpus", "disk", "price_monthly", "available"]
      )
    ).pipe(Effect.provide(Sizes.layer))
  )
).pipe(
  Command.withDescription("List the sizes of Droplets: memory in MB, disk in GB, price in dollars a month"),
  Command.withShortDescription("List the sizes of Droplets"),
  Command.withExamples([{ command: "doimg sizes --columns slug,disk,price_monthly" }])
)
