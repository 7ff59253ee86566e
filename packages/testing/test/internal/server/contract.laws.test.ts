import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { DigitalOceanApi } from "../../../src/DigitalOceanApi.ts"
import * as Contract from "../../../src/internal/server/contract.ts"

type Fields = Readonly<Record<string, unknown>>

/** A request as it is generated: what goes into the path, the query and the body. */
interface Request {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Fields | undefined
}

/** What a schema of the contract may hold, as it is sent. */
function encoded<A>(schema: Schema.Constraint): Arbitrary.Arbitrary<A> {
  // the contract's schemas need no services
  const encode = Schema.encodeUnknownSync(schema as Schema.Codec<unknown, A>)
  return Arbitrary.map(Arbitrary.schema(schema), (value) => encode(value))
}

const texts = (schema: Schema.Constraint | undefined): Arbitrary.Arbitrary<Request["params"]> =>
  schema === undefined ? Arbitrary.Constant({}) : encoded(Schema.toCodecStringTree(schema))

const json = (schema: Schema.Constraint | undefined): Arbitrary.Arbitrary<Fields | undefined> =>
  schema === undefined ? Arbitrary.Constant(undefined) : encoded(schema)

/** A client can put it into a path. */
const isSegment = (text: string) => text !== "" && text.isWellFormed() && !/^\.{1,2}$/.test(text)

const endpoints = Object.values(DigitalOceanApi.groups).flatMap((group) =>
  Object.values(group.endpoints).map(({ method, params, path, payload, query }) => ({
    name: `${method} ${path}`,
    method,
    path,
    takesBody: payload.size > 0,
    requests: Arbitrary.all({
      params: Arbitrary.map(texts(params), (params) =>
        Object.fromEntries(Object.entries(params).map(([name, text]) => [name, isSegment(text) ? text : "x"]))
      ),
      query: texts(query),
      body: json([...payload.values()].flatMap(({ schemas }) => schemas)[0])
    })
  }))
)

const message = (endpoint: { readonly method: string; readonly path: string }, { body, params, query }: Request) => {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ""))
  const url = new URL(path, "https://api.digitalocean.com")
  url.search = new URLSearchParams(query).toString()
  return {
    method: endpoint.method,
    url,
    contentType: body === undefined ? undefined : "application/json",
    body: body === undefined ? "" : JSON.stringify(body)
  }
}

type Message = ReturnType<typeof message>

/** Ways to break a request: each with what a strict refusal names, and whether a lenient account minds. */
interface Breach {
  readonly name: string
  /** undefined when this request cannot be broken so */
  readonly breach: (message: Message, request: Request) => readonly [broken: Message, culprit: string] | undefined
  readonly lenient: "refuses" | "takes"
}

const withQuery = (message: Message, name: string, value: string): Message => {
  const url = new URL(message.url)
  url.searchParams.append(name, value)
  return { ...message, url }
}

const withBody = (message: Message, body: unknown): Message => ({ ...message, body: JSON.stringify(body) })

const wrong: Readonly<Record<string, string>> = {
  page: "0",
  per_page: "201",
  private: "maybe",
  type: "nonsense",
  resource_type: "nonsense"
}

const breaches: ReadonlyArray<Breach> = [
  {
    name: "a parameter nobody knows",
    breach: (message) => [withQuery(message, "zz", "1"), "query zz: unknown"],
    lenient: "takes"
  },
  {
    name: "a parameter given twice",
    breach: (message, { query }) => {
      const [name, value] = Object.entries(query)[0] ?? []
      return name === undefined ? undefined : [withQuery(message, name, value ?? ""), `query ${name}: given twice`]
    },
    lenient: "takes"
  },
  {
    name: "a parameter out of its bounds",
    breach: (message, { query }) => {
      const name = Object.keys(query).find((name) => name in wrong)
      if (name === undefined) return undefined
      const url = new URL(message.url)
      url.searchParams.set(name, wrong[name] ?? "")
      return [{ ...message, url }, `query ${name}: `]
    },
    lenient: "refuses"
  },
  {
    name: "a key nobody knows",
    breach: (message, { body }) => body && [withBody(message, { ...body, zz: 1 }), "body zz: unknown"],
    lenient: "takes"
  },
  {
    name: "a value of the wrong type",
    breach: (message, { body }) => {
      const key = Object.keys(body ?? {}).at(-1)
      return key === undefined ? undefined : [withBody(message, { ...body, [key]: [{}] }), `body ${key}`]
    },
    lenient: "refuses"
  },
  {
    name: "a body that is no object",
    breach: (message, { body }) => body && [withBody(message, [body]), "body: "],
    lenient: "refuses"
  },
  {
    name: "a body cut short",
    breach: (message, { body }) => body && [{ ...message, body: message.body.slice(0, -1) }, "the body is not JSON"],
    lenient: "refuses"
  },
  {
    name: "no body where one belongs",
    breach: (message, { body }) => body && [{ ...message, body: "" }, "expected a JSON body, got none"],
    lenient: "refuses"
  },
  {
    name: "a body that is not said to be JSON",
    breach: (message, { body }) =>
      body && [{ ...message, contentType: "text/plain" }, "expected content-type application/json, got text/plain"],
    lenient: "takes"
  },
  {
    name: "a body without a content type",
    breach: (message, { body }) =>
      body && [{ ...message, contentType: undefined }, "expected content-type application/json, got none"],
    lenient: "takes"
  },
  {
    name: "a body where none belongs",
    breach: (message, { body }) =>
      body === undefined ? [{ ...message, body: "{}" }, `${message.url.pathname} takes no body`] : undefined,
    lenient: "takes"
  }
]

const refusal = (message: Message, strict: boolean) => Contract.check(message, strict)?.message

for (const endpoint of endpoints) {
  describe(endpoint.name, () => {
    it.prop(
      "takes every request that keeps the contract, strict or not",
      [endpoint.requests],
      ([request]) => {
        const sent = message(endpoint, request)
        assert.deepStrictEqual([refusal(sent, true), refusal(sent, false)], [undefined, undefined])
      },
      { arbitrary: { runs: 40 } }
    )

    it.prop(
      "refuses every request that breaks it, and names the culprit",
      [endpoint.requests],
      ([request]) => {
        const sent = message(endpoint, request)
        for (const { breach, lenient, name } of breaches) {
          const [broken, culprit = ""] = breach(sent, request) ?? []
          if (broken === undefined) continue
          assert.include(refusal(broken, true) ?? "", culprit, name)
          assert.strictEqual(refusal(broken, false) === undefined ? "takes" : "refuses", lenient, name)
        }
      },
      { arbitrary: { runs: 40 } }
    )
  })
}
