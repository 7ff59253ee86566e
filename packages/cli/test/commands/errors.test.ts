import { describe, it } from "@effect/vitest"
import { faultySession } from "../support/session.ts"

const faults = [
  { on: "GET /v2/regions", times: "always", fault: "rate-limit", window: "hour", seconds: 540_000 },
  { on: "GET /v2/sizes", times: "always", fault: "status", status: 403 },
  { on: "tags.list", times: "always", fault: "status", status: 502, body: "html" },
  { on: "account.get", times: "always", fault: "answer", status: 200, body: "<html>hello</html>" },
  { on: "images.list", where: { tag_name: "lies" }, times: "always", fault: "total", total: 99 },
  { on: "images.act", where: { region: "sfo3" }, nth: 1, fault: "reset", when: "after" },
  { on: "images.act", where: { region: "blr1" }, nth: 1, fault: "reset", when: "after" },
  { on: "images.act", where: { region: "tor1" }, nth: 1, fault: "status", status: 422 },
  { on: "droplets.act", where: { type: "snapshot" }, nth: 1, fault: "reset", when: "after" }
]

const { inProcess: doimg } = faultySession(faults, "--speed", "600")

const request = String.raw`( \[request [-0-9a-f]{36}\])?`

describe("a failure is one line, and its exit code tells it apart:", () => {
  const table: ReadonlyArray<[why: string, args: ReadonlyArray<string>, code: number, says: RegExp]> = [
    ["a spent budget", ["regions"], 6, /^doimg: could not list regions: HTTP 429: .*Try again in .*\n$/],
    [
      "a scope that is missing",
      ["sizes"],
      5,
      new RegExp(
        `^doimg: could not list sizes: HTTP 403: .* Required scopes: .*${request}: "doimg auth status" says which token.*\\n$`
      )
    ],
    [
      "a gateway that is down",
      ["tags"],
      1,
      new RegExp(`^doimg: could not list tags: HTTP 502: .*${request}: run it again a little later\\n$`)
    ],
    [
      "a page that is no API",
      ["account"],
      1,
      /^doimg: could not read the account: 200 with an unexpected body: expected JSON, got HTML: hello: is --api-url that of DigitalOcean's API\?\n$/
    ],
    [
      "a listing that is not whole",
      ["list", "--tag", "lies"],
      1,
      /^doimg: could not list images: page 1: .*: run it again\n$/
    ]
  ]
  for (const [why, args, code, says] of table) {
    it.concurrent(why, async ({ expect }) => {
      const ended = await doimg(...args)
      expect(ended).toMatchObject({ code, out: "" })
      expect(ended.err).toMatch(says)
    })
  }

  it("a POST whose outcome nobody knows, which is not sent again", async ({ expect }) => {
    const params = '{"region":"sfo3"}'
    const { code, err, out } = await doimg("perform-action", "166404101", "transfer", "--params", params)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toMatch(
      /^doimg: could not start the action: .* It is not known whether the request was executed: look with "doimg actions" or "doimg list" before you send it again\n$/
    )
    const { out: actions } = await doimg("actions", "166404101", "--format", "json")
    expect(JSON.parse(actions).length).toBe(1)
  })

  it("some of several, with the code of their one reason, and the others printed", async ({ expect }) => {
    const { code, err, out } = await doimg("transfer", "166404101", "--to", "tor1,lon1", "--format", "json")
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject([{ type: "transfer", region_slug: "lon1" }])
    expect(err.split("\n")[0]).toMatch(
      /"message":"166404101 \(web-2026-11-20\): transfer to tor1: could not transfer the image: HTTP 422/
    )
    expect(err.split("\n")[1]).toContain('"message":"1 of 2 actions were not begun"')
  })
})

describe("doimg transfer", () => {
  it("finds the action that it started though the answer to its request is lost", async ({ expect }) => {
    const { code, err, out } = await doimg("transfer", "166404101", "--to", "blr1", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(JSON.parse(out)).toMatchObject([{ type: "transfer", region_slug: "blr1", status: "in-progress" }])
  })
})

describe("doimg snapshot", () => {
  it("takes one snapshot though the answer to its request is lost", async ({ expect }) => {
    const { code, out } = await doimg("snapshot", "web-01", "--name", "golden", "--format", "json")
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject([{ name: "golden", type: "snapshot" }])
    const { out: all } = await doimg("list", "--private", "--name", "golden", "--format", "json")
    expect(JSON.parse(all).length).toBe(1)
  })
})
