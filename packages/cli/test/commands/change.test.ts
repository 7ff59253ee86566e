import { describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { session } from "../support/session.ts"

const { folder, inProcess: doimg, shell, start } = session("--speed", "600")

const json = (text: string) => JSON.parse(text)

const line = (err: string): string => err.replace(/ \[request [-0-9a-f]{36}\]/, "")

describe("doimg rename and describe", () => {
  it("--dry-run prints the request and sends none", async ({ expect }) => {
    const { code, err, out } = await doimg("rename", "flatcar-4230", "flatcar", "--dry-run", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(json(out)).toEqual([
      {
        id: 160552018,
        name: "flatcar-4230",
        does: "rename to flatcar",
        method: "PUT",
        path: "/v2/images/160552018",
        body: { name: "flatcar" }
      }
    ])
    expect((await doimg("get", "flatcar")).code).toBe(4)
  })

  it("--unique refuses a name that another image has", async ({ expect }) => {
    const { code, err, out } = await doimg("rename", "flatcar-4230", "db-2026-11-01", "--unique")
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toBe("doimg: image 165120954 is called db-2026-11-01 already: nothing was renamed\n")
  })

  it("print the image as it is afterwards", async ({ expect }) => {
    const renamed = await doimg("rename", "160552018", "flatcar", "--unique", "--format", "json")
    expect(json(renamed.out)).toMatchObject([{ id: 160552018, name: "flatcar" }])
    const described = await doimg("describe", "flatcar", "Flatcar 4230", "--format", "json")
    expect(json(described.out)).toMatchObject([{ name: "flatcar", description: "Flatcar 4230" }])
  })

  it("make harmless what a name would do to a terminal", async ({ expect }) => {
    const { out } = await doimg("rename", "160552018", "a\u001b[31mred\u009b2J", "--columns", "name")
    expect(out).toBe("Name: a␛[31mred\u{fffd}2J\n")
    const asJson = await doimg("get", "160552018", "--format", "json", "--columns", "name")
    expect(asJson.out).toBe('[\n  {\n    "name": "a\\u001b[31mred\\u009b2J"\n  }\n]\n')
    await doimg("rename", "160552018", "flatcar")
  })
})

describe("doimg transfer, perform-action, convert, actions and wait", () => {
  it("transfer --dry-run prints a request for each region that is missing", async ({ expect }) => {
    const { code, err, out } = await doimg("transfer", "165903377", "--to", "nyc3,sfo3", "--to", "tor1", "--dry-run")
    expect({ code, err }).toEqual({ code: 0, err: "doimg: 165903377 (web-2026-11-13) is in nyc3 already\n" })
    expect(out.trimEnd().split("\n").slice(1)).toEqual([
      '165903377  web-2026-11-13  transfer to sfo3  POST    /v2/images/165903377/actions  {"type":"transfer","region":"sfo3"}',
      '165903377  web-2026-11-13  transfer to tor1  POST    /v2/images/165903377/actions  {"type":"transfer","region":"tor1"}'
    ])
  })

  it("transfer prints the action at once, and wait goes on with it", async ({ expect }) => {
    const begun = await doimg("transfer", "web-2026-11-13", "--to", "sfo3", "--format", "json")
    expect(begun).toMatchObject({ code: 0, err: "" })
    const [{ id, status }] = json(begun.out)
    expect(status).toBe("in-progress")
    const ended = await doimg("wait", String(id), "--format", "ndjson")
    expect(ended.code).toBe(0)
    expect(json(ended.out)).toMatchObject({ id, status: "completed", region_slug: "sfo3" })
    expect(ended.err).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z .*completed +\d+s +\d+\/5000 requests left\n$/m)
  })

  it("transfer --wait waits for all, and says how each stands, in plain lines", async ({ expect }) => {
    const { code, err, out } = await doimg("transfer", "165120954", "--to", "sfo3,ams3", "--wait", "--format", "json")
    expect(code).toBe(0)
    expect(json(out).map(({ status }: { status: string }) => status)).toEqual(["completed", "completed"])
    for (const region of ["sfo3", "ams3"]) {
      expect(err).toMatch(new RegExp(`Z transfer 165120954 \\(db-2026-11-01\\) to ${region} +completed`))
    }
    expect(err).not.toContain("\u001b")
  })

  it("--quiet says nothing but the result", async ({ expect }) => {
    const { code, err, out } = await doimg(
      "transfer",
      "165120954",
      "--to",
      "tor1,ams3",
      "--wait",
      "--quiet",
      "--format",
      "csv",
      "--columns",
      "status"
    )
    expect({ code, err, out }).toEqual({ code: 0, err: "", out: "status\ncompleted\n" })
  })

  it("convert makes a snapshot of a backup", async ({ expect }) => {
    const { code, out } = await doimg("convert", "166480233", "--wait", "--format", "json")
    expect(code).toBe(0)
    expect(json(out)).toMatchObject([{ type: "convert", status: "completed" }])
    expect(json((await doimg("get", "166480233", "--format", "json")).out)[0].type).toBe("snapshot")
  })

  it("convert passes over an image that is a snapshot already", async ({ expect }) => {
    const { code, err, out } = await doimg("convert", "166404101", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "doimg: 166404101 (web-2026-11-20) is a snapshot already\n" })
    expect(json(out)).toEqual([])
  })

  it("perform-action takes its fields from the command line or a file", async ({ expect }) => {
    writeFileSync(join(folder, "params.json"), '{"region":"lon1"}')
    const dry = await doimg("perform-action", "166404101", "transfer", "--params", '{"region":"blr1"}', "--dry-run")
    expect(dry.out).toContain('{"region":"blr1","type":"transfer"}')
    const done = await doimg(
      "perform-action",
      "166404101",
      "transfer",
      "--params",
      `@${join(folder, "params.json")}`,
      "--wait",
      "--format",
      "json"
    )
    expect(json(done.out)).toMatchObject([{ type: "transfer", status: "completed", region_slug: "lon1" }])
  })

  it("perform-action refuses what is no JSON object", async ({ expect }) => {
    const [text, list, file] = await Promise.all([
      doimg("perform-action", "166404101", "transfer", "--params", "region=lon1"),
      doimg("perform-action", "166404101", "transfer", "--params", "[]"),
      doimg("perform-action", "166404101", "transfer", "--params", "@nowhere.json")
    ])
    for (const { code, err } of [text, list, file]) {
      expect(code).toBe(2)
      expect(err).toMatch(/^doimg: --params.*\n$/)
    }
  })

  it("actions lists the newest first, --last only that, --in-progress none any more", async ({ expect }) => {
    const [all, last, running] = await Promise.all([
      doimg("actions", "165120954", "--format", "json"),
      doimg("actions", "165120954", "--last", "--format", "json"),
      doimg("actions", "165120954", "--in-progress", "--format", "json")
    ])
    expect(json(all.out).length).toBe(3)
    expect(json(last.out)).toEqual(json(all.out).slice(0, 1))
    expect(json(running.out)).toEqual([])
  })

  it("wait exits 4 for an action that does not exist, and loses no other", { timeout: 60_000 }, async ({ expect }) => {
    const { out } = await doimg("actions", "165120954", "--last", "--format", "json")
    const [{ id }] = json(out)
    const { code, err, out: rows } = await doimg("wait", String(id), "7", "--timeout", "1s", "--format", "json")
    expect(code).toBe(7)
    expect(rows).toBe("")
    expect(err).toMatch(
      /"message":"timed out after 1s".*\ndoimg: an action goes on at DigitalOcean; to wait again: doimg wait 7\n$/
    )
  })
})

describe("doimg snapshot", () => {
  it("--dry-run prints what would be sent, powering off and on included", async ({ expect }) => {
    const { code, out } = await doimg(
      "snapshot",
      "web-01",
      "--name",
      "golden",
      "--power-off",
      "--dry-run",
      "--format",
      "json"
    )
    expect(code).toBe(0)
    expect(json(out).map(({ body }: { body: unknown }) => body)).toEqual([
      { type: "power_off" },
      { type: "snapshot", name: "golden" },
      { type: "power_on" }
    ])
  })

  it("prints the image it made", { timeout: 30_000 }, async ({ expect }) => {
    const { code, err, out } = await doimg("snapshot", "web-01", "--name", "golden", "--format", "json")
    expect(code).toBe(0)
    expect(json(out)).toMatchObject([{ name: "golden", type: "snapshot" }])
    expect(err).toMatch(/Z snapshot droplet 413118204 +completed/i)
  })

  it("--power-off powers the Droplet on again", { timeout: 30_000 }, async ({ expect }) => {
    const { code, err } = await doimg("snapshot", "413118204", "--name", "quiet", "--power-off")
    expect(code).toBe(0)
    expect(err).toMatch(/doimg: web-01 is powered off\n/)
    expect(err).toMatch(/doimg: web-01 is powered on\n/)
    expect(json((await doimg("request", "GET", "/v2/droplets/413118204")).out).droplet.status).toBe("active")
  })

  it("--power-off powers the Droplet on again also when it is interrupted", async ({ expect }) => {
    const running = start(["snapshot", "db-01", "--name", "cut", "--power-off"])
    while (!/snapshot droplet 398250117 +in-progress/i.test(running.err())) {
      await new Promise((resolve) => running.child.stderr?.once("data", resolve))
    }
    running.child.kill("SIGINT")
    expect(await running.ended).toBe(130)
    expect(running.err()).toMatch(/doimg: db-01 is busy, and is powered on after that; Ctrl-C again leaves it off\n/)
    expect(json((await doimg("request", "GET", "/v2/droplets/398250117")).out).droplet.status).toBe("active")
  })

  it("--no-wait prints the action", async ({ expect }) => {
    const { code, err, out } = await doimg("snapshot", "web-01", "--no-wait", "--format", "json")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(json(out)).toMatchObject([{ type: "snapshot", status: "in-progress", resource_id: 413118204 }])
  })

  it("does not leave a Droplet off by not waiting", async ({ expect }) => {
    const { code, err } = await doimg("snapshot", "web-01", "--power-off", "--no-wait")
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: --power-off needs to wait .*\n$/)
  })

  it("exits 4 for a Droplet that does not exist", async ({ expect }) => {
    const [name, id] = await Promise.all([doimg("snapshot", "nope"), doimg("snapshot", "7")])
    expect(name).toEqual({
      code: 4,
      out: "",
      err: "doimg: no Droplet has the name nope, or this token may not see it\n"
    })
    expect(id).toEqual({ code: 4, out: "", err: "doimg: no Droplet has the id 7, or this token may not see it\n" })
  })
})

describe("doimg delete", () => {
  it("without a terminal needs --yes: it prints its plan, and deletes nothing", async ({ expect }) => {
    const [dry, { code, err, out }] = [
      await doimg("delete", "166404101", "--dry-run"),
      await doimg("delete", "166404101")
    ]
    expect({ code, out }).toEqual({ code: 2, out: dry.out })
    expect(err).toBe("doimg: nothing was changed: there is no terminal to ask on, so give --yes\n")
    expect((await doimg("get", "166404101")).code).toBe(0)
  })

  it("deletes nothing when one of several is missing or ambiguous", async ({ expect }) => {
    await doimg("rename", "165903377", "web-2026-11-20")
    const { code, err } = await doimg("delete", "web-2026-11-20", "160552018", "nope", "--yes")
    expect(code).toBe(3)
    expect(err.split("\n")).toEqual([
      "doimg: 2 images are called web-2026-11-20: 166404101 (snapshot, nyc3,lon1, 2026-11-20); 165903377 (snapshot, nyc3,ams3,sfo3, 2026-11-13). Give an id, or --all-matches",
      'doimg: no image is called nope, or this token may not see it: "doimg list" shows the account\'s',
      "doimg: 2 of 3 images were not found; nothing was changed",
      ""
    ])
    expect((await doimg("get", "160552018")).code).toBe(0)
  })

  it("refuses DigitalOcean's own images", async ({ expect }) => {
    const { code, err } = await doimg("delete", "debian-12-x64", "160552018", "--yes")
    expect(code).toBe(2)
    expect(err).toBe("doimg: 199110004 (12 x64) is DigitalOcean's, and cannot be deleted; nothing was deleted\n")
  })

  it("that is of one image alone does not speak of --all-matches", async ({ expect }) => {
    const { code, err } = await doimg("describe", "web-2026-11-20", "text")
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: 2 images are called web-2026-11-20: .*\. Give an id\n$/)
  })

  it("--all-matches takes every image of the name, and prints what is gone", async ({ expect }) => {
    const { code, err, out } = await doimg("rm", "web-2026-11-20", "--all-matches", "--yes")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out.split("\n").map((row) => row.split(/ +/))).toEqual([
      ["ID", "NAME", "DELETED"],
      ["166404101", "web-2026-11-20", "yes"],
      ["165903377", "web-2026-11-20", "yes"],
      [""]
    ])
    expect((await doimg("get", "166404101")).code).toBe(4)
  })
})

describe("doimg request", () => {
  it("prints the JSON of an answer as it stands", async ({ expect }) => {
    const { code, out } = await doimg("request", "get", "/v2/images?tag_name=db&per_page=1")
    expect(code).toBe(0)
    expect(json(out)).toMatchObject({
      images: [{ id: 165120954, created_at: "2026-11-01T02:00:00Z" }],
      meta: { total: 1 }
    })
  })

  it("sends a body, prints nothing for an empty answer, and nothing at all with --dry-run", async ({ expect }) => {
    const dry = await doimg("request", "POST", "/v2/tags", "--data", '{"name":"t1"}', "--dry-run", "--format", "json")
    expect(json(dry.out)).toEqual([{ method: "POST", path: "/v2/tags", body: { name: "t1" } }])
    expect((await doimg("request", "GET", "/v2/tags/t1")).code).toBe(4)
    const made = await doimg("request", "POST", "/v2/tags", "--data", '{"name":"t1"}')
    expect(json(made.out)).toMatchObject({ tag: { name: "t1" } })
    expect(await doimg("request", "DELETE", "/v2/tags/t1")).toEqual({ code: 0, out: "", err: "" })
  })

  it("takes a body from stdin", async ({ expect }) => {
    const { code, out } = await shell(`echo '{"name":"t2"}' | doimg request POST /v2/tags --data @-`)
    expect(code).toBe(0)
    expect(json(out)).toMatchObject({ tag: { name: "t2" } })
  })

  it("tells a failure with its request's id", async ({ expect }) => {
    const { code, err } = await doimg("request", "GET", "/v2/images/7")
    expect(code).toBe(4)
    expect(err).toMatch(/\[request [-0-9a-f]{36}\]/)
    expect(line(err)).toMatch(/^doimg: GET \/v2\/images\/7: HTTP 404: .*\n$/)
    expect((await doimg("request", "FETCH", "/v2/images")).code).toBe(2)
  })
})
