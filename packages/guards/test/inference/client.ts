// Type tests, checked by the compiler (npm run check:types). Nothing here is executed.
import {
  type Accounts,
  type AccountTransfers,
  Action,
  Actions,
  type AutoscalePools,
  DigitalOcean,
  DigitalOceanClient,
  DigitalOceanError,
  type Droplets,
  Endpoint,
  Image,
  Images,
  Page,
  type RateLimit,
  type Regions,
  type Sizes,
  type Snapshots,
  type SshKeys,
  type Tags,
  type Volumes
} from "@effect-digitalocean/client"
import type * as Config from "effect/Config"
import type * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { expectTypeOf } from "vitest"

type Failure = DigitalOceanError.DigitalOceanError

interface Key {
  readonly id: number
  readonly name: string
}

const Key = Schema.Struct({ id: Schema.Int, name: Schema.String })
const details = { scopes: ["ssh_key:read"], docs: "SSH-Keys" }

const getKey = Endpoint.make("Keys.get", {
  method: "GET",
  path: "/v2/account/keys/{key_id}",
  ...details,
  decode: Endpoint.field("ssh_key", Key)
})

const listKeys = Endpoint.make("Keys.list", {
  method: "GET",
  path: "/v2/account/keys",
  ...details,
  query: Schema.Struct(Page.query),
  decode: Page.decode("ssh_keys", Key)
})

const renameKey = Endpoint.make("Keys.rename", {
  method: "PUT",
  path: "/v2/account/keys/{key_id}",
  ...details,
  body: Schema.Struct({ name: Schema.String })
})

/** What a client observes has types of its own. */
export const observed = ({ now, rateLimit, rateLimits }: DigitalOceanClient.DigitalOceanClient["Service"]): void => {
  expectTypeOf(now).toEqualTypeOf<Effect.Effect<DateTime.Utc>>()
  expectTypeOf(rateLimit).toEqualTypeOf<Effect.Effect<Option.Option<RateLimit.RateLimit>>>()
  expectTypeOf(rateLimits).toEqualTypeOf<Stream.Stream<RateLimit.RateLimit>>()
}

/** `Endpoint.PathParams` requires a value for each placeholder. */
export const pathParams = (): void => {
  type Params = Endpoint.PathParams<"/v2/images/{image_id}/actions/{action_id}">
  expectTypeOf<Params["image_id"]>().toEqualTypeOf<string | number>()
  expectTypeOf<keyof Params>().toEqualTypeOf<"image_id" | "action_id">()
  expectTypeOf<Endpoint.PathParams<"/v2/images">>().toEqualTypeOf<unknown>()
}

/** `Endpoint.make` infers result, path, query and body. */
export const endpoint = (): void => {
  expectTypeOf(getKey).toEqualTypeOf<Endpoint.Endpoint<Key, "/v2/account/keys/{key_id}", never, never>>()
  expectTypeOf(listKeys).toEqualTypeOf<Endpoint.Endpoint<Page.Page<Key>, "/v2/account/keys", Page.Query, never>>()
  expectTypeOf(renameKey).toEqualTypeOf<
    Endpoint.Endpoint<void, "/v2/account/keys/{key_id}", never, { readonly name: string }>
  >()
}

/** `run` returns the result of the endpoint, and requires the path parameters if there are any. */
export const run = ({ request, run }: DigitalOceanClient.DigitalOceanClient["Service"]): void => {
  expectTypeOf(run(getKey, { path: { key_id: 1 } })).toEqualTypeOf<Effect.Effect<Key, Failure>>()
  expectTypeOf(run(listKeys)).toEqualTypeOf<Effect.Effect<Page.Page<Key>, Failure>>()
  expectTypeOf(run(listKeys, { query: { page: 2 } })).toEqualTypeOf<Effect.Effect<Page.Page<Key>, Failure>>()
  expectTypeOf(run(renameKey, { path: { key_id: 1 }, body: { name: "a" } })).toEqualTypeOf<
    Effect.Effect<void, Failure>
  >()
  // @ts-expect-error: the path has a placeholder
  expectTypeOf(run(getKey)).toBeObject()
  // @ts-expect-error: the placeholder has another name
  expectTypeOf(run(getKey, { path: { id: 1 } })).toBeObject()
  // @ts-expect-error: a page is a number
  expectTypeOf(run(listKeys, { query: { page: "2" } })).toBeObject()
  // @ts-expect-error: the body has another field
  expectTypeOf(run(renameKey, { path: { key_id: 1 }, body: { title: "a" } })).toBeObject()

  expectTypeOf(request({ method: "GET", path: "/v2/account/keys", schema: Key })).toEqualTypeOf<
    Effect.Effect<Key, Failure>
  >()
  expectTypeOf(request({ method: "DELETE", path: "/v2/account/keys/1" })).toEqualTypeOf<Effect.Effect<void, Failure>>()
}

/** A listing is a stream that takes the filters of its service. */
export const list = ({ list }: Images.Images["Service"]): void => {
  expectTypeOf<Page.List<Key>>().returns.toEqualTypeOf<Stream.Stream<Key, Failure>>()
  expectTypeOf(list).toEqualTypeOf<Page.List<Image.Image, Images.Filter>>()
  expectTypeOf(list({ private: true, per_page: 50 }, { concurrency: 4 })).toEqualTypeOf<
    Stream.Stream<Image.Image, Failure>
  >()
  // @ts-expect-error: a listing chooses the pages itself
  expectTypeOf(list({ page: 2 })).toBeObject()
}

/** The operations of `Images` have no requirements, and fail only as documented. */
export const images = ({ awaitAvailable, fromAction, get, transfer, update }: Images.Images["Service"]): void => {
  expectTypeOf(get(1)).toEqualTypeOf<Effect.Effect<Image.Image, Failure>>()
  expectTypeOf(get("ubuntu-24-04-x64")).toEqualTypeOf<Effect.Effect<Image.Image, Failure>>()
  expectTypeOf(transfer(1, "nyc3")).toEqualTypeOf<Effect.Effect<Action.Action, Failure>>()
  expectTypeOf(update(1, { name: "a" })).toEqualTypeOf<Effect.Effect<Image.Image, Failure>>()
  expectTypeOf(DigitalOceanError.catchNotFound(get(1))).toEqualTypeOf<
    Effect.Effect<Option.Option<Image.Image>, Failure>
  >()
  expectTypeOf(awaitAvailable(1)).toEqualTypeOf<
    Effect.Effect<Image.Image, Failure | Images.ImageUnavailable | Images.ImageTimedOut>
  >()
  expectTypeOf(fromAction(1)).toEqualTypeOf<
    Effect.Effect<Option.Option<Image.Image>, Failure | Images.NotAnImageAction>
  >()
  // @ts-expect-error: only `get` takes a slug
  expectTypeOf(transfer("ubuntu-24-04-x64", "nyc3")).toBeObject()
}

/** A method that is called through the class requires the service. */
export const use = (): void => {
  expectTypeOf(Images.Images.use((images) => images.get(1))).toEqualTypeOf<
    Effect.Effect<Image.Image, Failure, Images.Images>
  >()
}

/** The errors of a wait say how it ended. */
export const wait = (actions: Actions.Actions["Service"]): void => {
  type WaitFailure = Failure | Actions.ActionErrored | Actions.ActionTimedOut | Actions.ActionNotFound
  expectTypeOf(actions.await(1)).toEqualTypeOf<Effect.Effect<Action.Action, WaitFailure>>()
  expectTypeOf<Actions.AwaitError>().toEqualTypeOf<WaitFailure>()
  expectTypeOf(actions.awaitAll([1, 2])).toEqualTypeOf<Stream.Stream<Actions.AwaitResult>>()
  expectTypeOf(actions.watch(1)).toEqualTypeOf<
    Stream.Stream<Action.Action, Failure | Actions.ActionTimedOut | Actions.ActionNotFound>
  >()
}

/** Ids are branded, so that the id of one resource is not taken for that of another. */
export const ids = (image: Image.Image, action: Action.Action): void => {
  expectTypeOf(image.id).toEqualTypeOf<Image.Id>()
  expectTypeOf(action.id).toEqualTypeOf<Action.Id>()
  expectTypeOf<Image.Id>().not.toEqualTypeOf<Action.Id>()
  expectTypeOf<Image.Id>().toExtend<number>()
  expectTypeOf<number>().not.toExtend<Image.Id>()
}

/** `catchReason` hands over the reason by its tag. The wrapper stays among the errors: it can hold any other reason. */
export const catchReason = (get: Effect.Effect<Image.Image, Failure>): void => {
  const caught = Effect.catchReason(get, "DigitalOceanError", "RateLimited", (reason) => {
    expectTypeOf(reason).toEqualTypeOf<DigitalOceanError.RateLimited>()
    return Effect.succeed(reason.window)
  })
  expectTypeOf(caught).toEqualTypeOf<
    Effect.Effect<Image.Image | "minute" | "hour" | "operation" | "unknown", Failure>
  >()
  // @ts-expect-error: there is no such reason
  expectTypeOf(Effect.catchReason(get, "DigitalOceanError", "Missing", () => Effect.void)).toBeObject()
}

/** A `switch` over the tags of a reason narrows it. */
export const narrowing = ({ reason }: Failure): void => {
  if (reason._tag === "Forbidden") expectTypeOf(reason.scopes).toEqualTypeOf<ReadonlyArray<string>>()
  if (reason._tag === "TransportError") expectTypeOf(reason.sent).toEqualTypeOf<boolean>()
  expectTypeOf<DigitalOceanError.Reason["_tag"]>().toEqualTypeOf<
    | "InvalidInput"
    | "TransportError"
    | "DecodeError"
    | "PaginationError"
    | "BadRequest"
    | "Unauthorized"
    | "Forbidden"
    | "NotFound"
    | "Conflict"
    | "UnprocessableEntity"
    | "RateLimited"
    | "ServerError"
    | "UnexpectedStatus"
  >()
}

/** `withRetry` takes the program first or last, and keeps its result, errors and requirements. */
export const withRetry = (self: Effect.Effect<1, "error", Images.Images>): void => {
  type Retried = Effect.Effect<1, "error" | Failure, Images.Images>
  expectTypeOf(DigitalOceanClient.withRetry(self, { times: 0 })).toEqualTypeOf<Retried>()
  expectTypeOf(self.pipe(DigitalOceanClient.withRetry({ times: 0 }))).toEqualTypeOf<Retried>()
}

/** The layers require an `HttpClient` and nothing else. */
export const layers = (options: DigitalOceanClient.Options): void => {
  type Services =
    | DigitalOceanClient.DigitalOceanClient
    | Accounts.Accounts
    | AccountTransfers.AccountTransfers
    | Actions.Actions
    | AutoscalePools.AutoscalePools
    | Droplets.Droplets
    | Images.Images
    | Regions.Regions
    | Sizes.Sizes
    | Snapshots.Snapshots
    | SshKeys.SshKeys
    | Tags.Tags
    | Volumes.Volumes
  expectTypeOf<DigitalOcean.Services>().toEqualTypeOf<Services>()
  expectTypeOf(DigitalOcean.layer(options)).toEqualTypeOf<Layer.Layer<Services, Failure, HttpClient.HttpClient>>()
  expectTypeOf(DigitalOcean.layerConfig()).toEqualTypeOf<
    Layer.Layer<Services, Failure | Config.ConfigError, HttpClient.HttpClient>
  >()
  expectTypeOf(DigitalOcean.make(options)).toEqualTypeOf<
    Effect.Effect<Context.Context<Services>, Failure, HttpClient.HttpClient>
  >()
  expectTypeOf(DigitalOceanClient.layer(options)).toEqualTypeOf<
    Layer.Layer<DigitalOceanClient.DigitalOceanClient, Failure, HttpClient.HttpClient>
  >()
  expectTypeOf(Images.layer).toEqualTypeOf<Layer.Layer<Images.Images, never, DigitalOceanClient.DigitalOceanClient>>()
  expectTypeOf(Actions.layer).toEqualTypeOf<
    Layer.Layer<Actions.Actions, never, DigitalOceanClient.DigitalOceanClient>
  >()
  expectTypeOf(Images.layerTest({})).toEqualTypeOf<Layer.Layer<Images.Images>>()
}

/** A token is accepted only as a `Redacted`. */
export const token = (): void => {
  expectTypeOf<DigitalOceanClient.Options["token"]>().toEqualTypeOf<Redacted.Redacted<string>>()
}

/** A type guard narrows its argument; a predicate over a field returns a boolean. */
export const predicates = (u: unknown, image: Image.Image): void => {
  if (DigitalOceanError.isDigitalOceanError(u)) expectTypeOf(u).toEqualTypeOf<Failure>()
  expectTypeOf(Image.isSnapshot(image)).toEqualTypeOf<boolean>()
  expectTypeOf(Action.idOf).returns.toExtend<number>()
}
