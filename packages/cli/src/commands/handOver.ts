import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Confirm from "../args/Confirm.ts"
import * as ImageArguments from "../args/ImageArguments.ts"
import * as Output from "../output/Output.ts"
import * as Rows from "../output/Rows.ts"
import * as Plan from "../output/Plan.ts"
import { UsageError } from "../errors/Usage.ts"
import { dryRun, yes } from "../args/ChangeFlags.ts"
import { image } from "../args/ImageFlags.ts"
import { withAccount } from "../run/Account.ts"

const Id = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

const transferFields = ["image_id", "transfer_id", "result"]

/** Withdrawing an offer gives nothing away. */
const isPlanOnly = (input: Confirm.Input & { readonly cancel: Option.Option<number> }): boolean =>
  Option.isSome(input.cancel) ? input.dryRun : Confirm.isPlanOnly(input)

export const command = Command.make(
  "hand-over",
  {
    image,
    team: Flag.String("to-team").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("The team that gets it"),
      Flag.optional
    ),
    email: Flag.String("to-email").pipe(
      Flag.withMetavar("EMAIL"),
      Flag.withDescription("The account that gets it"),
      Flag.optional
    ),
    cancel: Flag.Int("cancel").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Withdraw the offer of this transfer id"),
      Flag.withSchema(Id),
      Flag.optional
    ),
    yes,
    dryRun
  },
  withAccount(
    (input) => (isPlanOnly(input) ? Plan.fields : transferFields),
    (input) =>
      Effect.gen(function* () {
        const transfers = yield* AccountTransfers.AccountTransfers
        const given = [input.team, input.email, input.cancel].filter(({ _tag }) => _tag === "Some")
        if (given.length !== 1) {
          return yield* new UsageError({ problem: "give one of --to-team UUID, --to-email EMAIL and --cancel ID" })
        }
        const found = yield* ImageArguments.resolveOne(input.image)
        const path = { image_id: found.id }
        if (Option.isSome(input.cancel)) {
          const transfer_id = input.cancel.value
          const request = RequestDescription.of(AccountTransfers.endpoints.cancel, { path, body: { transfer_id } })
          if (input.dryRun) return yield* Plan.print([{ resource: found, does: "withdraw", request }])
          yield* transfers.cancel(found, transfer_id)
          return yield* Output.one({ image_id: found.id, transfer_id, result: "withdrawn" })
        }
        const recipient: AccountTransfers.Recipient = Option.isSome(input.team)
          ? { recipient_uuid: input.team.value }
          : { recipient_email: Option.getOrElse(input.email, () => "") }
        const request = RequestDescription.of(AccountTransfers.endpoints.create, { path, body: recipient })
        const offering = { resource: found, does: "offer", request }
        if (isPlanOnly(input)) return yield* Effect.andThen(Plan.print([offering]), Confirm.endPlan(input))
        const to = Option.getOrElse(input.team, () => Option.getOrElse(input.email, () => ""))
        const table = yield* Output.onStderr(Rows.imageColumns, [Rows.image(found)])
        yield* Confirm.confirm(
          table,
          `Hand this image over to ${to}? It leaves this account when it is accepted.`,
          input
        )
        const offer = yield* transfers.create(found, recipient)
        return yield* Output.one(
          offer._tag === "Pending"
            ? { image_id: found.id, transfer_id: offer.transfer_id, result: "pending" }
            : { image_id: found.id, transfer_id: 0, result: "accepted" }
        )
      }).pipe(Effect.provide(AccountTransfers.layer))
  )
).pipe(
  Command.withDescription(
    "Offer a snapshot to another account or team. The image moves: it is gone here when it is accepted there. Shows the image and asks on a terminal; elsewhere --yes is needed. Prints the transfer id that doimg accept needs, or 0 when it is accepted already"
  ),
  Command.withShortDescription("Offer a snapshot to another account"),
  Command.withExamples([
    { command: "doimg hand-over golden --to-email ops@example.com --yes --json | jq '.[].transfer_id'" },
    { command: "doimg hand-over golden --cancel 12345", description: "Take the offer back" }
  ])
)
