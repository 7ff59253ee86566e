import { describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { folder, inProcess: doimg } = session("--speed", "600")

const rows = (out: string): ReadonlyArray<Record<string, unknown>> => JSON.parse(out)

describe("doimg replicate", () => {
  it("prints what is missing with --dry-run, does it, and finds nothing to do then", { timeout: 60_000 }, async ({
    expect
  }) => {
    const args = ["replicate", "db-2026-11-01", "--to", "fra1,ams3", "--format", "json"]
    const dry = await doimg(...args, "--dry-run")
    expect(rows(dry.out).map((row) => [row["do"], row["requests"]])).toEqual([
      ["skip", 0],
      ["transfer", 1]
    ])
    const done = await doimg(...args)
    expect(done.code).toBe(0)
    expect(
      rows(done.out)
        .map(({ status }) => status)
        .sort()
    ).toEqual(["done", "skipped"])
    expect(done.err).toMatch(/Z transfer db-2026-11-01 \(165120954\), to ams3 {2}done/)
    const again = await doimg(...args, "--dry-run")
    expect(again.err).toBe("doimg: replicate: nothing to do\n")
  })

  it("does not advise to run again what was refused", async ({ expect }) => {
    const { code, err } = await doimg("replicate", "166480233", "--to", "ams3")
    expect(code).toBe(1)
    expect(err.trimEnd().split("\n").at(-1)).toBe("doimg: 1 of 1 items are refused: see --help for what allows them")
  })
})

describe("doimg preserve", () => {
  it("makes a snapshot of a backup, and names and tags it", { timeout: 60_000 }, async ({ expect }) => {
    const { code, out } = await doimg("preserve", "166017820", "--name", "kept", "--tag", "keep", "--format", "json")
    expect(code).toBe(0)
    expect(rows(out).map(({ status }) => status)).toEqual(["done", "done", "done"])
    expect(JSON.parse((await doimg("get", "kept", "--format", "json")).out)).toMatchObject([
      { id: 166017820, type: "snapshot", tags: ["keep"] }
    ])
  })

  it("refuses what is no backup", async ({ expect }) => {
    const { code, err, out } = await doimg("preserve", "flatcar-4230")
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toMatch(/^doimg: .*160552018.*\n$/)
  })
})

describe("doimg release", () => {
  it("makes an image of a Droplet in a series, and copies it", { timeout: 60_000 }, async ({ expect }) => {
    const args = ["release", "db-01", "--series", "release", "--to", "fra1,lon1", "--tag", "golden"]
    const dry = await doimg(...args, "--dry-run")
    expect(dry.code).toBe(0)
    expect(dry.out).toMatch(/\nsnapshot +\d+ +db-01/)
    const { code, out } = await doimg(...args, "--format", "json")
    expect(code).toBe(0)
    expect(rows(out).every(({ status }) => status === "done" || status === "skipped")).toBe(true)
    const listed = await doimg("list", "--tag", "golden", "--format", "json")
    expect(rows(listed.out)).toMatchObject([{ name: expect.stringMatching(/^release-/), regions: ["fra1", "lon1"] }])
  })
})

describe("doimg import", () => {
  it("imports an image once, however often it is asked", { timeout: 60_000 }, async ({ expect }) => {
    const args = ["import", "https://example.com/a.qcow2", "--name", "imported", "--region", "ams3", "--format", "json"]
    const first = await doimg(...args)
    expect(first.code).toBe(0)
    expect(rows(first.out)[0]).toMatchObject({ did: "import", status: "done", image_id: expect.any(Number) })
    const again = await doimg(...args)
    expect(rows(again.out)[0]).toMatchObject({ did: "import", status: "skipped" })
    expect(rows((await doimg("list", "--private", "--name", "imported", "--format", "json")).out).length).toBe(1)
  })
})

describe("doimg verify", () => {
  it("boots an image, checks it, and leaves no Droplet", { timeout: 60_000 }, async ({ expect }) => {
    const droplets = async () => JSON.parse((await doimg("request", "GET", "/v2/droplets")).out).droplets.length
    const before = await droplets()
    const good = await doimg("verify", "web-2026-11-20", "--check", "echo checking $DROPLET_IP", "--format", "json")
    expect(good.code).toBe(0)
    expect(good.err).toMatch(/^checking \d+\.\d+\.\d+\.\d+$/m)
    const bad = await doimg("verify", "web-2026-11-20", "--check", "exit 3", "--format", "json")
    expect(bad.code).toBe(1)
    expect(bad.err).toMatch(/"the check of Droplet \d+ failed: it ended with exit code 3"/)
    expect(await droplets()).toBe(before)
  })

  it("does not wait for what the check has left running", { timeout: 30_000 }, async ({ expect }) => {
    const { code, err } = await doimg("verify", "web-2026-11-20", "--check", "sleep 60 & echo left one", "--quiet")
    expect({ code, err }).toEqual({ code: 0, err: "left one\n" })
  })
})

describe("a release that retires images", () => {
  it("prints its plan and does nothing without a terminal unless --yes is given", async ({ expect }) => {
    const before = await doimg("list", "--private", "--json")
    const { code, err, out } = await doimg("release", "web-01", "--series", "retiring", "--keep-last", "1")
    expect(code).toBe(2)
    expect(out).toMatch(/\nsnapshot /)
    expect(err).toMatch(/doimg: nothing was changed: [^\n]*--yes\n$/)
    expect((await doimg("list", "--private", "--json")).out).toBe(before.out)
  })
})

describe("doimg hand-over and accept", () => {
  it("offer nothing without a terminal unless --yes is given", async ({ expect }) => {
    const { code, err, out } = await doimg("hand-over", "web-2026-11-13", "--to-email", "a@example.com")
    expect(code).toBe(2)
    expect(out).toMatch(/\n165903377 +web-2026-11-13 +offer +POST /)
    expect(err).toMatch(/^doimg: nothing was changed: [^\n]*--yes\n$/)
  })

  it("print what would be sent", async ({ expect }) => {
    const offer = await doimg(
      "hand-over",
      "web-2026-11-13",
      "--to-email",
      "a@example.com",
      "--dry-run",
      "--format",
      "json"
    )
    expect(rows(offer.out)).toMatchObject([
      { path: "/v2/images/165903377/account_transfer", body: { recipient_email: "a@example.com" } }
    ])
    const accept = await doimg("accept", "7", "--transfer-id", "8", "--team", "t", "--dry-run", "--format", "json")
    expect(JSON.parse(accept.out)).toMatchObject([
      { path: "/v2/images/7/account_transfer/accept", body: { transfer_id: 8, recipient_uuid: "t" } }
    ])
    expect((await doimg("hand-over", "web-2026-11-13")).code).toBe(2)
  })

  it("tell what DigitalOcean refuses", async ({ expect }) => {
    const { code, err } = await doimg("accept", "7", "--transfer-id", "8")
    expect(code).toBe(4)
    expect(err).toMatch(/^doimg: could not accept the image: HTTP 404/)
  })
})

describe("doimg rotate", () => {
  it("prints the plan, and deletes nothing without a terminal unless --yes is given", async ({ expect }) => {
    const line = ["rotate", "--series", "web-{date}", "--keep-last", "1"]
    const [dry, { code, err, out }] = [await doimg(...line, "--dry-run"), await doimg(...line)]
    expect(dry).toMatchObject({ code: 0, out })
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: rotate: [^\n]* \$0\.20 a month less\ndoimg: nothing was changed: [^\n]*--yes\n$/)
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["DO", "IMAGE", "NAME", "REASON", "REQUESTS", "A MONTH"],
      ["keep", "166404101", "web-2026-11-20", "last", "0", "$0.00"],
      ["delete", "165903377", "web-2026-11-13", "no rule keeps it", "1", "-$0.20"],
      [""]
    ])
    expect((await doimg("get", "165903377")).code).toBe(0)
  })

  it("says that a series has no image, and which pattern would take some", async ({ expect }) => {
    const rotate = (...flags: ReadonlyArray<string>) => doimg("rotate", "--keep-last", "1", "--dry-run", ...flags)
    const [planned, applied, tagged] = await Promise.all([
      rotate("--series", "web"),
      doimg("rotate", "--keep-last", "1", "--series", "nothing", "--yes"),
      rotate("--series", "web-{date}", "--tag", "db")
    ])
    expect(planned).toMatchObject({
      code: 0,
      err: "doimg: no image is called web-{timestamp}; --series 'web-{date}' has 2\ndoimg: rotate: nothing to do\n"
    })
    expect(applied).toMatchObject({
      code: 0,
      err: "doimg: no image is called nothing-{timestamp}\ndoimg: nothing to do\n"
    })
    expect(tagged.err).toBe("doimg: no image is called web-{date}, tagged db\ndoimg: rotate: nothing to do\n")
  })

  // R22
  it("takes the id of a Droplet that does not exist any more", async ({ expect }) => {
    const { code, err } = await doimg("rotate", "--droplet", "999999", "--keep-last", "1", "--dry-run")
    expect({ code, err }).toEqual({
      code: 0,
      err: "doimg: no image is made of the Droplet 999999\ndoimg: rotate: nothing to do\n"
    })
  })

  it("deletes what the plan says with --yes, and prints what became of it", async ({ expect }) => {
    const args = ["rotate", "--tag", "web", "--keep-daily", "1", "--yes", "--format", "json"]
    const { code, err, out } = await doimg(...args)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject([
      { did: "delete", image_id: 165903377, name: "web-2026-11-13", status: "done", error_code: null, message: null }
    ])
    expect(err).toMatch(/Z delete web-2026-11-13 \(165903377\), no rule keeps it {2}done {2}\d+s/)
    expect((await doimg("get", "165903377")).code).toBe(4)
    expect((await doimg("get", "166404101")).code).toBe(0)
  })

  it("refuses to guess which images and what to keep", async ({ expect }) => {
    const [which, what, zone] = await Promise.all([
      doimg("rotate", "--keep-last", "1"),
      doimg("rotate", "--tag", "web"),
      doimg("rotate", "--tag", "web", "--keep-daily", "1", "--time-zone", "Mars")
    ])
    expect(which).toMatchObject({ code: 2, err: expect.stringMatching(/^doimg: which images\? Give --series.*\n$/) })
    expect(what).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^doimg: what is to be kept\? .*--keep-last.*\n$/)
    })
    expect(zone).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^doimg: .*--time-zone.*"Mars": see "doimg rotate --help"\n$/)
    })
  })
})

describe("doimg audit", () => {
  it("writes a page with pictures", async ({ expect }) => {
    const file = join(folder, "audit.html")
    const { code, err, out } = await doimg("audit", "--html", file)
    expect({ code, err, out }).toEqual({ code: 0, err: `doimg: the report is in ${file}\n`, out: "" })
    const page = readFileSync(file, "utf8")
    expect(page).toMatch(/^<!doctype html>/i)
    expect(page).toContain("<svg")
    expect(page).toContain("db-2026-11-01")
  })

  const places: ReadonlyArray<[why: string, file: string, says: string]> = [
    [
      "a folder that is missing",
      "/nowhere/at/all.html",
      "there is no folder /nowhere/at: make it first, or name another file"
    ],
    ["a folder", "/tmp", "it is a folder: name a file in it, such as /tmp/audit.html"],
    ["a file in a file", "/dev/null/audit.html", "/dev/null is no folder: name another file"],
    ["no name", "", "expected the name of a file"]
  ]
  for (const [why, file, says] of places) {
    it.concurrent(`refuses ${why} for its page before anything is asked`, async ({ expect }) => {
      const { code, err, out } = await doimg("audit", "--html", file, "--api-url", "http://127.0.0.1:1")
      expect({ code, out }).toEqual({ code: 2, out: "" })
      expect(err).toBe(`doimg: --html${file === "" ? "" : ` ${file}`}: ${says}\n`)
    })
  }

  it("prints a report for people, and all of it as JSON", async ({ expect }) => {
    const [table, json] = await Promise.all([doimg("audit"), doimg("audit", "--regions", "sgp1", "--format", "json")])
    expect(table).toMatchObject({ code: 0, err: "" })
    expect(table.out).toMatch(/images, \$\d+\.\d\d a month/)
    expect(JSON.parse(json.out)).toMatchObject({
      failedListings: [],
      orphans: { droplet: { _tag: "Known", ids: [] } },
      images: expect.arrayContaining([expect.objectContaining({ id: "165120954", missing: ["sgp1"] })])
    })
  })
})
