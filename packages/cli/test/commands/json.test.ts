import { Account, Action, Image, Region, Size, Tag } from "@effect-digitalocean/client"
import { describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as ErrorReport from "../../src/errors/ErrorReport.ts"
import * as Plan from "../../src/output/Plan.ts"
import * as JobFields from "../../src/run/JobFields.ts"
import { session } from "../support/session.ts"

const { inProcess: doimg } = session("--speed", "3000")

/** Fails for a value that the schema does not describe, and for fields that it has not. */
const strictly = (schema: Schema.Codec<unknown, unknown>) =>
  Schema.decodeUnknownSync(Schema.Array(schema), { onExcessProperty: "error" })

const Limits = Schema.Struct({ limit: Schema.Int, remaining: Schema.Int, reset: Schema.String })

const Login = Schema.Struct({
  ...{ source: Schema.String, api_url: Schema.String, email: Schema.String },
  ...{ team: Schema.NullOr(Schema.String), status: Schema.String }
})

const commands: ReadonlyArray<readonly [rows: string, schema: Schema.Codec<unknown, unknown>, line: string]> = [
  ["images", Image.Image, "list --private"],
  ["images", Image.Image, "get 166404101"],
  ["images", Image.Image, "get 166404101 165903377"],
  ["images", Image.Image, "rename 160552018 flatcar"],
  ["images", Image.Image, "snapshot web-01 --name json"],
  ["actions", Action.Action, "transfer 165903377 --to sfo3 --wait"],
  ["actions", Action.Action, "actions 165903377"],
  ["regions", Region.Region, "regions"],
  ["sizes", Size.Size, "sizes"],
  ["tags", Tag.Tag, "tags"],
  ["the account", Account.Account, "account"],
  ["limits", Limits, "limits"],
  ["the login", Login, "auth status"],
  ["requests", Plan.Request, "transfer 165903377 --to blr1 --dry-run"],
  ["requests", Plan.Request, "delete 165903377 --dry-run"],
  ["requests", Plan.Request, "snapshot web-01 --power-off --dry-run"],
  ["requests", Plan.Request, "hand-over 165903377 --to-email a@example.com --dry-run"],
  ["planned items", JobFields.Planned, "replicate 165903377 --to nyc3,lon1 --dry-run"],
  ["planned items", JobFields.Planned, "release web-01 --series web --to nyc3,lon1 --tag golden --dry-run"],
  ["planned items", JobFields.Planned, "verify 165903377 --dry-run"],
  ["results of items", JobFields.Result, "replicate 165903377 --to nyc3,lon1"],
  ["results of items", JobFields.Result, "release web-01 --series web --to lon1 --tag golden"],
  ["results of items", JobFields.Result, "preserve 166480233 --name kept --tag kept"],
  ["results of items", JobFields.Result, "verify 166404101"]
]

describe("--json", () => {
  for (const [rows, schema, line] of commands) {
    it(`of doimg ${line} prints an array of ${rows}`, { timeout: 60_000 }, async ({ expect }) => {
      const { code, out } = await doimg(...line.split(" "), "--json", "--quiet")
      expect(code).toBe(0)
      expect(strictly(schema)(JSON.parse(out)).length).toBeGreaterThan(0)
    })
  }

  it("is the same as --format json and -o json, before the command or after it", async ({ expect }) => {
    const [short, alias, long] = [
      await doimg("get", "166404101", "--json"),
      await doimg("-o", "json", "get", "166404101"),
      await doimg("get", "166404101", "--format=json")
    ]
    expect(short.out).toBe(long.out)
    expect(alias.out).toBe(long.out)
  })

  it("gives what a script needs to know of each item of a job", async ({ expect }) => {
    const { out } = await doimg("replicate", "165120954", "--to", "fra1,ams3", "--json")
    const about = { image_id: 165120954, droplet_id: null, name: "db-2026-11-01", new_name: null, tag: null }
    expect(JSON.parse(out)).toEqual([
      {
        ...{ did: "transfer", ...about, region: "fra1", action_id: null },
        ...{ status: "skipped", error_code: null, message: "in fra1 already" }
      },
      {
        ...{ did: "transfer", ...about, region: "ams3", action_id: expect.any(Number) },
        ...{ status: "done", error_code: null, message: null }
      }
    ])
  })
})

describe("CSV", () => {
  it("has the fields of a job's results too", async ({ expect }) => {
    const { out } = await doimg("replicate", "165120954", "--to", "fra1", "--format", "csv", "--quiet")
    expect(out).toBe(
      "did,image_id,droplet_id,name,new_name,region,tag,action_id,status,error_code,message\n" +
        "transfer,165120954,,db-2026-11-01,,fra1,,,skipped,,in fra1 already\n"
    )
  })
})

describe("errors", () => {
  const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ErrorReport.Json))
  const failures: ReadonlyArray<
    readonly [line: string, exitCode: number, error: Partial<typeof ErrorReport.Json.Type.error>]
  > = [
    ["get 7", 4, { code: "NoSuchImage", status: null }],
    ["request GET /v2/images/7", 4, { code: "NotFound", status: 404 }],
    ["list --sort nmae", 2, { code: "UsageError", status: null, request_id: null }],
    ["list --nmae", 2, { code: "UsageError" }],
    ["lst", 2, { code: "UsageError" }]
  ]
  for (const [line, exitCode, error] of failures) {
    it(`of doimg ${line} are JSON on stderr where the result is JSON`, async ({ expect }) => {
      const { code, err, out } = await doimg(...line.split(" "), "--format", "json")
      expect({ code, out }).toEqual({ code: exitCode, out: "" })
      const reported = decode(err.trimEnd()).error
      expect(reported).toMatchObject(error)
      expect(reported.request_id === null).toBe(reported.status === null)
      expect(reported.message).not.toMatch(/^doimg: /)
    })
  }

  it("of a job are rows of the result and lines of stderr", async ({ expect }) => {
    const { code, err, out } = await doimg("replicate", "166017820", "--to", "ams3", "--json", "--quiet")
    expect(code).toBe(1)
    const [row] = JSON.parse(out)
    expect(row).toMatchObject({ did: "transfer", image_id: 166017820, region: "ams3", status: "failed" })
    const [first] = err
      .trimEnd()
      .split("\n")
      .map((line) => decode(line).error)
    expect(first).toMatchObject({ code: row.error_code, message: row.message })
  })
})
