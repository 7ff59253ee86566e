import * as Client from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as DigitalOceanApi from "../src/DigitalOceanApi.ts"
import { compare, factsOf, operationsOf } from "./contract/compare.ts"
import { intended } from "./contract/differences.ts"
import { openApi } from "./contract/openApi.ts"
import { expand, lineOf, stale } from "./contract/report.ts"
import type { Json } from "./contract/schemas.ts"

const { paths } = OpenApi.fromApi(DigitalOceanApi.DigitalOceanApi)

/** The successful statuses of each operation. The comparison with the specification shows that they are the right ones. */
const successes = Object.entries(paths).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const responses = item[method]?.responses
    const statuses = Object.keys(responses ?? {}).filter((status) => status.startsWith("2"))
    return responses === undefined ? [] : [{ operation: `${method.toUpperCase()} ${path}`, statuses }]
  })
)

describe("the contract", () => {
  it("declares one success for each operation", () => {
    assert.isAbove(successes.length, 40)
    assert.deepStrictEqual(
      successes.filter(({ statuses }) => statuses.length !== 1),
      []
    )
  })

  it("declares every endpoint of the client", () => {
    const endpoints = Object.values(Client).flatMap((module) =>
      "endpoints" in module ? Object.values<{ method: string; path: string }>(module.endpoints) : []
    )
    assert.isAbove(endpoints.length, 40)
    const declared = operationsOf(openApi())
    const missing = endpoints.map(({ method, path }) => `${method} ${path}`).filter((one) => !declared.has(one))
    assert.deepStrictEqual(missing, [])
  })

  it("tells errors apart by their id", () => {
    const ids = DigitalOceanApi.errors.map((error) => error.fields.id.literal)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const id of ids) {
      const fitting = DigitalOceanApi.errors.filter((error) => Schema.is(error)({ id, message: "m" }))
      assert.strictEqual(fitting.length, 1)
    }
  })
})

const file = new URL("contract/specification.json", import.meta.url)
const ours = openApi()
const facts = factsOf(ours)

describe("compared with DigitalOcean's specification, the contract", () => {
  const theirs: Json = JSON.parse(readFileSync(file, "utf8"))
  // the part of the specification that is here leaves out what concerns no image
  const left = ["GET /v2/firewalls"]
  const isThere = ({ operation }: { readonly operation: string }) => !left.includes(operation)
  const found = compare(ours, theirs).filter(isThere).map(lineOf)
  const reported = expand(intended, facts).filter(isThere).map(lineOf)

  it("declares nothing that the specification lacks, but what its part leaves out", () => {
    const declared = operationsOf(theirs)
    assert.deepStrictEqual(
      [...operationsOf(ours).keys()].filter((operation) => !declared.has(operation)),
      left
    )
  })

  it("differs in nothing that is not intended", () => {
    assert.deepStrictEqual(
      found.filter((line) => !reported.includes(line)),
      []
    )
  })

  it("differs in everything that is", () => {
    assert.deepStrictEqual(
      reported.filter((line) => !found.includes(line)),
      []
    )
    assert.strictEqual(new Set(reported).size, reported.length)
  })
})

describe("the report of intended differences", () => {
  it("speaks of what the contract states", () => assert.deepStrictEqual(stale(intended, facts), []))

  it("gives a reason for each", () => {
    for (const { why } of intended) assert.match(why, /^[A-Z].+\.$/)
  })

  const why = "x"
  for (const [name, entry, line] of [
    [
      "a place that is not",
      { why, fact: "enum", theirs: "a", at: ["image.nothing"] },
      "no operation has image.nothing"
    ],
    [
      "a constraint that is another",
      { why, fact: "maximum", ours: "100", theirs: "200", at: ["query per_page"], operations: ["GET /v2/images"] },
      "GET /v2/images: query per_page: maximum is 100, in the specification 200"
    ],
    [
      "what is declared by now",
      { why, fact: "there", theirs: "yes", at: ["image.status"], operations: ["GET /v2/images"] },
      "GET /v2/images: image.status: there is absent, in the specification yes"
    ],
    [
      "what only one operation has, of another",
      { why, fact: "enum", theirs: "a", at: ["body.url"], operations: ["GET /v2/images"] },
      "GET /v2/images: body.url: enum is absent, in the specification a"
    ]
  ] as const) {
    it(`is stale when it speaks of ${name}`, () => assert.deepStrictEqual(stale([entry], facts), [line]))
  }
})

describe("a difference is found when a document", () => {
  const listing = ["paths", "/v2/images", "get"]
  const creation = ["paths", "/v2/images", "post", "requestBody"]
  const body = [...creation, "content", "application/json", "schema"]
  const perPage = [...listing, "parameters", "3"]
  const images = [...listing, "responses", "200", "content", "application/json", "schema", "properties", "images"]
  const image = ["components", "schemas", "image"]

  for (const [name, path, value, at] of [
    ["lacks an operation", listing, undefined, ["operation: there"]],
    [
      "lacks a parameter",
      [...listing, "parameters"],
      [],
      "type private tag_name per_page page".split(" ").map((name) => `query ${name}: there`)
    ],
    ["bounds a parameter otherwise", [...perPage, "schema", "maximum"], 100, ["query per_page: maximum"]],
    ["requires a parameter", [...perPage, "required"], true, ["query per_page: required"]],
    ["wants other scopes", [...listing, "security"], [{ bearer_auth: ["image:write"] }], ["token: scopes"]],
    ["takes no body", creation, undefined, ["body: there"]],
    ["requires another field", [...body, "required"], ["name", "url"], ["body.region: required"]],
    ["has a field of another type", [...body, "properties", "url"], { type: "integer" }, ["body.url: type"]],
    ["has another status", [...listing, "responses", "418"], { description: "" }, ["418: there"]],
    ["answers something else", images, { type: "string" }, ["200.images: type", "200.images[]: there"]],
    ["closes an enum", [...image, "properties", "type"], { type: "string", enum: ["a"] }, ["image.type: enum"]],
    [
      "lets a field be null",
      [...image, "properties", "name"],
      { type: "string", nullable: true },
      ["image.name: type"]
    ],
    ["has a field more", [...image, "properties", "size"], { type: "string" }, ["image.size: there"]]
  ] as ReadonlyArray<readonly [string, ReadonlyArray<string>, unknown, ReadonlyArray<string>]>) {
    it(name, () => {
      const other = structuredClone(ours)
      const holder = path
        .slice(0, -1)
        .reduce((json, key) => json[key] as Record<string, unknown>, other as Record<string, unknown>)
      holder[path.at(-1) ?? ""] = value
      const differences = compare(ours, other).filter(({ operation }) => operation.endsWith("/v2/images"))
      const places = differences.map(({ at, fact }) => `${at}: ${fact}`)
      assert.deepStrictEqual([...new Set(places)], [...at])
    })
  }
})
