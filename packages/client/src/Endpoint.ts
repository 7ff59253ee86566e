/**
 * An operation of DigitalOcean's API as data: method, path, input and output.
 *
 * A service consists of endpoints that `DigitalOceanClient.run` executes. The inputs are schemas, so an invalid page
 * number or id is rejected before a request is sent. The scopes are those that a token needs; the error for a 403 lists
 * them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { decoder } from "./internal/model/leniency.ts"

/**
 * The HTTP methods of DigitalOcean's API.
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
 * Decodes a parsed JSON body. `baseUrl` is the base URL of the request.
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
  /** the HTTP method */
  readonly method: Method
  /** the path, with `:name` for each parameter */
  readonly path: Path
  /** the token scopes that DigitalOcean documents */
  readonly scopes: ReadonlyArray<string>
  /** the URL of DigitalOcean's reference page */
  readonly docs: string
  /** encodes the parameters of the query; undefined if there are none */
  readonly query: Encode<Query> | undefined
  /** encodes the body of the request; undefined if there is none */
  readonly body: Encode<Body> | undefined
  /** the resource that the response must contain; absent if the request does not identify one */
  readonly identity: Identity | undefined
  /**
   * whether a compressed response is requested: it makes a page of 200 rows ten times smaller, but is slower for one
   * resource
   */
  readonly compressed: boolean
  /** absent for an operation without a response body; a body is then ignored, but an HTML page is a failure */
  readonly decode: Decode<A> | undefined
}

/**
 * The resource that a response must contain: its `field` must equal the value of `param` in the path. A response with
 * another resource fails with `DecodeError`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Identity {
  /** the parameter of the path that must equal it */
  readonly param: string
  /** the field of the response that identifies the resource */
  readonly field: string
}

/** Validates and encodes an input. */
type Encode<Input> = (input: Input) => Effect.Effect<unknown, Schema.SchemaError>

/**
 * Declares an operation.
 *
 * **Example** (Declaring a custom endpoint)
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
 * Creates a decoder of a whole body.
 *
 * **Details**
 *
 * Invalid optional fields of this library's models decode to null, and invalid elements of optional lists are dropped.
 * A custom schema is decoded strictly. A body that is nested more than 100 levels deep is rejected.
 *
 * @category decoders
 * @since 0.1.0
 */
export const json = <A>(schema: Schema.Codec<A, unknown>): Decode<A> => atFirstUse(schema, decoder)

/**
 * Creates a decoder of one field of a body, such as the image of `{ "image": {...} }`.
 *
 * @category decoders
 * @since 0.1.0
 */
export const field = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<A> => {
  const decode = atFirstUse(schema, (schema) => decoder(Schema.Struct({ [key]: schema })))
  return (body) => Effect.map(decode(body), (decoded) => decoded[key] as A)
}

/**
 * Like {@link field}, but also accepts the value without the field around it, as some examples of DigitalOcean's
 * specification omit the field.
 *
 * @category decoders
 * @since 0.1.0
 */
export const envelope = <A>(key: string, schema: Schema.Codec<A, unknown>): Decode<A> => {
  const wrapped = field(key, schema)
  const bare = json(schema)
  return (body) => (Predicate.hasProperty(body, key) || !Predicate.hasProperty(body, "id") ? wrapped(body) : bare(body))
}

/** Compiles a codec on first use, to keep start-up fast: a program uses few of the operations. */
const atFirstUse = <S, I, B>(schema: S, make: (schema: S) => (input: I) => B): ((input: I) => B) => {
  let made: ((input: I) => B) | undefined
  return (input) => {
    made ??= make(schema)
    return made(input)
  }
}
