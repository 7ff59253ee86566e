import { describe, it } from "@effect/vitest"
import { session } from "../support/session.ts"

const { inProcess: doimg } = session("--speed", "3000")

const tagsOf = async (image: string): Promise<ReadonlyArray<string>> =>
  JSON.parse((await doimg("get", image, "--json")).out)[0].tags

describe("doimg tag and untag", () => {
  it("print the request with --dry-run, one for all images", async ({ expect }) => {
    const { out } = await doimg("tag", "db-2026-11-01", "flatcar-4230", "db", "--dry-run", "--json")
    expect(JSON.parse(out)).toEqual([
      {
        ...{ id: 160552018, name: "flatcar-4230", does: "tag", method: "POST", path: "/v2/tags/db/resources" },
        body: { resources: [{ resource_id: "160552018", resource_type: "image" }] }
      }
    ])
    expect(await tagsOf("160552018")).toEqual([])
  })

  it("tag images, pass over those that have the tag, and take it off again", async ({ expect }) => {
    const results = async (command: string) => {
      const { code, out } = await doimg(command, "db-2026-11-01", "flatcar-4230", "new", "--json")
      expect(code).toBe(0)
      return JSON.parse(out).map(({ result }: { result: string }) => result)
    }
    expect(await results("tag")).toEqual(["tagged", "tagged"])
    expect(await tagsOf("160552018")).toEqual(["new"])
    expect(await results("tag")).toEqual(["tagged already", "tagged already"])
    expect(await results("untag")).toEqual(["untagged", "untagged"])
    expect(await results("untag")).toEqual(["not tagged", "not tagged"])
    expect(await tagsOf("160552018")).toEqual([])
  })

  it("refuse a tag alone, and what is no tag, and change nothing", async ({ expect }) => {
    const [alone, none, foreign] = [
      await doimg("tag", "flatcar-4230"),
      await doimg("tag", "flatcar-4230", "no tag"),
      await doimg("tag", "debian-12-x64", "mine")
    ]
    expect(alone).toMatchObject({ code: 2, err: 'doimg: expected IMAGE... TAG, got "flatcar-4230" alone\n' })
    expect(none.code).toBe(2)
    expect(foreign).toMatchObject({ code: 2, err: expect.stringContaining("is DigitalOcean's") })
  })
})

describe("doimg snapshot --tag", () => {
  it("tags the image that it prints", { timeout: 60_000 }, async ({ expect }) => {
    const { code, out } = await doimg("snapshot", "web-01", "--name", "tagged", "--tag", "golden,web", "--json")
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject([{ name: "tagged", tags: ["golden", "web"] }])
    expect(await tagsOf("tagged")).toEqual(["golden", "web"])
  })

  it("refuses what is no tag before anything is sent, and a tag for an image that is not waited for", async ({
    expect
  }) => {
    const nobody = ["--api-url", "http://127.0.0.1:1"]
    const [invalid, unwaited] = [
      await doimg("snapshot", "web-01", "--tag", "no tag", ...nobody),
      await doimg("snapshot", "web-01", "--tag", "web", "--no-wait", ...nobody)
    ]
    expect(invalid).toMatchObject({ code: 2, err: expect.stringContaining("--tag") })
    expect(unwaited).toMatchObject({ code: 2, err: "doimg: --tag needs to wait for the image: leave --no-wait out\n" })
  })
})

describe("doimg droplets and snapshots", () => {
  it("list Droplets, GPU Droplets too, and those of a tag, a region or a name", async ({ expect }) => {
    const names = async (...flags: ReadonlyArray<string>) => {
      const { out } = await doimg("droplets", ...flags, "--json")
      return JSON.parse(out).map(({ name }: { name: string }) => name)
    }
    expect(await names()).toEqual(expect.arrayContaining(["web-01", "db-01"]))
    expect(await names("--tag", "web")).toEqual(["web-01"])
    expect(await names("--name", "db-*")).toEqual(["db-01"])
    expect(await names("--region", "sgp1")).toEqual([])
  })

  it("list the snapshots of Droplets and of volumes", async ({ expect }) => {
    const types = async (...flags: ReadonlyArray<string>): Promise<Set<string>> => {
      const { out } = await doimg("snapshots", ...flags, "--json")
      return new Set(JSON.parse(out).map((snapshot: { resource_type: string }) => snapshot.resource_type))
    }
    expect(await types("--of", "droplet")).toEqual(new Set(["droplet"]))
    expect((await types()).size).toBeGreaterThan(0)
  })
})
