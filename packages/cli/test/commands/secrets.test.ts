import { afterAll, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Running, start } from "../support/process.ts"
import { session } from "../support/session.ts"

const hex = "0123456789abcdef".repeat(4)

/** Another account's token, whole and as it is left of a line that was too long. */
const foreign = `dop_v1_${hex}`
const cut = `dor_v1_${hex.slice(0, 24)}`

/** What an image is called. */
const named = `doo_v1_${hex}`

/** A token of this process without the shape that tokens have today. */
const own = hex.split("").reverse().join("")

const place = mkdtempSync(join(tmpdir(), "doimg-secrets-"))
const seed = join(place, "seed.json")
const images = [
  { id: 1, name: "web" },
  { id: 2, name: named }
]
writeFileSync(seed, JSON.stringify({ images }))
afterAll(() => rmSync(place, { recursive: true }))

const run = session("--seed", seed, "--speed", "600")
const { doimgWith, inProcessWith } = run

/** Whether a text shows so much of a secret that it is none any more. */
const shows = (text: string, secret: string): boolean => {
  const [digits = ""] = /[0-9a-f]{10,}/.exec(secret) ?? []
  return text.includes(digits.slice(0, 12)) || text.includes(digits.slice(-12))
}

// R47
describe("a token in the wrong place is not shown:", () => {
  const places: ReadonlyArray<readonly [where: string, args: (token: string) => ReadonlyArray<string>]> = [
    ["as IMAGE", (token) => ["get", token]],
    ["as one of several", (token) => ["get", token, "web", `x ${token} y`]],
    ["as a field", (token) => ["list", "--sort", token]],
    ["as a column", (token) => ["list", "--columns", token]],
    ["as --token-file", (token) => ["list", "--token-file", token]],
    ["as --context", (token) => ["list", "--context", token]],
    ["as --timeout", (token) => ["list", "--timeout", token]],
    ["as --format", (token) => ["list", "--format", token]],
    ["as a command", (token) => [token]],
    ["as a flag", (token) => ["list", `--${token}`]],
    ["as short flags", (token) => ["list", `-x${token}`]],
    ["as --token", (token) => ["list", "--token", token]],
    ["as -t", (token) => ["list", `-t=${token}`]],
    ["as the user of the API's URL", (token) => ["account", "--api-url", `https://x:${token}@127.0.0.1:1`]],
    ["as its host", (token) => ["account", "--api-url", `https://${token}.invalid`, "--verbose"]],
    ["in a request's path", (token) => ["request", "GET", `/v2/${token}?x=${token}`, "--verbose"]],
    ["in a body", (token) => ["request", "POST", "/v2/x", "--data", `{"a":"${token} x","${token}":1}`, "--verbose"]],
    ["in a body that is not sent", (token) => ["request", "POST", "/v2/x", "--data", `["${token}"]`, "--dry-run"]],
    ["in a body that is not JSON", (token) => ["request", "POST", "/v2/x", "--data", token]],
    ["as a name in a plan", (token) => ["rename", "web", token, "--dry-run"]],
    ["as a Droplet", (token) => ["release", token, "--series", "x"]],
    ["as a series", (token) => ["rotate", "--series", token, "--keep-last", "1"]],
    ["as a file", (token) => ["audit", "--html", `/nowhere/${token}/x`]],
    ["as a seed", (token) => ["sandbox", "--seed", token]]
  ]
  for (const [where, args] of places) {
    // what a process writes is what is written in this one: one of them shows that
    const doimg = where === "as IMAGE" ? doimgWith : inProcessWith
    it.concurrent(where, async ({ expect }) => {
      const runs = await Promise.all([
        doimg({ DIGITALOCEAN_TOKEN: own }, ...args(own)),
        doimg({ DIGITALOCEAN_TOKEN: "web" }, ...args(foreign)),
        doimg({ DIGITALOCEAN_TOKEN: own }, ...args(cut))
      ])
      const texts = runs.map(({ err, out }) => `${out}${err}`)
      expect(texts.map((text) => text.length > 0)).toEqual([true, true, true])
      expect([own, foreign, cut].map((token, i) => (shows(texts[i] ?? "", token) ? texts[i] : ""))).toEqual([
        "",
        "",
        ""
      ])
    })
  }
})

// R47
describe("the credentials of a URL", () => {
  const signature = "5ecret5ignature"
  const url = `https://me:pa55word@files.example.com/web.img?size=1&X-Amz-Signature=${signature}&X-Amz-Credential=AKIA1234`
  const isClean = (text: string) => !/pa55word|5ecret5ignature|AKIA1234/.test(text)

  it("of an import are in no plan, no line and no result, and the rest of it is", async ({ expect }) => {
    const args = ["import", url, "--name", "imported", "--region", "nyc3"]
    const planned = await run.doimg(...args, "--dry-run", "--format", "json")
    const done = await run.doimg(...args, "--verbose", "--format", "json")
    expect(planned.code).toBe(0)
    expect(planned.out).toContain("files.example.com/web.img")
    expect(done.err).toMatch(/POST \S+\/v2\/images \{[^\n]*"url":"https:\/\/<redacted>@files\.example\.com\/web\.img/)
    for (const { err, out } of [planned, done]) expect(isClean(`${out}${err}`)).toBe(true)
  })

  it("are in no request that is planned, sent or refused", async ({ expect }) => {
    const body = JSON.stringify({ name: "x", url, region: "nyc3" })
    const [planned, sent, wrong] = await Promise.all([
      run.doimg("request", "POST", "/v2/images", "--data", body, "--dry-run"),
      run.doimg("request", "POST", "/v2/nothing", "--data", body, "--verbose"),
      run.doimg("get", url)
    ])
    expect([planned.code, sent.code, wrong.code]).toEqual([0, 4, 4])
    for (const { err, out } of [planned, sent, wrong]) expect(isClean(`${out}${err}`)).toBe(true)
    expect(planned.out).toContain("size=1")
  })

  it("are not in the log of a sandbox, and no token is", async ({ expect }) => {
    const sandbox: Running = start("node", [run.bin, "sandbox", "--port", "0"])
    const [, address = ""] = await sandbox.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
    const body = JSON.stringify({ name: foreign, url, region: "nyc3", note: own })
    await fetch(`${address}/v2/images?sig=${signature}&x=${own}`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${own}`, "content-type": "application/json" }
    })
    sandbox.child.kill("SIGINT")
    expect(await sandbox.ended).toBe(0)
    const log = sandbox.err()
    expect(log).toContain("files.example.com/web.img")
    expect([isClean(log), shows(log, foreign)]).toEqual([true, false])
  })
})

// R46
describe("an ordinary word", () => {
  for (const token of ["a", "any", "image", "web", "doimg", "called"]) {
    it.concurrent(`stays, also where the token is ${token}`, async ({ expect }) => {
      const { code, err } = await inProcessWith(
        { DIGITALOCEAN_TOKEN: token },
        "get",
        "nothing-of-this-name",
        "--verbose"
      )
      expect(code).toBe(4)
      expect(err).not.toContain("redacted")
      expect(err).toMatch(/\ndoimg: no image is called nothing-of-this-name, or this token may not see it: /)
    })
  }
})

describe("a name that looks like a token", () => {
  it("is in a result as it is, for a script needs it", async ({ expect }) => {
    const [one, all, csv] = await Promise.all([
      run.doimg("get", "2", "--format", "json"),
      run.doimg("list", "--private"),
      run.doimg("list", "--private", "--format", "csv", "--columns", "name")
    ])
    expect(JSON.parse(one.out)).toMatchObject({ id: 2, name: named })
    for (const { out } of [all, csv]) expect(out).toContain(named)
  })

  it("is not offered for completion", async ({ expect }) => {
    const { out } = await run.doimg("complete", "fish", "--", "get", "")
    expect(out).toMatch(/^web\t/m)
    expect(shows(out, named)).toBe(false)
  })
})
