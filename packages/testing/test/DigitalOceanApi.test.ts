import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as DigitalOceanApi from "../src/DigitalOceanApi.ts"

const { paths } = OpenApi.fromApi(DigitalOceanApi.DigitalOceanApi)

const operations = Object.entries(paths).flatMap(([path, item]) =>
  (["get", "post", "put", "delete"] as const).flatMap((method) => {
    const successes = Object.keys(item[method]?.responses ?? {}).filter((status) => status.startsWith("2"))
    return successes.map((status) => `${method.toUpperCase()} ${path} ${status}`)
  })
)

describe("the contract", () => {
  it("declares these operations, each with its one success", () => {
    assert.sameMembers(operations, [
      "GET /v2/images 200",
      "POST /v2/images 202",
      "GET /v2/images/{image_id} 200",
      "PUT /v2/images/{image_id} 200",
      "DELETE /v2/images/{image_id} 204",
      "GET /v2/images/{image_id}/actions 200",
      "POST /v2/images/{image_id}/actions 201",
      "GET /v2/images/{image_id}/actions/{action_id} 200",
      "POST /v2/images/{image_id}/account_transfer 201",
      "POST /v2/images/{image_id}/account_transfer/accept 201",
      "POST /v2/images/{image_id}/account_transfer/cancel 204",
      "POST /v2/images/{image_id}/account_transfer/decline 204",
      "GET /v2/actions 200",
      "GET /v2/actions/{action_id} 200",
      "GET /v2/droplets 200",
      "POST /v2/droplets 202",
      "GET /v2/droplets/backups/policies 200",
      "GET /v2/droplets/backups/supported_policies 200",
      "POST /v2/droplets/actions 201",
      "GET /v2/droplets/{droplet_id} 200",
      "DELETE /v2/droplets/{droplet_id} 204",
      "GET /v2/droplets/{droplet_id}/backups/policy 200",
      "GET /v2/droplets/{droplet_id}/snapshots 200",
      "GET /v2/droplets/{droplet_id}/backups 200",
      "GET /v2/droplets/{droplet_id}/actions 200",
      "POST /v2/droplets/{droplet_id}/actions 201",
      "GET /v2/droplets/{droplet_id}/actions/{action_id} 200",
      "GET /v2/snapshots 200",
      "GET /v2/snapshots/{snapshot_id} 200",
      "DELETE /v2/snapshots/{snapshot_id} 204",
      "GET /v2/volumes/{volume_id}/snapshots 200",
      "POST /v2/volumes/{volume_id}/snapshots 201",
      "GET /v2/tags 200",
      "POST /v2/tags 201",
      "GET /v2/tags/{tag_id} 200",
      "DELETE /v2/tags/{tag_id} 204",
      "POST /v2/tags/{tag_id}/resources 204",
      "DELETE /v2/tags/{tag_id}/resources 204",
      "GET /v2/regions 200",
      "GET /v2/sizes 200",
      "GET /v2/account 200"
    ])
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
