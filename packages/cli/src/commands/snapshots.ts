import * as Snapshot from "@effect-digitalocean/client/Snapshot"
import * as Snapshots from "@effect-digitalocean/client/Snapshots"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import { withAccount } from "../run/Account.ts"

const encode = Schema.encodeSync(Snapshot.Snapshot)

export const command = Command.make(
  "snapshots",
  {
    of: Flag.Literals("of", ["droplet", "volume"]).pipe(
      Flag.withMetavar("KIND"),
      Flag.withDescription("Those of Droplets, or of volumes"),
      Flag.optional
    )
  },
  withAccount(
    Rows.fieldsOf(Snapshot.Snapshot),
    Effect.fnUntraced(function* ({ of }) {
      const snapshots = yield* Snapshots.Snapshots
      const all = snapshots.list({ resource_type: Option.getOrUndefined(of) })
      return yield* Output.rows(
        Stream.map(all, (snapshot) => ({ ...encode(snapshot) })),
        ["id", "name", "resource_type", "resource_id", "regions", "size_gigabytes", "tags", "created_at"]
      )
    }, Effect.provide(Snapshots.layer))
  )
).pipe(
  Command.withDescription("List the snapshots of Droplets and of volumes, with what each is of"),
  Command.withShortDescription("List the snapshots of Droplets and of volumes"),
  Command.withExamples([
    { command: "doimg snapshots", description: "All" },
    { command: "doimg snapshots --of volume", description: "Those of volumes, which are no images" }
  ])
)
