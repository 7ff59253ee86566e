import assert from "node:assert/strict"
import { test } from "node:test"
import wrapper from "dots-wrapper"
import { sandbox, until } from "./sandbox.js"

const address = sandbox("--speed", "600", "--token", "right")
const client = (token = "right") => wrapper.createApiClient({ token, endpoint: `${address()}/v2` })

test("dots-wrapper lists the account's images, page by page", async () => {
  const { image } = client()
  const seen = []
  for (let page = 1; ; page++) {
    const { data } = await image.listImages({ user_images: true, page, per_page: 4 })
    seen.push(...data.images.map(({ id }) => id))
    assert.equal(data.meta.total, 6)
    if (data.links.pages?.next === undefined) break
  }
  assert.equal(new Set(seen).size, 6)
})

test("dots-wrapper creates an image, waits for it, transfers it, waits again, and deletes it", async () => {
  const { action, image } = client()
  const created = await image.createCustomImage({ name: "peer", url: "https://example.com/peer.img", region: "nyc3" })
  assert.equal(created.status, 202)
  assert.equal(created.data.image.status, "NEW")
  const image_id = created.data.image.id
  const read = async () => (await image.getImage({ image_id })).data.image
  await until(read, ({ status }) => status === "available")
  const { data } = await image.transferImage({ image_id, region: "sfo3" })
  assert.deepEqual([data.action.status, data.action.type, data.action.region_slug], ["in-progress", "transfer", "sfo3"])
  const ask = async () => (await image.getImageAction({ image_id, action_id: data.action.id })).data.action
  const ended = await until(ask, ({ status }) => status !== "in-progress")
  assert.equal(ended.status, "completed")
  assert.deepEqual((await action.getAction({ action_id: data.action.id })).data.action, ended)
  assert.deepEqual((await read()).regions, ["nyc3", "sfo3"])
  assert.equal((await image.deleteImage({ image_id })).status, 204)
  await assert.rejects(read, ({ response }) => response.status === 404 && response.data.id === "not_found")
})

test("dots-wrapper with the wrong token is 401", async () => {
  await assert.rejects(client("wrong").image.listImages({}), ({ response }) => response.status === 401)
})
