import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { DigitalOceanApi } from "../DigitalOceanApi.ts"
import { badRequest, notFound, type Refusal } from "./refusal.ts"

/** What of a request the contract speaks of. */
export interface Message {
  readonly method: string
  readonly url: URL
  readonly contentType: string | undefined
  readonly body: string
}

/**
 * Holds a request against the contract; answers what is wrong with it. A path or method that is not declared is 404 as
 * at DigitalOcean. Strict refuses also what DigitalOcean would ignore: parameters and keys it does not know.
 */
export const check = (message: Message, strict: boolean): Refusal | undefined => {
  const endpoint = endpoints.find(({ method, path }) => method === message.method && path.test(message.url.pathname))
  if (endpoint === undefined) return notFound()
  return (
    checkQuery(endpoint, message.url.searchParams, strict) ??
    (endpoint.payload === undefined ? checkNoBody(message, strict) : checkBody(endpoint.payload, message, strict))
  )
}

interface Declared {
  readonly method: string
  readonly path: RegExp
  readonly query: Decode | undefined
  readonly payload: Decode | undefined
}

type Decode = (
  input: unknown,
  options: { readonly onExcessProperty: "error" | "ignore" }
) => Result.Result<unknown, Schema.SchemaError>

const endpoints: ReadonlyArray<Declared> = Object.values(DigitalOceanApi.groups).flatMap((group) =>
  Object.values(group.endpoints).map((endpoint): Declared => {
    const payload = [...endpoint.payload.values()].flatMap(({ schemas }) => schemas)[0]
    return {
      method: endpoint.method,
      path: new RegExp(`^${endpoint.path.replace(/:\w+/g, "[^/]+")}/?$`),
      query: endpoint.query && decoder(Schema.toCodecStringTree(endpoint.query)),
      payload: payload && decoder(payload)
    }
  })
)

const checkQuery = (endpoint: Declared, params: URLSearchParams, strict: boolean): Refusal | undefined => {
  const query = Object.fromEntries(params)
  if (endpoint.query === undefined) {
    return strict && params.size > 0
      ? badRequest(`unknown query parameter: ${[...params.keys()].join(", ")}`)
      : undefined
  }
  return problem("query", endpoint.query(query, { onExcessProperty: strict ? "error" : "ignore" }))
}

const checkNoBody = (message: Message, strict: boolean): Refusal | undefined =>
  strict && message.body !== "" ? badRequest(`${message.method} ${message.url.pathname} takes no body`) : undefined

const checkBody = (decode: Decode, message: Message, strict: boolean): Refusal | undefined => {
  if (strict && !/^application\/json\b/.test(message.contentType ?? "")) {
    return badRequest(`expected content-type application/json, got ${message.contentType ?? "none"}`)
  }
  let json: unknown
  try {
    json = JSON.parse(message.body)
  } catch {
    return badRequest(message.body === "" ? "expected a JSON body, got none" : "the body is not JSON")
  }
  return problem("body", decode(json, { onExcessProperty: strict ? "error" : "ignore" }))
}

const problem = (part: string, result: Result.Result<unknown, Schema.SchemaError>): Refusal | undefined =>
  Option.getOrUndefined(
    Option.map(Result.getFailure(result), ({ issue }) => {
      const [first] = format(issue).issues
      return badRequest(`${part} ${(first?.path ?? []).join(".")}: ${first?.message ?? "is not as declared"}`)
    })
  )

const format = SchemaIssue.makeFormatterStandardSchemaV1()

function decoder(schema: Schema.Constraint): Decode {
  // the contract's schemas need no services
  return Schema.decodeUnknownResult(schema as Schema.Codec<unknown, unknown>)
}
