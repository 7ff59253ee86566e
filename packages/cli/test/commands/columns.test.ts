import { describe, it } from "@effect/vitest"
import { session } from "../support/session.ts"

const { inProcess: doimg } = session()

const nobody = ["--api-url", "http://127.0.0.1:1"]

describe("--columns", () => {
  const commands: ReadonlyArray<ReadonlyArray<string>> = [
    ["list", "--private"],
    ["delete", "166404101", "--dry-run"],
    ["transfer", "166404101", "--to", "blr1"],
    ["replicate", "166404101", "--to", "nyc3", "--dry-run"],
    ["replicate", "166404101", "--to", "nyc3"],
    ["rename", "166404101", "web-2026-11-20"],
    ["hand-over", "166404101", "--to-email", "ops@example.com", "--dry-run"],
    ["accept", "166404101", "--transfer-id", "7", "--decline", "--dry-run"],
    ["snapshot", "web-01", "--dry-run"],
    ["audit", "--format", "ndjson"],
    ["audit"],
    ["sizes"],
    ["tags"],
    ["account"],
    ["limits"],
    ["auth", "status"]
  ]
  for (const command of commands) {
    it.concurrent(`of doimg ${command.join(" ")} is held against its fields before anything is sent`, async ({
      expect
    }) => {
      const format = command.includes("--format") ? [] : ["--format", "json"]
      const [refused, printed] = await Promise.all([
        doimg(...command, ...format, "--columns", "id,nmae.a", ...nobody),
        doimg(...command, ...format)
      ])
      expect(refused).toMatchObject({ code: 2, out: "" })
      const [, known = ""] = /--columns: there is no field \S+; there are ([\w, ]*)/.exec(refused.err) ?? []
      expect(printed.code).toBe(0)
      const [row] = [JSON.parse(format.length === 0 ? printed.out.split("\n")[0]! : printed.out)].flat()
      expect(known.split(", ")).toEqual(Object.keys(row))
    })
  }

  it.concurrent("that names nothing, or what has no fields, is refused too", async ({ expect }) => {
    const [nothing, none] = await Promise.all([
      doimg("list", "--columns", " ,", ...nobody),
      doimg("request", "GET", "/v2/account", "--columns", "account", ...nobody)
    ])
    expect(nothing).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^doimg: --columns: no field is named; .*\n$/)
    })
    expect(none).toMatchObject({ code: 2, err: expect.stringMatching(/^doimg: --columns: .*: leave it out\n$/) })
  })

  it.concurrent("makes a table of an audit's images", async ({ expect }) => {
    const { out } = await doimg("audit", "--columns", "id,usd")
    expect(out).toMatch(/^ID +USD\n165120954 +\d/)
  })
})

describe("--sort", () => {
  it.concurrent("is held against the fields before anything is sent", async ({ expect }) => {
    const { code, err } = await doimg("list", "--sort=-nmae", ...nobody)
    expect(code).toBe(2)
    expect(err).toMatch(/^doimg: --sort: there is no field nmae; there are id, name, .*\n$/)
  })
})
