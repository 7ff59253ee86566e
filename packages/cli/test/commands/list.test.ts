import { describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { session } from "../support/session.ts"

const { inProcess: doimg, shell, start } = session()

const ids = (json: string): ReadonlyArray<number> => JSON.parse(json).map(({ id }: { id: number }) => id)

describe("doimg list", () => {
  it.concurrent("prints a table, and nothing else", async ({ expect }) => {
    const { code, err, out } = await doimg("list", "--private", "--type", "snapshot")
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toBe(
      [
        "ID         NAME            TYPE      DISTRIBUTION  STATUS     REGIONS    SIZE      TAGS  CREATED",
        "166404101  web-2026-11-20  snapshot  Ubuntu        available  nyc3       3.42 GB   web   2026-11-20 03:10",
        "165903377  web-2026-11-13  snapshot  Ubuntu        available  nyc3,ams3  3.38 GB   web   2026-11-13 03:10",
        "165120954  db-2026-11-01   snapshot  Debian        available  fra1       38.71 GB  db    2026-11-01 02:00",
        ""
      ].join("\n")
    )
  })

  const selected: ReadonlyArray<[args: ReadonlyArray<string>, ids: ReadonlyArray<number>]> = [
    [
      ["--tag", "web"],
      [166404101, 165903377]
    ],
    [["--private", "--tag", "db"], [165120954]],
    [["--private", "--region", "ams3"], [165903377]],
    [
      ["--private", "--name", "WEB-2026-11-??"],
      [166404101, 165903377]
    ],
    [["--private", "--name", "*.*"], []],
    [
      ["--private", "--type", "snapshot", "--sort", "size_gigabytes"],
      [165903377, 166404101, 165120954]
    ],
    [
      ["--private", "--type", "snapshot", "--sort=-name"],
      [166404101, 165903377, 165120954]
    ],
    [["--name", "web-20*", "--limit", "1"], [166404101]],
    [
      ["--type", "snapshot", "--sort", "-size_gigabytes", "--limit", "2"],
      [165120954, 166404101]
    ],
    [["--distribution", "debian", "--type", "snapshot"], [165120954]],
    [
      ["--slug", "debian-*"],
      [199110005, 199110004]
    ],
    [["--public", "--distribution", "Fedora", "--limit", "1"], [199110007]],
    [["--application", "--name", "docker*"], [199220001]]
  ]
  for (const [args, expected] of selected) {
    it.concurrent(`${args.join(" ")} selects ${expected.length}`, async ({ expect }) => {
      const { code, out } = await doimg("list", ...args, "--format", "json")
      expect(code).toBe(0)
      expect(ids(out)).toEqual(expected)
    })
  }

  it.concurrent("lists the account's images unless others are wanted", async ({ expect }) => {
    const [all, own, others] = [
      await doimg("list", "--json"),
      await doimg("list", "--private", "--json"),
      await doimg("list", "--public", "--json")
    ]
    expect(all.out).toBe(own.out)
    const isPublic = (out: string) => JSON.parse(out).map((image: { public: boolean }) => image.public)
    expect(new Set(isPublic(all.out))).toEqual(new Set([false]))
    expect(new Set(isPublic(others.out))).toEqual(new Set([true]))
  })

  it.concurrent("says on stderr that a table has no rows, unless --quiet", async ({ expect }) => {
    const none = ["list", "--private", "--name", "nothing"]
    const [told, quiet, json] = await Promise.all([
      doimg(...none),
      doimg(...none, "--quiet"),
      doimg(...none, "--format", "json")
    ])
    expect(told).toMatchObject({ code: 0, err: "doimg: nothing found\n", out: expect.stringMatching(/^ID .*\n$/) })
    expect(quiet).toMatchObject({ code: 0, err: "", out: told.out })
    expect(json).toMatchObject({ code: 0, err: "", out: "[]\n" })
  })

  it.concurrent("prints one JSON document with every field as DigitalOcean names it", async ({ expect }) => {
    const { out } = await doimg("ls", "--private", "--name", "flatcar-*", "--format", "json")
    expect(JSON.parse(out)).toEqual([
      {
        id: 160552018,
        name: "flatcar-4230",
        type: "custom",
        distribution: "Unknown",
        slug: null,
        public: false,
        regions: ["sfo3"],
        created_at: "2026-06-02T11:45:10.000Z",
        min_disk_size: 10,
        size_gigabytes: 0.86,
        description: "imported",
        tags: [],
        status: "available",
        error_message: ""
      }
    ])
  })

  it.concurrent("takes global flags before the subcommand and after it", async ({ expect }) => {
    const [before, after] = await Promise.all([
      doimg("--format", "csv", "--columns", "id,regions", "list", "--tag", "web"),
      doimg("list", "--tag", "web", "--columns=id,regions", "--format=csv")
    ])
    expect(before).toEqual({ code: 0, err: "", out: 'id,regions\n166404101,nyc3\n165903377,"nyc3,ams3"\n' })
    expect(after).toEqual(before)
  })

  it.concurrent("writes JSON lines with the columns that are wanted", async ({ expect }) => {
    const { out } = await doimg("list", "--tag", "web", "--format", "ndjson", "--columns", "id,name")
    expect(out).toBe('{"id":166404101,"name":"web-2026-11-20"}\n{"id":165903377,"name":"web-2026-11-13"}\n')
  })

  const refused: ReadonlyArray<[args: ReadonlyArray<string>, says: RegExp]> = [
    [["--columns", "nmae"], /^doimg: --columns: there is no field nmae; there are id, name, .*\n$/],
    [["--sort", "nmae"], /^doimg: --sort: there is no field nmae; there are id, name, .*\n$/],
    [["--public", "--tag", "web"], /^doimg: --tag selects the account's images, and --public DigitalOcean's: .*\n$/],
    [["--limit", "0"], /^doimg: .*--limit.*see "doimg list --help"\n$/],
    [["--tag", "no tag"], /^doimg: --tag: .*\n$/],
    [["--region", ""], /^doimg: .*--region.*see "doimg list --help"\n$/],
    [["--privte"], /^doimg: .*--privte.*--private.*see "doimg list --help"\n$/],
    [["--format", "xml"], /^doimg: .*xml.*see "doimg list --help"\n$/],
    [["--timeout", "soon"], /^doimg: .*90s, 30m or 1h30m, got "soon": see "doimg list --help"\n$/]
  ]
  for (const [args, says] of refused) {
    it.concurrent(`${args.join(" ")} exits 2 and says in one line what was wrong`, async ({ expect }) => {
      const { code, err, out } = await doimg("list", ...args)
      expect({ code, out }).toEqual({ code: 2, out: "" })
      expect(err).toMatch(says)
    })
  }

  it.concurrent("--verbose tells each request on stderr, and never the token", async ({ expect }) => {
    const { code, err } = await doimg("list", "--tag", "db", "--verbose")
    expect(code).toBe(0)
    expect(err).toMatch(
      /^doimg: GET http:\/\/127\.0\.0\.1:\d+\/v2\/images\?tag_name=db&page=1&per_page=200 answered 200, .*\d+ requests left in \d+ ms\n$/
    )
    expect(err).not.toContain("secret-token")
  })

  it.concurrent("ends in silence when nobody reads on", async ({ expect }) => {
    const running = start(["list", "--format", "ndjson"])
    running.child.stdout?.destroy()
    expect({ code: await running.ended, err: running.err() }).toEqual({ code: 0, err: "" })
  })
})

describe.skipIf(!existsSync("/dev/full"))("a full disk (needs /dev/full)", () => {
  it.concurrent("is told in one line, and is a failure", async ({ expect }) => {
    const { code, err } = await shell("doimg list --private > /dev/full")
    expect(code).toBe(1)
    expect(err).toMatch(/^doimg: the result cannot be written: ENOSPC[^\n]*\n$/)
  })
})

describe("IMAGE", () => {
  it.concurrent("that is empty, as of a variable that is not set, is refused before anything is asked", async ({
    expect
  }) => {
    const { code, err, out } = await doimg("delete", "166404101", "", "--yes")
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toBe("doimg: IMAGE is empty: expected an id, a slug or a name; nothing was changed\n")
  })

  it.concurrent("that no number holds exactly is no other image's id", async ({ expect }) => {
    const { code, err } = await doimg("get", "99999999999999999999")
    expect(code).toBe(4)
    expect(err).toMatch(/^doimg: no image has the id 99999999999999999999, /)
  })
})

describe("doimg get", () => {
  it.concurrent("shows one image with all its fields below each other", async ({ expect }) => {
    const { code, out } = await doimg("get", "web-2026-11-13")
    expect(code).toBe(0)
    expect(out).toMatch(/^ID: +165903377\nName: +web-2026-11-13\n/)
    expect(out).toMatch(/\nRegions: +nyc3, ams3\n/)
  })

  it.concurrent("finds by id, slug and name; one is an array too", async ({ expect }) => {
    const [one, several] = await Promise.all([
      doimg("get", "debian-12-x64", "--format", "json"),
      doimg("get", "debian-12-x64", "165120954", "db-2026-11-01", "flatcar-4230", "--format", "json")
    ])
    expect(JSON.parse(one.out)).toMatchObject([{ id: 199110004, slug: "debian-12-x64" }])
    expect(ids(several.out)).toEqual([199110004, 165120954, 160552018])
  })

  it.concurrent("tells an id that does not exist, with the request's id, and exits 4", async ({ expect }) => {
    const { code, err, out } = await doimg("get", "7")
    expect({ code, out }).toEqual({ code: 4, out: "" })
    expect(err).toMatch(
      /^doimg: no image has the id 7, or this token may not see it: "doimg list" shows the account's \[request [-0-9a-f]{36}\]\n$/
    )
  })

  it.concurrent("tells every name that is missing before it gives up", async ({ expect }) => {
    const { code, err, out } = await doimg("get", "nope", "166404101", "neither")
    expect({ code, out }).toEqual({ code: 4, out: "" })
    expect(err.split("\n").map((line) => line.split(",")[0])).toEqual([
      "doimg: no image is called nope",
      "doimg: no image is called neither",
      "doimg: 2 of 3 images were not found; nothing was changed",
      ""
    ])
  })
})
