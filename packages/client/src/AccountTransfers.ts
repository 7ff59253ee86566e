/**
 * Service to transfer an image to another account or team.
 *
 * The image moves: the sender loses it when the recipient accepts. Only snapshots can be transferred. The API has no
 * endpoint to list or get a pending transfer. To find out whether it was accepted, check which account has the image.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { DigitalOceanClient } from "./DigitalOceanClient.ts"
import { DigitalOceanError, InvalidInput } from "./DigitalOceanError.ts"
import * as Endpoint from "./Endpoint.ts"
import * as Image from "./Image.ts"
import { id, idOrNone, refId } from "./internal/model/id.ts"

/**
 * A pending transfer's id.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = id.pipe(Schema.brand("AccountTransferId"))

/**
 * A pending transfer's id.
 *
 * @category models
 * @since 0.1.0
 */
export type Id = typeof Id.Type

/**
 * The image already belongs to the recipient. The sender is allowed to accept for that team, so DigitalOcean accepted
 * immediately (transfer id 0). There is nothing to accept, decline or cancel.
 *
 * @category models
 * @since 0.1.0
 */
export const Accepted = Schema.TaggedStruct("Accepted", {})

/**
 * The recipient has to accept. Until then the sender can cancel.
 *
 * @category models
 * @since 0.1.0
 */
export const Pending = Schema.TaggedStruct("Pending", {
  /** identifies the offer; the recipient needs it to accept it */
  transfer_id: Id
})

/**
 * Schema for the result of an offer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const AccountTransfer = Schema.Union([Accepted, Pending])

/**
 * The result of an offer.
 *
 * @category models
 * @since 0.1.0
 */
export type AccountTransfer = typeof AccountTransfer.Type

/**
 * A pending transfer, or its id.
 *
 * @category models
 * @since 0.1.0
 */
export type Ref = typeof Pending.Type | Id | number

/**
 * Returns the id of a pending transfer, given as a model or as an id. The id is not validated here:
 * an operation with an invalid id fails with `InvalidInput` and sends no request.
 *
 * @category getters
 * @since 0.1.0
 */
export const idOf = (transfer: Ref): Id =>
  refId(Predicate.hasProperty(transfer, "transfer_id") ? transfer.transfer_id : transfer)

/**
 * The recipient of an image: either an e-mail address or the UUID of a team.
 *
 * @category models
 * @since 0.1.0
 */
export type Recipient =
  | {
      /** the email address of the account that receives the image */
      readonly recipient_email: string
      /** the UUID of the team that receives the image */
      readonly recipient_uuid?: never
    }
  | {
      /** the UUID of the team that receives the image */
      readonly recipient_uuid: string
      /** the email address of the account that receives the image */
      readonly recipient_email?: never
    }

/**
 * Service for transfers of images between accounts.
 *
 * @category services
 * @since 0.1.0
 */
export class AccountTransfers extends Context.Service<
  AccountTransfers,
  {
    /**
     * Offers an image to another account or team.
     *
     * `POST /v2/images/{image_id}/account_transfer`. Not retried if the outcome is unknown: check whether the account
     * still has the image. https://docs.digitalocean.com/reference/api/digitalocean/#tag/Images
     */
    readonly create: (image: Image.Ref, recipient: Recipient) => Effect.Effect<AccountTransfer, DigitalOceanError>
    /** Accepts an offered image for the team `recipient_uuid`, as the recipient. */
    readonly accept: (
      image: Image.Ref,
      transfer: Ref,
      recipient: { readonly recipient_uuid: string }
    ) => Effect.Effect<void, DigitalOceanError>
    /** Cancels an offer, as the sender. */
    readonly cancel: (image: Image.Ref, transfer: Ref) => Effect.Effect<void, DigitalOceanError>
    /** Declines an offered image, as the recipient. */
    readonly decline: (image: Image.Ref, transfer: Ref) => Effect.Effect<void, DigitalOceanError>
  }
>()("@effect-digitalocean/client/AccountTransfers") {}

const Text = Schema.String.check(
  Schema.makeFilter((text: string) => text.trim() !== "" || "Expected a non-blank string")
)

const decodeTransfer = Endpoint.json(Schema.Struct({ transfer_id: idOrNone }))

const post = <B, A = void>(
  operation: string,
  path: string,
  scopes: ReadonlyArray<string>,
  body: Schema.Codec<B, unknown>,
  decode?: Endpoint.Decode<A>
) =>
  Endpoint.make(`AccountTransfers.${operation}`, {
    method: "POST",
    path: `/v2/images/{image_id}/account_transfer${path}` as "/v2/images/{image_id}/account_transfer",
    scopes,
    docs: `Images/operation/images_post_account_transfer_${operation}`,
    body,
    decode
  })

/**
 * The operations as data: method, path, scopes, documentation.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoints = {
  create: post(
    "create",
    "",
    ["image:update", "image:delete"],
    Schema.Struct({ recipient_email: Schema.optional(Text), recipient_uuid: Schema.optional(Text) }),
    (json) =>
      Effect.map(
        decodeTransfer(json),
        ({ transfer_id }): AccountTransfer =>
          transfer_id === 0 ? Accepted.make({}) : Pending.make({ transfer_id: Id.make(transfer_id) })
      )
  ),
  accept: post("accept", "/accept", ["image:create"], Schema.Struct({ transfer_id: id, recipient_uuid: Text })),
  cancel: post("cancel", "/cancel", ["image:update"], Schema.Struct({ transfer_id: id })),
  decline: post("decline", "/decline", ["image:create"], Schema.Struct({ transfer_id: id }))
} as const

/**
 * Creates the service from a client.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<AccountTransfers["Service"], never, DigitalOceanClient> = Effect.map(
  DigitalOceanClient,
  (client) => {
    const path = (image: Image.Ref) => ({ image_id: Image.idOf(image) })
    return AccountTransfers.of({
      create: (image, recipient) =>
        (recipient.recipient_email === undefined) === (recipient.recipient_uuid === undefined)
          ? notOneRecipient
          : client.run(endpoints.create, { path: path(image), body: recipient }),
      accept: (image, transfer, { recipient_uuid }) =>
        client.run(endpoints.accept, { path: path(image), body: { transfer_id: idOf(transfer), recipient_uuid } }),
      cancel: (image, transfer) =>
        client.run(endpoints.cancel, { path: path(image), body: { transfer_id: idOf(transfer) } }),
      decline: (image, transfer) =>
        client.run(endpoints.decline, { path: path(image), body: { transfer_id: idOf(transfer) } })
    })
  }
)

/**
 * Layer that provides the service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<AccountTransfers, never, DigitalOceanClient> = Layer.effect(AccountTransfers, make)

/**
 * Layer for tests that provides the given methods. Any other method dies with `UnimplementedError`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTest = (methods: Partial<AccountTransfers["Service"]>): Layer.Layer<AccountTransfers> =>
  Layer.mock(AccountTransfers, methods)

const notOneRecipient = Effect.suspend(() =>
  Effect.fail(
    new DigitalOceanError({
      operation: endpoints.create.operation,
      reason: new InvalidInput({
        field: "recipient",
        problem: "expected exactly one of recipient_email and recipient_uuid"
      })
    })
  )
)
