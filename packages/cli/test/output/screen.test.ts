import { assert, describe, it } from "@effect/vitest"
import * as Text from "../../src/text/Text.ts"
import { session } from "../support/session.ts"

const { inProcess: doimg, onScreen, shell } = session()

const now = Date.parse("2026-11-28T03:00:00Z")

const screen = (columns: number, more: { readonly rows?: number; readonly hasColor?: boolean } = {}) => ({
  ...{ columns, rows: 200, hasColor: false, now },
  ...more
})

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["list", "--private"],
  ["list", "--public"],
  ["get", "165903377", "db-2026-11-01"],
  ["get", "165903377"],
  ["actions", "165903377"],
  ["droplets"],
  ["snapshots"],
  ["sizes"],
  ["regions"],
  ["tags"],
  ["rotate", "--series", "web-{date}", "--keep-last", "1", "--dry-run"],
  ["replicate", "165903377", "--to", "nyc3,sfo3", "--dry-run"],
  ["verify", "165903377", "--region", "ams3", "--dry-run"],
  ["transfer", "165903377", "--to", "sfo3", "--dry-run"],
  ["snapshot", "web-01", "--name", "golden", "--power-off", "--dry-run"]
]

describe("on a terminal", () => {
  for (const command of commands) {
    for (const columns of [80, 60, 40]) {
      it(`of ${columns} columns doimg ${command.join(" ")} fits`, async ({ expect }) => {
        const { code, out } = await onScreen(screen(columns), ...command)
        assert.strictEqual(code, 0)
        if (command[0] !== "get" || command.length > 2) {
          for (const line of out.split("\n")) assert.isAtMost(Text.width(line), columns, line)
        }
        expect(`\n${out}`).toMatchSnapshot()
      })
    }
  }

  for (const columns of [80, 60, 40]) {
    it(`of ${columns} columns the tables of doimg audit fit`, async () => {
      const { out } = await onScreen(screen(columns), "audit")
      for (const line of out.split("\n").filter((line) => line.startsWith("  "))) {
        assert.isAtMost(Text.width(line), columns, line)
      }
      assert.match(out, /\n {2}ID +(KIND +)?NAME +CREATED/)
    })
  }

  it("colours headings and states, unless --no-color is given", async () => {
    const [colored, plain] = [
      await onScreen(screen(80, { hasColor: true }), "regions", "--columns", "slug"),
      await onScreen(screen(80, { hasColor: true }), "regions", "--columns", "slug", "--no-color")
    ]
    assert.match(colored.out, /^\u001b\[1mSLUG\u001b\[0m\n/)
    assert.match(plain.out, /^SLUG\n/)
  })

  it("has absolute times in machine formats", async () => {
    const { out } = await onScreen(screen(80), "list", "--tag", "db", "--format", "csv", "--columns", "created_at")
    assert.strictEqual(out, "created_at\n2026-11-01T02:00:00.000Z\n")
  })

  it("never leaves out a column that was named", async () => {
    const { out } = await onScreen(screen(40), "list", "--tag", "db", "--columns", "id,distribution,type")
    assert.strictEqual(out.split("\n")[0], "ID         DISTRIBUTION  TYPE")
  })
})

describe("a result that is longer than the terminal", () => {
  const long = (env: string, ...flags: ReadonlyArray<string>) =>
    shell(`script -qec "stty cols 80 rows 5; ${env} doimg list --public ${flags.join(" ")}" /dev/null`)

  it("is shown by the pager that PAGER names, unless --no-pager is given", async () => {
    const [paged, unpaged, unset] = [
      await long("PAGER='tr a-z A-Z'"),
      await long("PAGER='tr a-z A-Z'", "--no-pager"),
      await long("PAGER=")
    ]
    assert.include(paged.out, "DEBIAN-12-X64")
    for (const { out } of [unpaged, unset]) assert.include(out, "debian-12-x64")
  })

  it("is written if the pager is missing, and if it is left early", async () => {
    const [missing, left] = [await long("PAGER=/nowhere/pager"), await long("PAGER=true")]
    assert.include(missing.out, "debian-12-x64")
    assert.strictEqual(left.code, 0)
    assert.notInclude(left.out, "debian-12-x64")
  })

  it("is written to a pipe as it is", async () => {
    const { out } = await doimg("list", "--public")
    assert.include(out, "debian-12-x64")
  })
})
