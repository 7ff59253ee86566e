import assert from "node:assert/strict"
import { test } from "node:test"
import DigitalOcean from "do-wrapper"
import { sandbox, until } from "./sandbox.js"

const web = 413118204
const address = sandbox("--speed", "600", "--token", "right")
const client = (token = "right") => {
  const client = new DigitalOcean.default(token, 4)
  // it has no option for the address; all its modules share one object that holds it
  client.images.requestHelper.apiUrl = `${address()}/v2/`
  return client
}

test("do-wrapper lists all images, page by page", async () => {
  const all = await client().images.getAll("", true)
  assert.equal(new Set(all.map(({ id }) => id)).size, 22)
  const { images, meta } = await client().images.getAll("web")
  assert.deepEqual([images.length, meta.total], [2, 2])
})

test("do-wrapper renames an image, transfers it and waits", async () => {
  const { images } = client()
  assert.equal((await images.rename(166404101, "renamed")).image.name, "renamed")
  const { action } = await images.requestAction(166404101, { type: "transfer", region: "sfo3" })
  const ended = await until(
    async () => (await images.getActionById(166404101, action.id)).action,
    ({ status }) => status !== "in-progress"
  )
  assert.equal(ended.status, "completed")
  assert.deepEqual((await images.getByIdOrSlug(166404101)).image.regions, ["nyc3", "sfo3"])
})

test("do-wrapper snapshots a Droplet, finds the image, tags it, makes a Droplet of it, and deletes all", async () => {
  const { droplets, images, snapshots, tags } = client()
  const { action } = await droplets.requestAction(web, { type: "snapshot", name: "by do-wrapper" })
  const ended = await until(
    async () => (await droplets.getAction(web, action.id)).action,
    ({ status }) => status !== "in-progress"
  )
  assert.equal(ended.status, "completed")
  const isIt = ({ name }) => name === "by do-wrapper"
  const { id } = (
    await until(
      async () => (await droplets.getSnapshots(web)).snapshots,
      (all) => all.some(isIt)
    )
  ).find(isIt)
  assert.equal((await snapshots.getById(String(id))).snapshot.resource_id, String(web))
  await tags.create("golden")
  // it sends what it is given: the whole body
  await tags.addResources("golden", { resources: [{ resource_id: String(id), resource_type: "image" }] })
  assert.deepEqual((await images.getByIdOrSlug(id)).image.tags, ["golden"])
  const body = { name: "peer", image: id, region: "nyc3", size: "s-1vcpu-1gb", ssh_keys: null, user_data: null }
  const { droplet } = await droplets.create(body)
  await until(
    async () => (await droplets.getById(droplet.id)).droplet,
    ({ status }) => status === "active"
  )
  assert.equal(await droplets.deleteById(droplet.id), null)
  assert.equal(await images.deleteById(id), null)
  await assert.rejects(images.getByIdOrSlug(id), ({ response }) => response.statusCode === 404)
})

test("do-wrapper with the wrong token is 401", async () => {
  await assert.rejects(client("wrong").images.getAll(), ({ response }) => response.statusCode === 401)
})
