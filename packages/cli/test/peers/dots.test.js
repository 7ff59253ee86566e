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

test("dots renames an image, snapshots a Droplet, finds the image, tags it, and makes a Droplet of it", async () => {
  const { actions, droplets, images, tags } = client()
  assert.equal((await images.byImage_id(166404101).put({ name: "renamed" })).image.name, "renamed")
  const machine = droplets.byDroplet_id(413118204)
  const { action } = await machine.actions.post({ type: "snapshot", name: "by dots" })
  const ended = await until(
    async () => (await actions.byAction_id(action.id).get()).action,
    ({ status }) => status !== "in-progress"
  )
  assert.equal(ended.status, "completed")
  const isIt = ({ name }) => name === "by dots"
  const found = await until(
    async () => (await machine.snapshots.get()).snapshots,
    (all) => all.some(isIt)
  )
  const { id } = found.find(isIt)
  await tags.post({ name: "golden" })
  await tags.byTag_id("golden").resources.post({ resources: [{ resourceId: String(id), resourceType: "image" }] })
  assert.deepEqual((await images.byImage_id(id).get()).image.tags, ["golden"])
  const created = await droplets.post({ name: "peer", image: id, region: "nyc3", size: "s-1vcpu-1gb" })
  await until(
    async () => (await droplets.byDroplet_id(created.droplet.id).get()).droplet,
    ({ status }) => status === "active"
  )
  await droplets.byDroplet_id(created.droplet.id).delete()
  await images.byImage_id(id).delete()
  await assert.rejects(images.byImage_id(id).get(), ({ responseStatusCode }) => responseStatusCode === 404)
})

test("dots with the wrong token is 401", async () => {
  await assert.rejects(client("wrong").images.get(), ({ responseStatusCode }) => responseStatusCode === 401)
})
