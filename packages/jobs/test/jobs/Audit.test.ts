import { DigitalOceanError, Region } from "@effect-digitalocean/client"
import { Audit, Text } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { hostile, listings } from "../support/listings.ts"

const refused = new DigitalOceanError.DigitalOceanError({
  operation: "Droplets.list",
  method: "GET",
  reason: new DigitalOceanError.Forbidden({ status: 403, id: "forbidden", detail: "no", scopes: ["droplet:read"] })
})

describe("orphans", () => {
  const report = Audit.of(
    listings({
      images: [
        { id: 1 },
        { id: 2, size_gigabytes: 0.01 },
        { id: 3, size_gigabytes: null },
        { id: 4 },
        { id: 5, type: "custom" },
        { id: 6, type: "backup" }
      ],
      snapshots: [
        { id: "1", resource_id: "11" },
        { id: 2, resource_id: 12 },
        { id: "3", resource_id: "13" },
        { id: "u-1", resource_type: "volume", resource_id: "v-1" },
        { id: "u-2", resource_type: "volume", resource_id: "v-2" }
      ],
      droplets: [{ id: 11 }],
      volumes: [{ id: "v-1" }]
    })
  )
  const sourceOf = (id: string) => report.images.find((row) => row.id === id)?.source

  it("are the snapshots whose Droplet or volume was deleted, with their cost", () => {
    assert.deepStrictEqual(report.orphans, {
      droplet: { _tag: "Known", ids: ["3", "2"], total: { count: 2, gigabytes: 0.01, usd: 0.01, unknown: 1 } },
      volume: { _tag: "Known", ids: ["u-2"], total: { count: 1, gigabytes: 10, usd: 0.6, unknown: 0 } }
    })
    assert.deepStrictEqual(
      Audit.orphans(report).map(({ id }) => id),
      ["u-2", "3", "2"]
    )
  })

  it("are not snapshots whose source exists or is unknown, nor backups or custom images", () => {
    const existing = { _tag: "Exists", resource_type: "droplet", resource_id: "11", name: "web-01" } as const
    assert.deepStrictEqual(sourceOf("1"), existing)
    assert.deepStrictEqual(sourceOf("u-1"), {
      _tag: "Exists",
      resource_type: "volume",
      resource_id: "v-1",
      name: "data"
    })
    assert.deepStrictEqual(["4", "5", "6"].map(sourceOf), [{ _tag: "Unknown" }, { _tag: "None" }, { _tag: "Unknown" }])
  })

  it("are unavailable if a listing that is needed failed", () => {
    const all = listings({ images: [{ id: 1 }], snapshots: [{ id: "1", resource_id: "11" }] })
    const because = { operation: "Droplets.list", problem: refused.reason.message }
    const partial = Audit.of({ ...all, droplets: Result.fail(refused) })
    assert.deepStrictEqual(partial.orphans.droplet, { _tag: "Unavailable", ...because })
    assert.strictEqual(partial.orphans.volume._tag, "Known")
    assert.deepStrictEqual(partial.failedListings, [because])
    assert.deepStrictEqual(Audit.orphans(partial), [])
    assert.include(
      Audit.format(partial),
      "unavailable: Droplets.list failed: HTTP 403: no Required scopes: droplet:read."
    )

    const without = Audit.of({ ...all, snapshots: Result.fail(refused) })
    assert.deepStrictEqual([without.orphans.droplet._tag, without.orphans.volume._tag], ["Unavailable", "Unavailable"])
    assert.strictEqual(without.total.count, 1)
  })
})

describe("of", () => {
  it("returns series of equal cost by their names, and each of them the newest first", () => {
    const rows = ["b", "a", "c"].flatMap((name, i) => [
      { id: 10 + i, name, created_at: "2026-11-01T00:00:00Z" },
      { id: 20 + i, name, created_at: "2026-11-02T00:00:00Z" }
    ])
    const { images, series } = Audit.of(listings({ images: rows }))
    assert.deepStrictEqual(
      series.map(({ series }) => series),
      ["a", "b", "c"]
    )
    assert.deepStrictEqual(
      images.map(({ id }) => id),
      ["21", "11", "20", "10", "22", "12"]
    )
  })

  it("returns an image without a type as an image", () => {
    const { images } = Audit.of(listings({ images: [{ id: 1, type: null }] }))
    assert.strictEqual(images[0]?.kind, "image")
  })

  it("charges per GB with a minimum, counts unknown sizes separately, and backups and public images cost nothing", () => {
    const report = Audit.of(
      listings({
        images: [
          { id: 1, size_gigabytes: 10 },
          { id: 2, size_gigabytes: 0.001 },
          { id: 3, size_gigabytes: null },
          { id: 4, type: "backup", size_gigabytes: 50 },
          { id: 5, public: true },
          { id: 6, status: "deleted" }
        ]
      }),
      { prices: { gigabyteMonth: 0.1, minimum: 0.5 } }
    )
    assert.deepStrictEqual(report.total, { count: 4, gigabytes: 60.001, usd: 1.5, unknown: 1 })
    assert.deepStrictEqual(
      report.kinds.map(({ kind, total }) => [kind, total.count]),
      [
        ["snapshot", 3],
        ["backup", 1]
      ]
    )
  })

  it("counts the age in whole days, and each image in one range of ages", () => {
    const created = ["2026-11-26", "2026-11-25", "2026-11-17", "2026-10-25", "2026-08-26", "2025-11-25", "2024-01-01"]
    const report = Audit.of(
      listings({ images: created.map((day, i) => ({ id: i + 1, created_at: `${day}T00:00:00Z` })) })
    )
    assert.deepStrictEqual(
      report.images.map(({ days }) => days),
      [0, 0, 8, 31, 91, 365, 1059]
    )
    assert.deepStrictEqual(
      report.ages.map(({ total }) => total.count),
      [2, 1, 1, 2, 1]
    )
  })

  it("sums the images of each region, and which are missing in a region where they are wanted", () => {
    const report = Audit.of(
      listings({
        images: [
          { id: 1, regions: ["nyc3", "nyc3"] },
          { id: 2, regions: ["nyc3", "ams3"] },
          { id: 3, type: "backup" }
        ]
      }),
      { regions: [Schema.decodeSync(Region.Region)({ slug: "ams3" }), "sfo3"] }
    )
    assert.deepStrictEqual(
      report.regions.map(({ isWanted, missing, region, total }) => [region, isWanted, missing, total.count]),
      [
        ["ams3", true, 1, 1],
        ["nyc3", false, 0, 3],
        ["sfo3", true, 2, 0]
      ]
    )
  })

  it("finds images of one kind with one name, and what all but the newest cost", () => {
    const report = Audit.of(
      listings({
        images: [
          { id: 1, created_at: "2026-11-01T00:00:00Z" },
          { id: 2, created_at: "2026-11-02T00:00:00Z", size_gigabytes: 1 },
          { id: 3, type: "custom" },
          { id: 4, name: "" },
          { id: 5, name: "" }
        ]
      })
    )
    const reclaimable = { count: 1, gigabytes: 10, usd: 0.6, unknown: 0 }
    assert.deepStrictEqual(report.duplicates, [{ kind: "snapshot", name: "web", ids: ["2", "1"], reclaimable }])
  })

  const Size = Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1000 })))
  const Sizes = Schema.Array(Schema.Tuple([Size, Schema.Literals(["a", "b-1", "b-2"])]))
  it.prop("returns the same for any order of rows, and each sum contains each image once", [Sizes], ([sizes]) => {
    const images = sizes.map(([size_gigabytes, name], i) => ({ id: i + 1, name, size_gigabytes }))
    const report = Audit.of(listings({ images }))
    assert.deepStrictEqual(Audit.of(listings({ images: images.toReversed() })), report)
    for (const parts of [report.kinds, report.series, report.ages]) {
      const sum = (field: "count" | "unknown" | "usd") => parts.reduce((sum, { total }) => sum + total[field], 0)
      assert.strictEqual(sum("count"), images.length)
      assert.strictEqual(sum("unknown"), report.total.unknown)
      assert.closeTo(sum("usd"), report.total.usd, 1e-6)
    }
  })

  it.effect("returns findings that survive being stored", () =>
    Effect.gen(function* () {
      const report = Audit.of(listings({ images: hostile.slice(0, 8).map((name, i) => ({ id: i + 1, name })) }))
      const json = JSON.stringify(yield* Schema.encodeEffect(Audit.Findings)(report))
      assert.deepStrictEqual(yield* Schema.decodeUnknownEffect(Audit.Findings)(JSON.parse(json)), report)
    })
  )
})

describe("the series of a name", () => {
  for (const [name, series] of [
    ["web-2026-11-20", "web"],
    ["web-2026-11-25T03-10-00-000Z", "web"],
    ["web-01 2026-11-22 04:12", "web-01"],
    ["web_20261120", "web"],
    ["flatcar-4230", "flatcar"],
    ["app v1.2.3", "app"],
    ["web", "web"],
    ["2026-11-20", "2026-11-20"],
    ["42", "42"],
    ["", ""]
  ] as const) {
    it(`${JSON.stringify(name)} is ${JSON.stringify(series)}`, () => assert.strictEqual(Audit.seriesOf(name), series))
  }

  it("is found in the last 100 characters of a name", () => {
    assert.strictEqual(Audit.seriesOf(`${"web".repeat(50)}-2026-11-20`), "web".repeat(50))
    assert.strictEqual(Audit.seriesOf(`web ${"1.".repeat(75)}1`), `web ${"1.".repeat(25)}1`)
  })

  it("takes linear time for a name of any length", () => {
    for (const piece of ["1.", "-", " ", "2026-01-02"]) {
      const start = performance.now()
      assert.isNotEmpty(Audit.seriesOf(`${piece.repeat(300_000)}x`))
      assert.isBelow(performance.now() - start, 2000, piece)
    }
  })
})

describe("format", () => {
  const report = Audit.of(
    listings({
      images: [
        { id: 1, name: "web-2026-11-20", created_at: "2026-11-20T00:00:00Z", regions: ["nyc3", "ams3"] },
        { id: 2, name: "web-2026-11-13", created_at: "2026-11-13T00:00:00Z", size_gigabytes: null },
        { id: 3, name: "db", size_gigabytes: 38.71, regions: ["fra1"] },
        { id: 4, name: "db", size_gigabytes: 1, regions: ["fra1"] }
      ],
      snapshots: [{ id: "1", resource_id: "11" }]
    }),
    { regions: ["ams3"] }
  )

  it("returns a table for each section", () => {
    assert.strictEqual(Audit.format(report), expected)
  })

  it("has no column of what is missing if no region is wanted", () => {
    assert.notInclude(Audit.format(Audit.of(listings({ images: [{ id: 1 }] }))), "MISSING")
    assert.include(Audit.format(report), "MISSING")
  })

  it("is 100 wide by default, in every section", () => {
    const images = [1, 2].map((id) => ({ id, name: "x".repeat(120) }))
    const printed = Audit.format(Audit.of(listings({ images, snapshots: [{ id: "1", resource_id: "11" }] })))
    const widths = printed.split("\n").flatMap((line) => (line.includes("…") ? [Text.width(line)] : []))
    // the series, the orphan, the duplicates and the two images
    assert.strictEqual(widths.length, 5)
    assert.isAtMost(Math.max(...widths), 100)
  })

  it("sanitizes names, and is as wide as requested where names can be cut", () => {
    const images = hostile.map((name, i) => ({ id: i + 1, name, regions: ["nyc3", "ams3", "sfo3", "lon1"] }))
    const printed = Audit.format(Audit.of(listings({ images })), { columns: 72 })
    assert.notMatch(printed.replaceAll("\n", ""), /[\p{Cc}\u2028\u202e]/u)
    for (const line of printed.split("\n")) assert.isAtMost(Text.width(line), 72, line)
    for (const { id } of images) assert.match(printed, new RegExp(`^  ${id} `, "m"))
  })
})

const expected = `Audit of 2026-11-25: 4 images, $2.98 a month, and 1 of unknown size

Cost by series
  SERIES  IMAGES  GB     $/MONTH
  db      2       39.71  2.38
  web     2       10.00  0.60 + 1 unknown

Age
  AGE             IMAGES  GB     $/MONTH
  up to a week    1       10.00  0.60
  up to a month   3       39.71  2.38 + 1 unknown
  up to 3 months  0       0.00   0.00
  up to a year    0       0.00   0.00
  over a year     0       0.00   0.00

Regions
  REGION  IMAGES  GB     $/MONTH           MISSING
  ams3    1       10.00  0.60              3
  fra1    2       39.71  2.38
  nyc3    2       10.00  0.60 + 1 unknown

Orphans of Droplets
  ID  NAME            CREATED     GB     $/MONTH  SOURCE
  1   web-2026-11-20  2026-11-20  10.00  0.60     11
  1 orphan, $0.60 a month

Orphans of volumes
  none

Duplicates
  NAME  KIND      RECLAIMABLE $/MONTH  IDS, NEWEST FIRST
  db    snapshot  2.32                 4 3

Images
  ID  KIND      NAME            CREATED     GB     $/MONTH  REGIONS
  4   snapshot  db              2026-11-01  1.00   0.06     fra1
  3   snapshot  db              2026-11-01  38.71  2.32     fra1
  1   snapshot  web-2026-11-20  2026-11-20  10.00  0.60     nyc3,ams3
  2   snapshot  web-2026-11-13  2026-11-13  ?      ?        nyc3`
