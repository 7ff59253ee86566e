import type { Accounts as AccountsService } from "@effect-digitalocean/client/Accounts"
import type { AccountTransfers } from "@effect-digitalocean/client/AccountTransfers"
import type { Actions } from "@effect-digitalocean/client/Actions"
import type { Images } from "@effect-digitalocean/client/Images"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

type Sender = Images | Actions | AccountTransfers

type Recipient = Images | AccountTransfers | AccountsService

/** Documented at `HandOver`. */
export class Accounts extends Context.Service<
  Accounts,
  {
    /** The services of the account that has the image. */
    readonly from: Context.Context<Sender>
    /** The services of the account that receives it. */
    readonly to: Context.Context<Recipient>
  }
>()("@effect-digitalocean/jobs/HandOver/Accounts") {}

/** Works with the account of the sender. */
export const asSender = <A, E>(work: Effect.Effect<A, E, Sender>): Effect.Effect<A, E, Accounts> =>
  Accounts.use(({ from }) => Effect.provide(work, from))

/** Works with the account of the recipient. */
export const asRecipient = <A, E>(work: Effect.Effect<A, E, Recipient>): Effect.Effect<A, E, Accounts> =>
  Accounts.use(({ to }) => Effect.provide(work, to))
