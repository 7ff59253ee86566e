import * as Accounts from "@effect-digitalocean/client/Accounts"
import * as AccountTransfers from "@effect-digitalocean/client/AccountTransfers"
import * as RequestDescription from "@effect-digitalocean/client/RequestDescription"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Output from "../output/Output.ts"
import * as Plan from "../output/Plan.ts"
import { UsageError } from "../errors/Usage.ts"
import { dryRun } from "../args/ChangeFlags.ts"
import { withAccount } from "../run/Account.ts"

const Id = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

const services = Layer.mergeAll(AccountTransfers.layer, Accounts.layer)

const transferFields = ["image_id", "transfer_id", "result"]

export const command = Command.make(
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
  withAccount(
    ({ dryRun }) => (dryRun ? Plan.fields : transferFields),
    (input) =>
      Effect.gen(function* () {
        const transfers = yield* AccountTransfers.AccountTransfers
        const { image, transfer: transfer_id } = input
        const uuid = input.decline ? undefined : yield* teamOf(input.team)
        const word = input.decline ? "decline" : "accept"
        if (input.dryRun) {
          const path = { image_id: image }
          const request =
            uuid === undefined
              ? RequestDescription.of(AccountTransfers.endpoints.decline, { path, body: { transfer_id } })
              : RequestDescription.of(AccountTransfers.endpoints.accept, {
                  path,
                  body: { transfer_id, recipient_uuid: uuid }
                })
          return yield* Plan.print([{ resource: { id: image, name: "" }, does: word, request }])
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
