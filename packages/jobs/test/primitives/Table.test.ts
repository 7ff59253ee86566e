import { Table, Text } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"

const columns: ReadonlyArray<Table.Column> = [
  { title: "id" },
  { title: "name", least: 8 },
  { title: "distribution", leaveOut: 1 },
  { title: "regions", least: 6, leaveOut: 2 },
  { title: "created" }
]

const rows = [
  ["165903377", "web-2026-11-13T03-10-00-000Z", "Ubuntu", "nyc3,ams3,sfo3", "8 days ago"],
  ["7", "db", "Debian", "fra1", "now"]
]

describe("Table.format", () => {
  const windows: ReadonlyArray<readonly [columns: number | undefined, head: string, first: string]> = [
    [
      undefined,
      "ID         NAME                          DISTRIBUTION  REGIONS         CREATED",
      "165903377  web-2026-11-13T03-10-00-000Z  Ubuntu        nyc3,ams3,sfo3  8 days ago"
    ],
    [
      75,
      "ID         NAME                      DISTRIBUTION  REGIONS       CREATED",
      "165903377  web-2026-11-13T03-10-00…  Ubuntu        nyc3,ams3,s…  8 days ago"
    ],
    [
      60,
      "ID         NAME                      REGIONS      CREATED",
      "165903377  web-2026-11-13T03-10-00…  nyc3,ams3,…  8 days ago"
    ],
    [40, "ID         NAME               CREATED", "165903377  web-2026-11-13T0…  8 days ago"],
    [20, "ID         NAME      CREATED", "165903377  web-202…  8 days ago"]
  ]
  for (const [width, ...expected] of windows) {
    it(`shows what identifies a row in ${width ?? "unlimited"} columns`, () => {
      assert.deepStrictEqual(Table.format(columns, rows, { columns: width }).slice(0, 2), expected)
    })
  }

  it("is not wider than the window, whatever its width, and cuts no cell below the least width", () => {
    for (let width = 31; width < 120; width++) {
      const lines = Table.format(columns, rows, { columns: width })
      for (const line of lines) assert.isAtMost(Text.width(line), width, line)
      const [, name = ""] = lines[1]!.split(/ {2,}/)
      assert.isAtLeast(name.length, 8)
      for (const line of lines.slice(1)) assert.match(line, /(8 days ago|now)$/)
    }
  })

  it("paints cells without a change of their places", () => {
    const paint = (cell: string, column: number, row: number | undefined) =>
      column === 1 && row === 1 ? `\u001b[1m${cell}\u001b[0m` : cell
    const [, , last] = Table.format(columns, rows, { columns: 40, paint })
    assert.strictEqual(last, "7          \u001b[1mdb\u001b[0m                 now")
  })

  it("sanitizes cells", () => {
    assert.deepStrictEqual(Table.format([{ title: "a" }], [["\u001b[2J"]]), ["A", "␛[2J"])
  })
})
