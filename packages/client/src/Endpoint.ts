/**
 * An operation of DigitalOcean's API as data: method, path, what goes in and what comes out.
 *
 * A service is a few endpoints and `DigitalOceanClient.run`. Inputs are schemas, so a bad page number or id is refused
 * before anything is sent; the scopes are what a token needs, and are named when DigitalOcean answers 403.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { decoder } from "./internal/model/leniency.ts"

/**
 * The methods DigitalOcean's API uses.
 *
 * @category models
 * @since 0.1.0
 */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/**
 * Values for the `{placeholders}` of a path.
 *
 * @category models
 * @since 0.1.0
 */
export type PathParams<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string | number } & PathParams<Rest>
  : unknown

/**
 * Reads a parsed JSON body. `baseUrl` is where it was asked for.
 *
 * @category models
 * @since 0.1.0
 */
export type Decode<A> = (json: unknown, baseUrl?: string) => Effect.Effect<A, Schema.SchemaError>

/**
 * An operation of the API.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint<A, Path extends string = string, Query = unknown, Body = unknown> {
  /** `Images.get`: the name in errors and spans */
  readonly operation: string
  readonly method: Method
  readonly path: Path
  /** the token scopes that DigitalOcean documents */
  readonly scopes: ReadonlyArray<string>
  /** DigitalOcean's page about it */
  readonly docs: string
  readonly query: Encode<Query> | undefined
  readonly body: Encode<Body> | undefined
  /** which resource a response must be about; absent where the request names none */
  readonly identity: Identity | undefined
  /** whether the response is requested compressed: a page of 200 rows shrinks to a tenth; for one resource it does not pay */
  readonly compressed: boolean
  /** absent for an operation without an answer, whose body is not read; but a page of HTML is no success */
  readonly decode: Decode<A> | undefined
}

/**
 * Which resource a response must be about: the one whose `field` is the value of `param` in the path. A response about
 * another resource fails with `DecodeError`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Identity {
  readonly param: string
  readonly field: string
}

/** Checks an input and writes its wire form. */
type Encode<Input> = (input: Input) => Effect.Effect<unknown, Schema.SchemaError>

/**
 * Declares an operation.
 *
 * **Example** (An endpoint of one's own)
 *
 * ```ts
 * import { Endpoint } from "@effect-digitalocean/client"
 * import * as Schema from "effect/Schema"
 *
 * const getKey = Endpoint.make("Keys.get", {
 *   method: "GET",
 *   path: "/v2/account/keys/{key_id}",
 *   scopes: ["ssh_key:read"],
 *   docs: "SSH-Keys/operation/sshKeys_get",
 *   decode: Endpoint.field("ssh_key", Schema.Struct({ id: Schema.Int, name: Schema.String }))
 * })
 *
 * getKey.operation // => "Keys.get"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Path extends string, A = void, Query = never, Body = never>(
  operation: string,
  spec: {
    readonly method: Method
    readonly path: Path
    readonly scopes: ReadonlyArray<string>
    readonly docs: string
    readonly query?: Schema.Codec<Query, unknown> | undefined
    readonly body?: Schema.Codec<Body, unknown> | undefined
    readonly identity?: Identity | undefined
    readonly compressed?: boolean | undefined
    readonly decode?: Decode<A> | undefined
  }
): Endpoint<A, Path, Query, Body> => ({
  operation,
  method: spec.method,
  path: spec.path,
  scopes: spec.scopes,
  docs: `https://docs.digitalocean.com/reference/api/digitalocean/#tag/${spec.docs}`,
  query: spec.query && atFirstUse(spec.query, Schema.encodeEffect),
  body: spec.body && atFirstUse(spec.body, Schema.encodeEffect),
  identity: spec.identity,
  compressed: spec.compressed ?? false,
  decode: spec.decode
})

/**
 * Decodes the whole body.
 *
 * **Details**
 *
 * The optional fields of this library's models do not fail a response: one that is invalid reads as null, and an invalid
 * element of an optional list is left out. A schema of your own is decoded as it is written. A body that is nested more
 * than 100 levels deep is refused.
 *
 * @category decoders
 * @since 0.1.0
 */
export const json = <A>(schema: Schema.Codec<A, unknown>): Decode<A> => atFirstUse(schema, decoder)

/**
 * Decodes one field of the body: the image of `{ "image": {...} }`.
 *
 * @category decoders
 * @since 0.1.0
 */
export const field = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<A> => {
  const decode = atFirstUse(schema, (schema) => decoder(Schema.Struct({ [key]: schema })))
  return (body) => Effect.map(decode(body), (decoded) => decoded[key] as A)
}

/**
 * As {@link field}, and takes the bare value too: DigitalOcean's specification shows some bodies without the envelope
 * that they have.
 *
 * @category decoders
 * @since 0.1.0
 */
export const envelope = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<A> => {
  const wrapped = field(key, schema)
  const bare = json(schema)
  return (body) => (Predicate.hasProperty(body, key) || !Predicate.hasProperty(body, "id") ? wrapped(body) : bare(body))
}

/** Codecs are compiled on first use, to keep the start fast: a program uses few of the operations. */
const atFirstUse = <S, I, B>(schema: S, make: (schema: S) => (input: I) => B): ((input: I) => B) => {
  let made: ((input: I) => B) | undefined
  return (input) => {
    made ??= make(schema)
    return made(input)
  }
}
