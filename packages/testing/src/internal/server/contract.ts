import type * as Context from "effect/Context"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { DigitalOceanApi } from "../../DigitalOceanApi.ts"
import { format } from "../schemas/problems.ts"
import { badRequest, badTag, forbidden, notFound, type ApiError } from "../account/apiError.ts"
import * as Scopes from "../api/scopes.ts"

/** The parts of a request that the contract describes. */
export interface Message {
  readonly method: string
  readonly url: URL
  readonly contentType: string | undefined
  readonly body: string
}

/**
 * Validates a request against the contract; returns what is wrong with it. An undeclared path or method is 404, and so is
 * a path with invalid ids. `strict` also rejects what DigitalOcean would ignore: unknown parameters and keys, duplicate
 * parameters, a body on an operation without one, a body without a JSON content type.
 */
export const check = (
  message: Message,
  strict: boolean,
  scopes: ReadonlySet<string> | null = null
): ApiError | undefined => {
  const endpoint = endpoints.find(({ method, path }) => method === message.method && path.test(message.url.pathname))
  if (endpoint === undefined) return notFound()
  if (Scopes.lacking(endpoint, scopes).length > 0) return forbidden()
  const refused =
    checkParams(endpoint, message.url.pathname) ??
    checkQuery(endpoint, message.url.searchParams, strict) ??
    (endpoint.payload === undefined ? checkNoBody(message, strict) : checkBody(endpoint.payload, message, strict))
  const makesTag = endpoint.method === "POST" && endpoint.template === "/v2/tags"
  return refused !== undefined && makesTag ? badTag(refused.message) : refused
}

interface Declared {
  readonly method: string
  readonly template: string
  readonly annotations: Context.Context<never>
  readonly path: RegExp
  readonly params: Decode | undefined
  readonly query: Decode | undefined
  readonly payload: Body | undefined
}

/** A body with one schema, or with several of which exactly one matches. */
interface Body {
  readonly forms: ReadonlyArray<Decode>
  /** what is expected of a body that matches none, or several */
  readonly expected: string
}

type Decode = (
  input: unknown,
  options: { readonly onExcessProperty: "error" | "ignore"; readonly errors?: "all" }
) => Result.Result<unknown, Schema.SchemaError>

const endpoints: ReadonlyArray<Declared> = Object.values(DigitalOceanApi.groups).flatMap((group) =>
  Object.values(group.endpoints).map((endpoint): Declared => {
    const payload = [...endpoint.payload.values()].flatMap(({ schemas }) => schemas)[0]
    return {
      method: endpoint.method,
      template: endpoint.path,
      annotations: endpoint.annotations,
      path: new RegExp(`^${endpoint.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
      params: endpoint.params && decoder(Schema.toCodecStringTree(endpoint.params)),
      query: endpoint.query && decoder(Schema.toCodecStringTree(endpoint.query)),
      payload: payload && bodyOf(payload)
    }
  })
)

const checkParams = (endpoint: Declared, pathname: string): ApiError | undefined => {
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

const checkQuery = (endpoint: Declared, params: URLSearchParams, strict: boolean): ApiError | undefined => {
  const names = [...params.keys()]
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (strict && twice !== undefined) return badRequest(`query ${twice}: given twice`)
  if (endpoint.query !== undefined) return problem("query", endpoint.query, Object.fromEntries(params), strict)
  return strict && names.length > 0 ? badRequest(`query ${names[0]}: unknown`) : undefined
}

const checkNoBody = (message: Message, strict: boolean): ApiError | undefined =>
  strict && message.body !== "" ? badRequest(`${message.method} ${message.url.pathname} takes no body`) : undefined

const checkBody = (declared: Body, message: Message, strict: boolean): ApiError | undefined => {
  if (strict && !/^application\/json\s*(;|$)/i.test(message.contentType ?? "")) {
    return badRequest(`expected content-type application/json, got ${message.contentType ?? "none"}`)
  }
  let json: unknown
  try {
    json = JSON.parse(message.body)
  } catch {
    return badRequest(message.body === "" ? "expected a JSON body, got none" : "the body is not JSON")
  }
  const form = fitting(declared, json)
  return typeof form === "string" ? badRequest(form) : problem("body", form, json, strict)
}

/** Returns the schema of a body: the one that matches, or the closest one; or why there is none. */
const fitting = ({ expected, forms }: Body, json: unknown): Decode | string => {
  const [only] = forms
  if (only !== undefined && forms.length === 1) return only
  const tried = forms.map((form) => ({ form, issues: issuesOf(form, json) }))
  const ofItsType = tried.filter(({ issues }) => !issues.some(({ path }) => path?.[0] === "type"))
  if (ofItsType.length === 0) return `body type: ${Predicate.hasProperty(json, "type") ? expected : "missing"}`
  // keys that are present say more about the intended schema than keys that are missing
  const misses = ({ issues }: (typeof tried)[number]) =>
    issues.reduce((sum, { message }) => sum + (message === "missing" ? 2 : 1), 0)
  const least = Math.min(...ofItsType.map(misses))
  const [first, second] = ofItsType.filter((one) => misses(one) === least)
  return first === undefined || second !== undefined ? `body: ${expected}` : first.form
}

const issuesOf = (decode: Decode, input: unknown) =>
  Result.match(decode(input, { onExcessProperty: "ignore", errors: "all" }), {
    onFailure: ({ issue }) => format(issue).issues,
    onSuccess: () => []
  })

const problem = (part: string, decode: Decode, input: unknown, strict: boolean): ApiError | undefined =>
  Option.getOrUndefined(
    Option.map(Result.getFailure(decode(input, { onExcessProperty: strict ? "error" : "ignore" })), ({ issue }) => {
      const [first] = format(issue).issues
      const place = [part, ...(first?.path?.length ? [first.path.join(".")] : [])].join(" ")
      return badRequest(`${place}: ${first?.message}`)
    })
  )

function bodyOf(schema: Schema.Constraint): Body {
  const forms = SchemaAST.isUnion(schema.ast) ? schema.ast.types.map((ast) => Schema.make(ast)) : [schema]
  return { forms: forms.map(decoder), expected: String(Schema.resolveAnnotations(schema)?.["message"]) }
}

function decoder(schema: Schema.Constraint): Decode {
  // the schemas of the contract need no services
  return Schema.decodeUnknownResult(schema as Schema.Codec<unknown, unknown>)
}
