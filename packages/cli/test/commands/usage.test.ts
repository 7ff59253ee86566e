import { describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { tmpdir } from "node:os"
import { session } from "../support/session.ts"

const pool = "0d3db13e-a604-4944-9827-7ec2642d32ac"
const day = (id: number, more: object = {}) => ({
  ...{ id, name: `web-2026-11-${10 + id}`, created_at: `2026-11-${10 + id}T03:00:00Z`, size_gigabytes: 1 },
  ...more
})

const seed = {
  images: [
    day(1, { regions: ["tor1"] }),
    day(2),
    day(3),
    day(4, { tags: ["channel:prod"] }),
    day(5, { tags: ["protected"] }),
    day(6, { tags: ["expires:2999-12-31"] }),
    day(7, { tags: ["expires:2026-01-01"], regions: ["nyc3", "ams3"] }),
    day(8)
  ],
  droplets: [{ id: 11, name: "web-01" }],
  autoscalePools: [
    { id: pool, name: "fleet", image: 2 },
    { id: pool.replace(/.$/, "d"), name: "gpus", image: 1, size: "gpu-h100x1-80gb" }
  ]
}

const file = join(tmpdir(), `doimg-usage-${process.pid}.json`)
writeFileSync(file, JSON.stringify(seed))

const { inProcess: doimg } = session("--seed", file, "--speed", "1")

const kept = [
  [1, "image of Droplet gpus-1 (ID), template of autoscale pool gpus"],
  [2, "image of Droplet fleet-1 (ID), template of autoscale pool fleet"],
  [3, "an action is in progress on it: transfer"],
  [4, "image of channel prod"],
  [5, "protected"],
  [6, "protected until 2999-12-31"]
] as const

const bare = (text: string) => text.replace(/\(52\d+\)/g, "(ID)")

describe("what is in use or protected", () => {
  it("is kept by doimg delete, which says by what, and deletes the others", async ({ expect }) => {
    await doimg("transfer", "3", "--to", "ams3")
    const { code, err, out } = await doimg("delete", "1", "2", "3", "4", "5", "6", "8", "--yes", "--format", "csv")
    expect({ code, out }).toEqual({ code: 1, out: "id,name,deleted\n8,web-2026-11-18,true\n" })
    for (const [id, reason] of kept) expect(bare(err)).toContain(`image ${id} is kept: ${reason}\n`)
    expect((await doimg("get", "8")).code).toBe(4)
  })

  it("is reported by doimg delete --dry-run", async ({ expect }) => {
    const { code, err, out } = await doimg("delete", "5", "7", "--dry-run", "--columns", "id", "--format", "csv")
    expect({ code, err, out }).toEqual({ code: 0, err: "doimg: kept: 5 (web-2026-11-15): protected\n", out: "id\n7\n" })
  })

  it("is kept by doimg rotate, whose plan says by what", async ({ expect }) => {
    const rotate = ["rotate", "--series", "web-{date}", "--keep-last", "1", "--format", "csv"]
    const { out } = await doimg(...rotate, "--dry-run", "--columns", "do,image_id,reason")
    for (const [id, reason] of kept) {
      if (id !== 3) expect(bare(out)).toMatch(new RegExp(`^keep,${id},"?${reason.replace(/[()]/g, ".")}`, "m"))
    }
    expect(out).toContain("delete,3,")
    const { code, out: applied } = await doimg(...rotate, "--yes")
    expect(code).toBe(0)
    expect(applied).toContain("an action is in progress on it: transfer")
    for (const [id] of kept) expect((await doimg("get", String(id))).code).toBe(0)
  })

  it("is deleted with --even-if-in-use, but not what is protected", async ({ expect }) => {
    const { code, err } = await doimg("delete", "2", "4", "5", "6", "--even-if-in-use", "--yes")
    expect(code).toBe(1)
    expect(err).toContain("image 5 is kept: protected\n")
    expect(err).toContain("image 6 is kept: protected until 2999-12-31\n")
    expect((await doimg("get", "2")).code).toBe(4)
    expect((await doimg("get", "4")).code).toBe(4)
    expect((await doimg("get", "5")).code).toBe(0)
  })
})

describe("doimg protect and unprotect", () => {
  it("put a tag on an image that keeps it, and remove it", async ({ expect }) => {
    const { code, out } = await doimg("protect", "7", "--format", "csv", "--columns", "id,tags")
    expect({ code, out }).toEqual({ code: 0, out: 'id,tags\n7,"expires:2026-01-01,protected"\n' })
    expect((await doimg("delete", "7", "--yes")).err).toContain("image 7 is kept: protected\n")
    await doimg("protect", "7", "--until", "2999-01-01")
    expect((await doimg("unprotect", "7", "--format", "json", "--columns", "tags")).out).toContain('"tags": []')
    const dry = await doimg("delete", "7", "--dry-run", "--format", "csv", "--columns", "does")
    expect(dry.out).toBe("does\ndelete\n")
  })

  it("--dry-run print their requests, and refuse an invalid day and DigitalOcean's images", async ({ expect }) => {
    const dry = await doimg(
      "protect",
      "7",
      "--until",
      "2999-01-01",
      "--dry-run",
      "--format",
      "csv",
      "--columns",
      "does,path"
    )
    expect(dry.out).toBe("does,path\ntag with expires:2999-01-01,/v2/tags/expires%3A2999-01-01/resources\n")
    expect((await doimg("protect", "7", "--until", "2026-02-30")).code).toBe(2)
    expect((await doimg("protect", "debian-12-x64")).code).toBe(2)
  })
})

describe("doimg latest and promote", () => {
  it("latest prints the id of the newest image of a series alone, and exits with 4 if there is none", async ({
    expect
  }) => {
    expect(await doimg("latest", "web-{date}")).toEqual({ code: 0, out: "7\n", err: "" })
    expect((await doimg("latest", "web-{date}", "--region", "tor1")).out).toBe("1\n")
    expect((await doimg("latest", "web-{date}", "--region", "syd1")).code).toBe(4)
    expect((await doimg("latest", "db")).code).toBe(4)
    expect((await doimg("latest", "web-{date}", "--format", "json", "--columns", "id")).out).toContain('"id": 7')
  })

  it("promote makes another image the one of a channel", async ({ expect }) => {
    const first = await doimg("promote", "5", "next", "--format", "csv")
    expect(first.out).toBe("id,name,channel,replaced\n5,web-2026-11-15,next,\n")
    const dry = await doimg("promote", "7", "next", "--dry-run", "--format", "csv", "--columns", "id,does")
    expect(dry.out).toBe("id,does\n7,tag with channel:next\n5,remove the tag channel:next\n")
    const second = await doimg("promote", "7", "next", "--format", "csv", "--columns", "replaced")
    expect(second.out).toBe("replaced\n5\n")
    expect((await doimg("latest", "web-{date}", "--tag", "channel:next")).out).toBe("7\n")
    expect((await doimg("promote", "7", "no channel")).code).toBe(2)
  })
})
