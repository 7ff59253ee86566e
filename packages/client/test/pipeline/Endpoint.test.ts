import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { RecordingClient } from "@effect-digitalocean/testing"
import { type Example, examples } from "@effect-digitalocean/testing/Examples"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Endpoint from "../../src/Endpoint.ts"
import * as Client from "../../src/index.ts"
import { type AnyEndpoint, endpoints, isFor, pathOf, table } from "../support/endpoints.ts"
import { recorded, requests } from "../support/recorded.ts"

describe("the endpoints", () => {
  it("are listed in the README as they are", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
    assert.include(readme, `\n${table()}\n`)
  })

  it("have one name each", () => {
    const names = endpoints.map(({ operation }) => operation)
    assert.deepStrictEqual(names, [...new Set(names)])
  })
})

describe("the services in the README have these operations:", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
  const services: Readonly<Record<string, Context.Key<Client.DigitalOcean.Services, object>>> = {
    Images: Client.Images.Images,
    AccountTransfers: Client.AccountTransfers.AccountTransfers,
    Actions: Client.Actions.Actions,
    Droplets: Client.Droplets.Droplets,
    Snapshots: Client.Snapshots.Snapshots,
    Volumes: Client.Volumes.Volumes,
    Regions: Client.Regions.Regions,
    Sizes: Client.Sizes.Sizes,
    Tags: Client.Tags.Tags,
    Accounts: Client.Accounts.Accounts,
    DigitalOceanClient: Client.DigitalOceanClient.DigitalOceanClient
  }

  for (const [name, key] of Object.entries(services)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const service = Context.get(yield* Effect.context<Client.DigitalOcean.Services>(), key)
        const row = readme
          .split("\n")
          .find((line) => line.startsWith("| `") && line.split("|")[1]!.includes(`\`${name}\``))
        const documented = Array.from(row?.split("|")[2]?.matchAll(/`(\w+)`/g) ?? [], ([, operation]) => operation)
        assert.sameMembers(documented, Object.keys(service))
      }).pipe(recorded([]))
    )
  }
})

describe("the response of an endpoint is requested compressed exactly when it is a page of a list:", () => {
  for (const { compressed, operation, query } of endpoints) {
    it.effect(operation, () =>
      Effect.gen(function* () {
        const encoded =
          query === undefined ? {} : yield* Effect.orElseSucceed(query({ per_page: 7 } as never), () => ({}))
        assert.strictEqual(compressed, (encoded as { per_page?: number }).per_page === 7)
      })
    )
  }
})

/** The request that a client sends for an endpoint with the values of an example; empty if the endpoint rejects them. */
const sentFor = (endpoint: AnyEndpoint, { answer, request, sent, status }: Example) =>
  Effect.gen(function* () {
    const { searchParams } = new URL(request.split(" ")[1] ?? "", "https://api.digitalocean.com")
    const query = Object.fromEntries(
      Array.from(searchParams, ([name, value]) => [name, /^(\d+|true|false)$/.test(value) ? JSON.parse(value) : value])
    )
    const input = { path: pathOf(endpoint.path, request), query, body: sent }
    const { run } = yield* Client.DigitalOceanClient.DigitalOceanClient
    yield* Effect.ignore(run(endpoint as Endpoint.Endpoint<unknown>, input as never))
    return (yield* requests).map(({ body, method, url }) => ({
      request: `${method} ${url.replace("https://api.digitalocean.com", "")}`,
      sent: body === undefined ? undefined : JSON.parse(body)
    }))
  }).pipe(recorded([answer === undefined ? RecordingClient.empty(status) : RecordingClient.json(answer, status)]))

describe("every example of an endpoint", () => {
  for (const endpoint of endpoints) {
    const { decode, method, operation, path } = endpoint
    const own = examples.filter(
      (example) => example.operation === `${method} ${path}` && isFor(endpoint, example.answer)
    )

    it(`is there: ${operation}`, () => assert.isNotEmpty(own))

    it.effect(`is the request that the client sends: ${operation}`, () =>
      Effect.gen(function* () {
        const all = yield* Effect.forEach(own, (example) => sentFor(endpoint, example))
        const accepted = own.filter((_, i) => all[i]?.length === 1)
        // the actions of a resource have one path, and each operation accepts its own type
        assert.isNotEmpty(accepted)
        assert.deepStrictEqual(
          all.flat(),
          accepted.map(({ request, sent }) => ({ request, sent }))
        )
      })
    )

    for (const { answer, request } of own) {
      it.effect(`decodes: ${operation} ${request}`, () =>
        Effect.gen(function* () {
          assert.strictEqual(decode === undefined, answer === undefined)
          if (decode !== undefined) assert.isDefined(yield* decode(answer))
        })
      )
    }
  }
})

// biome-ignore lint/suspicious/noExplicitAny: DigitalOcean's specification, read as it is
type Json = any // DigitalOcean's specification, read as it is

const file = new URL("../../../testing/test/contract/specification.json", import.meta.url)

describe("every success in DigitalOcean's specification", () => {
  const spec: Json = JSON.parse(readFileSync(file, "utf8"))

  const resolve = (value: Json): Json =>
    typeof value?.$ref === "string"
      ? resolve(
          value.$ref
            .slice(2)
            .split("/")
            .reduce((at: Json, key: string) => at[key], spec)
        )
      : value

  const examples = endpoints.flatMap((endpoint) => {
    const shape = (path: string) => path.replace(/\{\w+\}/g, "{}")
    const path = Object.keys(spec.paths ?? {}).find((path) => shape(path) === shape(endpoint.path))
    const operation = spec.paths?.[path ?? ""]?.[endpoint.method.toLowerCase()]
    return Object.entries<Json>(operation?.responses ?? {})
      .filter(([status]) => status.startsWith("2"))
      .flatMap(([status, response]) => {
        const content = resolve(response).content?.["application/json"] ?? {}
        const named = Object.entries<Json>(content.examples ?? {}).map(([name, one]) => [name, resolve(one).value])
        return [...named, ...(content.example === undefined ? [] : [["example", content.example]])].map(
          ([name, value]) => ({ endpoint, status, name: String(name), value })
        )
      })
  })

  it("has examples for most operations", () => assert.isAbove(examples.length, 30))

  it("knows every endpoint", () => {
    const shape = (path: string) => path.replace(/\{\w+\}/g, "{}")
    for (const { method, operation, path } of endpoints) {
      const found = Object.entries<Json>(spec.paths).find(([one]) => shape(one) === shape(path))?.[1]
      assert.isDefined(found?.[method.toLowerCase()], operation)
    }
  })

  for (const { endpoint, name, status, value } of examples) {
    if (!isFor(endpoint, value)) continue
    it.effect(`${endpoint.operation}: ${name} (${status}) decodes`, () =>
      Effect.gen(function* () {
        if (endpoint.decode === undefined) return
        assert.isDefined(yield* endpoint.decode(value))
      })
    )
  }
})
