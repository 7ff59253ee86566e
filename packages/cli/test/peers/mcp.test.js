import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { after, test } from "node:test"
import { fileURLToPath } from "node:url"
import { sandbox, until } from "./sandbox.js"

const web = 413118204
const address = sandbox("--speed", "600", "--token", "right")

/** The MCP server, spoken to as an assistant does: one line of JSON-RPC each way. It starts at the first call. */
const server = () => {
  const program = fileURLToPath(new URL("node_modules/@digitalocean/mcp/index.js", import.meta.url))
  const waiting = new Map()
  let child
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  const call = (method, params) =>
    new Promise((resolve) => {
      const id = waiting.size + 1
      waiting.set(id, resolve)
      send({ id, method, params })
    })
  const start = async () => {
    const args = ["--services", "droplets", "--digitalocean-api-endpoint", address()]
    const env = { ...process.env, DIGITALOCEAN_API_TOKEN: "right" }
    child = spawn(process.execPath, [program, ...args], { env, stdio: ["pipe", "pipe", "ignore"] })
    createInterface(child.stdout).on("line", (line) => {
      const { error, id, result } = JSON.parse(line)
      waiting.get(id)?.({ error, result })
    })
    const clientInfo = { name: "peers", version: "0.0.0" }
    await call("initialize", { protocolVersion: "2025-03-26", capabilities: {}, clientInfo })
    send({ method: "notifications/initialized" })
  }
  after(() => child?.stdin.end())
  return async (name, args) => {
    if (child === undefined) await start()
    const { error, result } = await call("tools/call", { name, arguments: args })
    const [{ text }] = result?.content ?? [{ text: JSON.stringify(error) }]
    if (error !== undefined || result.isError) throw new Error(text)
    try {
      return JSON.parse(text)
    } catch {
      return text
    }
  }
}

const tool = server()

test("the MCP server lists images and Droplets", async () => {
  const images = await tool("image-list", { Type: "user", Page: 1, PerPage: 50 })
  assert.equal(images.length, 6)
  const droplets = await tool("droplet-list", { Page: 1, PerPage: 50 })
  assert.equal(droplets.length, 2)
})

test("the MCP server renames an image, transfers it and waits", async () => {
  await tool("image-update", { ID: 166404101, Name: "renamed" })
  const { id } = await tool("image-action-transfer", { ID: 166404101, Region: "sfo3" })
  await until(
    () => tool("image-action-get", { ImageID: 166404101, ActionID: id }),
    ({ status }) => status === "completed"
  )
  const image = await tool("image-get", { ID: 166404101 })
  assert.deepEqual([image.name, image.regions], ["renamed", ["nyc3", "sfo3"]])
})

test("the MCP server snapshots a Droplet, finds the image, makes a tagged Droplet of it, and deletes both", async () => {
  await tool("snapshot-droplet", { ID: web, Name: "by mcp" })
  const isIt = ({ name }) => name === "by mcp"
  const images = await until(
    () => tool("image-list", { Type: "user", Page: 1, PerPage: 50 }),
    (all) => all.some(isIt)
  )
  const { id } = images.find(isIt)
  const wanted = { Name: "peer", ImageID: id, Region: "nyc3", Size: "s-1vcpu-1gb", Tags: ["peer"] }
  await tool("droplet-create", { ...wanted, Backup: false, Monitoring: false })
  const droplets = await tool("droplet-list", { Page: 1, PerPage: 50 })
  const droplet = droplets.find(({ name }) => name === "peer")
  assert.deepEqual(droplet.tags, ["peer"])
  await tool("droplet-delete", { ID: droplet.id })
  await assert.rejects(tool("droplet-get", { ID: droplet.id }), /404/)
  await tool("image-delete", { ID: id })
  await assert.rejects(tool("image-get", { ID: id }), /404/)
})
