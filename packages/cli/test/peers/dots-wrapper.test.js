import assert from "node:assert/strict"
import { test } from "node:test"
import wrapper from "dots-wrapper"
import { sandbox, until } from "./sandbox.js"

const web = 413118204
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

test("dots-wrapper snapshots a Droplet, finds the image, tags it, and makes a Droplet of it", async () => {
  const { action, droplet, image, snapshot, tag } = client()
  const { data } = await droplet.snapshotDroplet({ droplet_id: web, name: "by dots-wrapper" })
  const ask = async () => (await action.getAction({ action_id: data.action.id })).data.action
  assert.equal((await until(ask, ({ status }) => status !== "in-progress")).status, "completed")
  const find = async () => (await droplet.listDropletSnapshots({ droplet_id: web })).data.snapshots
  const isIt = ({ name }) => name === "by dots-wrapper"
  const { id } = (await until(find, (all) => all.some(isIt))).find(isIt)
  assert.equal((await snapshot.getSnapshot({ snapshot_id: String(id) })).data.snapshot.resource_id, String(web))
  await tag.createTag({ name: "golden" })
  const resources = [{ resource_id: String(id), resource_type: "image" }]
  assert.equal((await tag.tagResources({ tag_name: "golden", resources })).status, 204)
  assert.deepEqual((await image.getImage({ image_id: id })).data.image.tags, ["golden"])
  const last = (await tag.getTag({ tag_name: "golden" })).data.tag.resources.images.last_tagged_uri
  assert.equal(last, `${address()}/v2/images/${id}`)
  const size = "s-1vcpu-1gb"
  const created = await droplet.createDroplet({ name: "peer", image: id, region: "nyc3", size, tags: ["peer"] })
  assert.equal(created.status, 202)
  const droplet_id = created.data.droplet.id
  await until(
    async () => (await droplet.getDroplet({ droplet_id })).data.droplet,
    ({ status }) => status === "active"
  )
  assert.equal((await droplet.deleteDropletsByTag({ tag_name: "peer" })).status, 204)
  await assert.rejects(droplet.getDroplet({ droplet_id }), ({ response }) => response.status === 404)
  assert.equal((await image.deleteImage({ image_id: id })).status, 204)
})

test("dots-wrapper lists firewalls, and creates, lists and deletes an SSH key", async () => {
  const { firewall, sshKey } = client()
  assert.equal((await firewall.listFirewalls({})).data.meta.total, 0)
  const public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJRMrjdwPm6ng0ca+Ifi1MOCoY+e179Jvf5xgaoPBAvI peer"
  const { id } = (await sshKey.createSshKey({ name: "peer", public_key })).data.ssh_key
  const { ssh_keys } = (await sshKey.listSshKeys({})).data
  assert.deepEqual(
    ssh_keys.map(({ fingerprint, id }) => [id, fingerprint]),
    [[id, "2f:28:6d:7b:18:f5:e7:a6:4d:0a:4a:fe:b5:77:2c:cc"]]
  )
  assert.equal((await sshKey.destroySshKey({ ssh_key_id: id })).status, 204)
})

// it renames with POST, where DigitalOcean wants PUT: such an operation is not found, and the log says why
test("dots-wrapper is not understood when it renames", async () => {
  await assert.rejects(
    client().image.updateImage({ image_id: 166404101, name: "renamed" }),
    ({ response }) => response.status === 404 && typeof response.data.request_id === "string"
  )
})

test("dots-wrapper with the wrong token is 401", async () => {
  await assert.rejects(client("wrong").image.listImages({}), ({ response }) => response.status === 401)
})
