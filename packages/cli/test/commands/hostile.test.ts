import { Fixtures } from "@effect-digitalocean/testing"
import { afterAll, beforeAll, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { folder, inProcess: doimg, inProcessWith: doimgWith, shell } = session()

const deep = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels)

const long = "m".repeat(1_000_000)

const images = [
  Fixtures.image({ id: 1, name: `=cmd|'/c calc'!A0`, tags: ["-x", "@y"] }),
  Fixtures.image({ id: 2, name: "-a".repeat(2000) }),
  Fixtures.image({ id: 3, name: long, description: long, regions: [long] })
]

const answers: Readonly<Record<string, readonly [status: number, body: string]>> = {
  "/v2/images": [200, JSON.stringify({ images, links: {}, meta: { total: images.length } })],
  "/v2/images/3": [200, JSON.stringify({ image: images[2] })],
  "/v2/deep": [200, deep(100_000)],
  "/v2/deep-object": [200, `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  "/v2/flat": [200, deep(100)],
  "/v2/refused": [400, JSON.stringify({ id: long, message: long, request_id: long })]
}

/** An API that answers what DigitalOcean never would. */
let server: Server
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const [status, body] = answers[new URL(request.url!, "http://127.0.0.1").pathname] ?? [200, deep(100_000)]
    response.writeHead(status, { "content-type": "application/json", "x-request-id": "r".repeat(10_000) }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  writeFileSync(join(folder, "deep.json"), deep(100_000))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const hostile = (...args: ReadonlyArray<string>) => doimgWith({ DIGITALOCEAN_API_URL: url }, ...args)

// R49
describe("a pattern of many stars", () => {
  it.concurrent("is tried on a long name in a moment", async ({ expect }) => {
    const { code, out } = await hostile("list", "--name", "*-*-*-*-*-*-*-*x", "--format", "json", "--timeout", "20s")
    expect({ code, out }).toEqual({ code: 0, out: "[]\n" })
  })
})

// R53
describe("a name that is a formula", () => {
  it.concurrent("is a text in CSV, unless it is wanted as it is", async ({ expect }) => {
    const [csv, raw] = await Promise.all(
      ["csv", "csv-raw"].map((format) =>
        hostile("list", "--name", "=*", "--columns", "id,name,tags", "--format", format)
      )
    )
    expect(csv).toMatchObject({ code: 0, out: `id,name,tags\n1,'=cmd|'/c calc'!A0,"'-x,@y"\n` })
    expect(raw).toMatchObject({ code: 0, out: `id,name,tags\n1,=cmd|'/c calc'!A0,"-x,@y"\n` })
  })
})

// R55
describe("JSON of 100,000 levels", () => {
  const sent: ReadonlyArray<readonly [why: string, args: ReadonlyArray<string>, says: string]> = [
    ["as the body of a request", ["request", "POST", "/v2/tags", "--data", "@deep.json"], "--data: nested more than"],
    ["of a dry run", ["request", "POST", "/v2/tags", "--data", "@deep.json", "--dry-run"], "--data: nested more than"],
    [
      "as parameters of an action",
      ["perform-action", "1", "x", "--params", "@deep.json"],
      "--params: nested more than"
    ],
    ["as a seed", ["sandbox", "--port", "0", "--seed", "deep.json"], "deep.json: "],
    ["as a plan of faults", ["sandbox", "--port", "0", "--faults", "deep.json"], "deep.json: "]
  ]
  for (const [why, args, says] of sent) {
    it.concurrent(`is refused in one line ${why}`, async ({ expect }) => {
      const { code, err, out } = await shell(`cd ${folder} && doimg ${args.join(" ")}`)
      expect({ code, out }).toEqual({ code: 2, out: "" })
      expect(err).toMatch(/^doimg: [^\n]{1,300}\n$/)
      expect(err).toContain(says)
    })
  }

  for (const path of ["/v2/deep", "/v2/deep-object"]) {
    it.concurrent(`is not printed, and one line says so: ${path}`, async ({ expect }) => {
      const { code, err, out } = await hostile("request", "GET", path)
      expect({ code, out }).toEqual({ code: 1, out: "" })
      expect(err).toMatch(
        /^doimg: GET \S+: 200 with an unexpected body: Expected at most 100 levels of nesting [^\n]*\n$/
      )
    })
  }

  for (const args of [["account"], ["regions"], ["tags"], ["list", "--tag", "x"], ["get", "7"], ["audit"]]) {
    it.concurrent(`is one line where ${args.join(" ")} gets it`, async ({ expect }) => {
      const { code, err } = await doimgWith({ DIGITALOCEAN_API_URL: `${url}/other` }, ...args)
      expect(code).toBe(1)
      expect(err).toMatch(/^(doimg: [^\n]{1,2100}\n)+$/)
    })
  }
})

describe("JSON of 100 levels", () => {
  it.concurrent("is printed as it stands", async ({ expect }) => {
    const { code, out } = await hostile("request", "GET", "/v2/flat")
    expect(code).toBe(0)
    expect(out.replace(/\s/g, "")).toBe(deep(100))
  })
})

// R56
describe("what is longer than anybody reads", () => {
  it.concurrent("is cut in an error", async ({ expect }) => {
    const { code, err } = await hostile("request", "GET", "/v2/refused")
    expect(code).toBe(1)
    expect(err).toMatch(/^doimg: GET \/v2\/refused: HTTP 400: [^\n]*\n$/)
    expect(err.length).toBeLessThan(2100)
  })

  it.concurrent("is cut in a table and in the fields of one image, and whole in JSON", async ({ expect }) => {
    const [table, one, json] = await Promise.all([
      hostile("list"),
      hostile("get", "3"),
      hostile("get", "3", "--format", "json")
    ])
    expect([table.code, one.code, json.code]).toEqual([0, 0, 0])
    for (const line of table.out.split("\n")) expect(line.length).toBeLessThan(1500)
    for (const line of one.out.split("\n")) expect(line.length).toBeLessThan(10_100)
    expect(JSON.parse(json.out)).toMatchObject([{ name: long, description: long }])
  })

  it.concurrent("is cut in the lines of --verbose, of a request and of its answer", async ({ expect }) => {
    writeFileSync(join(folder, "long.json"), JSON.stringify({ name: long }))
    const { err } = await hostile("request", "POST", "/v2/flat", "--data", `@${join(folder, "long.json")}`, "--verbose")
    expect(err).toMatch(/^doimg: POST \S+\/v2\/flat \{"name":"m+\.\.\. \(\d+ more\) answered 200, request r+\.\.\. /)
    expect(err).toMatch(/^[^\n]* in \d+ ms\n$/)
    expect(err.length).toBeLessThan(2100)
  })

  it.concurrent("is cut where a command line holds it", async ({ expect }) => {
    const { code, err } = await doimg("get", "no such name ".repeat(8000))
    expect(code).toBe(4)
    expect(err.length).toBeLessThan(2100)
  })
})
