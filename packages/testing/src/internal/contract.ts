import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { DigitalOceanApi } from "../DigitalOceanApi.ts"
import { badRequest, forbidden, notFound, type Refusal } from "./refusal.ts"
import * as Scopes from "./scopes.ts"

/** What of a request the contract speaks of. */
export interface Message {
  readonly method: string
  readonly url: URL
  readonly contentType: string | undefined
  readonly body: string
}

/**
 * Holds a request against the contract; answers what is wrong with it. A path or method that is not declared is 404, and
 * so is a path whose ids are no ids. Strict refuses also what DigitalOcean would ignore: parameters
 * and keys it does not know, a parameter given twice, a body where none belongs, one that is not declared to be JSON.
 */
export const check = (
  message: Message,
  strict: boolean,
  scopes: ReadonlySet<string> | null = null
): Refusal | undefined => {
  const endpoint = endpoints.find(({ method, path }) => method === message.method && path.test(message.url.pathname))
  if (endpoint === undefined) return notFound()
  if (Scopes.lacking(endpoint.method, endpoint.template, scopes).length > 0) return forbidden()
  return (
    checkParams(endpoint, message.url.pathname) ??
    checkQuery(endpoint, message.url.searchParams, strict) ??
    (endpoint.payload === undefined ? checkNoBody(message, strict) : checkBody(endpoint.payload, message, strict))
  )
}

interface Declared {
  readonly method: string
  readonly template: string
  readonly path: RegExp
  readonly params: Decode | undefined
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
      template: endpoint.path,
      path: new RegExp(`^${endpoint.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
      params: endpoint.params && decoder(Schema.toCodecStringTree(endpoint.params)),
      query: endpoint.query && decoder(Schema.toCodecStringTree(endpoint.query)),
      payload: payload && decoder(payload)
    }
  })
)

const checkParams = (endpoint: Declared, pathname: string): Refusal | undefined => {
  if (endpoint.params === undefined) return undefined
  try {
    const params = Object.entries(endpoint.path.exec(pathname)?.groups ?? {}).map(
      ([name, segment]) => [name, decodeURIComponent(segment)] as const
    )
    const isFit = Result.isSuccess(endpoint.params(Object.fromEntries(params), { onExcessProperty: "ignore" }))
    return isFit ? undefined : notFound()
  } catch {
    return notFound()
  }
}

const checkQuery = (endpoint: Declared, params: URLSearchParams, strict: boolean): Refusal | undefined => {
  const names = [...params.keys()]
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (strict && twice !== undefined) return badRequest(`query ${twice}: given twice`)
  if (endpoint.query !== undefined) return problem("query", endpoint.query, Object.fromEntries(params), strict)
  return strict && names.length > 0 ? badRequest(`query ${names[0]}: unknown`) : undefined
}

const checkNoBody = (message: Message, strict: boolean): Refusal | undefined =>
  strict && message.body !== "" ? badRequest(`${message.method} ${message.url.pathname} takes no body`) : undefined

const checkBody = (decode: Decode, message: Message, strict: boolean): Refusal | undefined => {
  if (strict && !/^application\/json\s*(;|$)/i.test(message.contentType ?? "")) {
    return badRequest(`expected content-type application/json, got ${message.contentType ?? "none"}`)
  }
  let json: unknown
  try {
    json = JSON.parse(message.body)
  } catch {
    return badRequest(message.body === "" ? "expected a JSON body, got none" : "the body is not JSON")
  }
  return problem("body", decode, json, strict)
}

const problem = (part: string, decode: Decode, input: unknown, strict: boolean): Refusal | undefined =>
  Option.getOrUndefined(
    Option.map(Result.getFailure(decode(input, { onExcessProperty: strict ? "error" : "ignore" })), ({ issue }) => {
      const [first] = format(issue).issues
      const place = [part, ...(first?.path?.length ? [first.path.join(".")] : [])].join(" ")
      return badRequest(`${place}: ${first?.message}`)
    })
  )

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "UnexpectedKey"
      ? "unknown"
      : issue._tag === "MissingKey"
        ? "missing"
        : SchemaIssue.defaultLeafHook(issue)
})

function decoder(schema: Schema.Constraint): Decode {
  // the contract's schemas need no services
  return Schema.decodeUnknownResult(schema as Schema.Codec<unknown, unknown>)
}
