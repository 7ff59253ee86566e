import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { DigitalOceanApi } from "../src/DigitalOceanApi.ts"
import { examples } from "../src/Examples.ts"
import * as Contract from "../src/internal/server/contract.ts"
import { operationsOf } from "./contract/compare.ts"
import { openApi } from "./contract/openApi.ts"

const endpoints = Object.values(DigitalOceanApi.groups).flatMap((group) => Object.values(group.endpoints))
const operationOf = ({ method, path }: (typeof endpoints)[number]) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`

it("every endpoint has an example, and no other has", () => {
  assert.sameMembers([...new Set(examples.map(({ operation }) => operation))], endpoints.map(operationOf))
})

describe("an example", () => {
  for (const { answer, operation, request, sent, status } of examples) {
    const name = `${request} ${JSON.stringify(sent) ?? ""}`

    it(`is a request that a strict account takes: ${name}`, () => {
      const [method = "", path = ""] = request.split(" ")
      const body = sent === undefined ? "" : JSON.stringify(sent)
      const contentType = sent === undefined ? undefined : "application/json"
      const url = new URL(path, "https://api.digitalocean.com")
      assert.isUndefined(Contract.check({ method, url, contentType, body }, true)?.message)
    })

    it(`is an answer as the contract declares it: ${name}`, () => {
      const { responses } = operationsOf(openApi()).get(operation) as { readonly responses: Record<string, object> }
      assert.strictEqual("content" in (responses[status] ?? {}), answer !== undefined)
      const [schema] = endpoints.find((endpoint) => operationOf(endpoint) === operation)?.success ?? []
      const decode = Schema.decodeUnknownExit(schema as Schema.Codec<unknown, unknown>)
      if (answer !== undefined) {
        assert.strictEqual(decode(answer, { onExcessProperty: "error" })._tag, "Success", JSON.stringify(answer))
      }
    })
  }
})
