/**
 * `hand-over` and `accept`: an image moves to another account, each side with its own token.
 *
 * @since 0.1.0
 */
import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ImageArguments from "../ImageArguments.ts"
import * as Output from "../Output.ts"
import * as Plan from "../Plan.ts"
import * as Rows from "../Rows.ts"
import { UsageError } from "../Usage.ts"
import { dryRun, image, onAccount } from "./shared.ts"

const Id = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

const services = Layer.mergeAll(AccountTransfers.layer, Accounts.layer)

const transferFields = ["image_id", "transfer_id", "result"]

export const handOver = Command.make(
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
    dryRun
  },
  onAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : transferFields),
    (input) =>
      Effect.gen(function* () {
        const transfers = yield* AccountTransfers.AccountTransfers
        const given = [input.team, input.email, input.cancel].filter(({ _tag }) => _tag === "Some")
        if (given.length !== 1) {
          return yield* new UsageError({ problem: "give one of --to-team UUID, --to-email EMAIL and --cancel ID" })
        }
        const found = yield* ImageArguments.resolveOne(input.image)
        const path = `/v2/images/${found.id}/account_transfer`
        const step = { image: found, method: "POST" as const }
        if (Option.isSome(input.cancel)) {
          const transfer_id = input.cancel.value
          const body = { transfer_id }
          if (input.dryRun) return yield* Plan.print([{ ...step, does: "withdraw", path: `${path}/cancel`, body }])
          yield* transfers.cancel(found, transfer_id)
          return yield* Output.one({ image_id: found.id, transfer_id, result: "withdrawn" })
        }
        const recipient: AccountTransfers.Recipient = Option.isSome(input.team)
          ? { recipient_uuid: input.team.value }
          : { recipient_email: Option.getOrElse(input.email, () => "") }
        if (input.dryRun) return yield* Plan.print([{ ...step, does: "offer", path, body: recipient }])
        const offer = yield* transfers.create(found, recipient)
        return yield* Output.one(
          offer._tag === "Pending"
            ? { image_id: found.id, transfer_id: offer.transfer_id, result: "pending" }
            : { image_id: found.id, transfer_id: 0, result: "accepted" }
        )
      }).pipe(Effect.provide(services))
  )
).pipe(
  Command.withDescription(
    "Offer a snapshot to another account or team. The image moves: it is gone here when it is accepted there. Prints the transfer id that doimg accept needs, or 0 when it is accepted already"
  ),
  Command.withShortDescription("Offer a snapshot to another account"),
  Command.withExamples([
    { command: "doimg hand-over golden --to-email ops@example.com --format json | jq .transfer_id" },
    { command: "doimg hand-over golden --cancel 12345", description: "Take the offer back" }
  ])
)

export const accept = Command.make(
  "accept",
  {
    image: Argument.Int("id").pipe(
      Argument.withMetavar("IMAGE"),
      Argument.withDescription("The id of the offered image; its name is not visible here yet"),
      Argument.withSchema(Id)
    ),
    transfer: Flag.Int("transfer-id").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("The transfer id that doimg hand-over printed"),
      Flag.withSchema(Id)
    ),
    team: Flag.String("team").pipe(
      Flag.withMetavar("UUID"),
      Flag.withDescription("The team that gets it; else the token's"),
      Flag.optional
    ),
    decline: Flag.Boolean("decline").pipe(
      Flag.withDescription("Refuse it"),
      Flag.withoutNegation,
      Flag.withDefault(false)
    ),
    dryRun
  },
  onAccount(
    ({ dryRun }) => (dryRun ? ["id", "does", "method", "path", "body"] : transferFields),
    (input) =>
      Effect.gen(function* () {
        const transfers = yield* AccountTransfers.AccountTransfers
        const { image, transfer: transfer_id } = input
        const uuid = input.decline ? undefined : yield* teamOf(input.team)
        const word = input.decline ? "decline" : "accept"
        if (input.dryRun) {
          const body = { transfer_id, ...(uuid === undefined ? {} : { recipient_uuid: uuid }) }
          const path = `/v2/images/${image}/account_transfer/${word}`
          return yield* Output.one(Rows.own({ id: image, does: word, method: "POST", path, body }))
        }
        yield* uuid === undefined
          ? transfers.decline(image, transfer_id)
          : transfers.accept(image, transfer_id, { recipient_uuid: uuid })
        return yield* Output.one({ image_id: image, transfer_id, result: input.decline ? "declined" : "accepted" })
      }).pipe(Effect.provide(services))
  )
).pipe(
  Command.withDescription("Take an image that another account has offered, or refuse it with --decline"),
  Command.withExamples([
    { command: "doimg accept 7938291 --transfer-id 12345" },
    { command: "doimg accept 7938291 --transfer-id 12345 --decline" }
  ])
)

const teamOf = Effect.fnUntraced(function* (given: Option.Option<string>) {
  if (Option.isSome(given)) return given.value
  const { team } = yield* Accounts.Accounts.use(({ get }) => get)
  if (team === null) return yield* new UsageError({ problem: "the token's account tells no team: give --team UUID" })
  return team.uuid
})
