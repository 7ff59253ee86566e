import assert from "node:assert/strict"
import { test } from "node:test"
import { createDigitalOceanClient, DigitalOceanApiKeyAuthenticationProvider } from "@digitalocean/dots"
import { FetchRequestAdapter } from "@microsoft/kiota-http-fetchlibrary"
import { sandbox, until } from "./sandbox.js"

const address = sandbox("--speed", "600", "--token", "right")
const client = (token = "right") => {
  const adapter = new FetchRequestAdapter(new DigitalOceanApiKeyAuthenticationProvider(token))
  adapter.baseUrl = address()
  return createDigitalOceanClient(adapter).v2
}

test("dots lists the account's images, page by page, and keeps their tags", async () => {
  const { images } = client()
  const seen = []
  // it loses `links.pages.next`, so the total tells the end
  for (let page = 1, total = 1; seen.length < total; page++) {
    const answer = await images.get({ queryParameters: { private: true, page, perPage: 4 } })
    assert.ok(answer.images.length <= 4)
    seen.push(...answer.images)
    total = answer.meta.total
  }
  assert.equal(new Set(seen.map(({ id }) => id)).size, 6)
  assert.ok(seen.some(({ tags }) => tags.length > 0))
})

test("dots creates an image, waits for it, transfers it, waits again, and deletes it", async () => {
  const { actions, images } = client()
  const body = { name: "peer", url: "https://example.com/peer.img", region: "nyc3", tags: ["base"] }
  const created = await images.post(body)
  assert.equal(created.image.status, "NEW")
  const image = images.byImage_id(created.image.id)
  const read = async () => (await image.get()).image
  await until(read, ({ status }) => status === "available")
  // it expects a bare action where DigitalOcean answers `{ action }`, and leaves what it does not know as it came
  const { action } = (await image.actions.post({ type: "transfer", region: "sfo3" })).additionalData
  assert.deepEqual([action.status, action.type, action.region_slug], ["in-progress", "transfer", "sfo3"])
  const ended = await until(
    async () => (await actions.byAction_id(action.id).get()).action,
    ({ status }) => status !== "in-progress"
  )
  assert.equal(ended.status, "completed")
  assert.deepEqual((await read()).regions, ["nyc3", "sfo3"])
  await image.delete()
  await assert.rejects(read, ({ id, responseStatusCode }) => responseStatusCode === 404 && id === "not_found")
})

test("dots with the wrong token is 401", async () => {
  await assert.rejects(client("wrong").images.get(), ({ responseStatusCode }) => responseStatusCode === 401)
})
