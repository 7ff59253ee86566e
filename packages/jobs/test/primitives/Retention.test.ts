import type { Image } from "@effect-digitalocean/client"
import { Retention } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { image } from "../support/images.ts"

const at = (...times: ReadonlyArray<string>) => times.map((created_at, i) => image(i + 1, { created_at }))

const decide = (
  images: ReadonlyArray<Image.Image>,
  options: Partial<Retention.Options> & Pick<Retention.Options, "keep">
) => Result.getOrThrow(Retention.decide(images, { timeZone: "UTC", ...options }))

const lines = (...args: Parameters<typeof decide>) =>
  decide(...args).map(({ image, keep, reasons }) => `${image.id} ${keep ? "keep" : "delete"}: ${reasons.join(", ")}`)

const keptOf = (decisions: ReadonlyArray<Retention.Decision<Image.Image>>) =>
  decisions.filter(({ keep }) => keep).map(({ image }) => image.id)

describe("decide", () => {
  it("keeps the newest N, and says of each image why", () => {
    assert.deepStrictEqual(
      lines(at("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z"), { keep: { last: 2 } }),
      ["2 keep: last", "3 keep: last", "1 delete: no rule keeps it"]
    )
  })

  it("keeps the newest of each period, and skips periods without an image", () => {
    const images = at("2026-05-05T01:00:00Z", "2026-05-05T23:00:00Z", "2026-05-01T12:00:00Z", "2026-03-01T12:00:00Z")
    assert.deepStrictEqual(lines(images, { keep: { daily: 2, monthly: 2 } }), [
      "2 keep: daily 2026-05-05, monthly 2026-05",
      "1 delete: no rule keeps it",
      "3 keep: daily 2026-05-01",
      "4 keep: monthly 2026-03"
    ])
  })

  it("counts newerThan back from the newest image, both ends included", () => {
    const images = at("2026-05-30T00:00:00Z", "2026-05-23T00:00:00Z", "2026-05-22T23:59:59Z")
    assert.deepStrictEqual(keptOf(decide(images, { keep: { newerThan: "7 days" } })), [1, 2])
  })

  it("keeps one of every period there is when it may", () => {
    const images = at("2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2024-06-01T00:00:00Z")
    assert.deepStrictEqual(keptOf(decide(images, { keep: { yearly: Number.POSITIVE_INFINITY } })), [1, 2, 4])
  })

  it("never leaves fewer than its minimum", () => {
    const images = at("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")
    assert.deepStrictEqual(lines(images, { keep: { last: 1 }, minKeep: 2 }), [
      "3 keep: last",
      "2 keep: at least 2 are kept",
      "1 delete: no rule keeps it"
    ])
    assert.deepStrictEqual(keptOf(decide(images, { keep: { last: 1 }, minKeep: 9 })), [3, 2, 1])
  })

  it("keeps what is pinned by a tag or a whole name", () => {
    const images = [
      image(1, { name: "gold", tags: ["a"] }),
      image(2, { name: "golden", tags: ["keep", "b"] }),
      image(3, { name: "other" }),
      image(4)
    ]
    assert.deepStrictEqual(lines(images, { keep: { last: 1 }, pinned: { tags: ["keep"], names: ["gold"] } }), [
      "4 keep: last",
      "3 delete: no rule keeps it",
      "2 keep: pinned by the tag keep",
      "1 keep: pinned by its name"
    ])
  })

  it("keeps what is pinned by a tag whose capitals differ: to DigitalOcean it is the same tag", () => {
    const images = [image(1, { tags: ["Keep"] }), image(2, { tags: ["keeper"] }), image(3)]
    assert.deepStrictEqual(keptOf(decide(images, { keep: { last: 1 }, pinned: { tags: ["kEEP"] } })), [3, 1])
  })

  it("never deletes public images, backups and what is not available, nor counts them", () => {
    const images = [
      image(5, { public: true }),
      image(4, { type: "backup" }),
      image(3, { type: "custom", status: "pending" }),
      image(6, { status: null, created_at: "2025-01-02T00:00:00Z" }),
      // it may be a backup
      image(7, { type: null, created_at: "2025-01-01T00:00:00Z" }),
      image(2),
      image(1)
    ]
    assert.deepStrictEqual(lines(images, { keep: { last: 1 }, minKeep: 1 }), [
      "5 keep: public",
      "4 keep: a backup goes with its Droplet",
      "3 keep: not available (pending)",
      "2 keep: last",
      "1 delete: no rule keeps it",
      "6 keep: not available (no status)",
      "7 keep: its type is not returned, and it may be a backup"
    ])
  })

  it("takes a zone, no images, and names of images whose tags are not visible", () => {
    const timeZone = DateTime.zoneMakeNamedUnsafe("Europe/Berlin")
    assert.deepStrictEqual(decide([], { keep: { newerThan: "1 day" }, timeZone }), [])
    assert.deepStrictEqual(
      lines([image(1, { tags: null }), image(2)], { keep: { last: 1 }, pinned: { names: ["web"] } }),
      ["2 keep: pinned by its name, last", "1 keep: pinned by its name"]
    )
  })

  it("refuses a rule on tags when tags are not visible", () => {
    const result = Retention.decide([image(1), image(2, { tags: null })], {
      keep: { last: 1 },
      timeZone: "UTC",
      pinned: { tags: ["keep"] }
    })
    const error = Result.getOrThrow(Result.flip(result))
    assert.instanceOf(error, Retention.TagsNotVisible)
    assert.include(error.message, "tag:read")
  })

  for (const [options, field] of [
    [{ keep: {} }, "keep"],
    [{ keep: { last: 0, daily: 0 } }, "keep"],
    [{ keep: { last: -1 } }, "keep.last"],
    [{ keep: { weekly: 1.5 } }, "keep.weekly"],
    [{ keep: { yearly: Number.NaN } }, "keep.yearly"],
    [{ keep: { newerThan: "soon" as "1 day" } }, "keep.newerThan"],
    [{ keep: { newerThan: -5 } }, "keep.newerThan"],
    [{ keep: { last: 1 }, minKeep: 0 }, "minKeep"],
    [{ keep: { last: 1 }, minKeep: 1.5 }, "minKeep"],
    [{ keep: { last: 1 }, minKeep: Number.NaN }, "minKeep"],
    [{ keep: { last: 1 }, timeZone: "Europe/Atlantis" }, "timeZone"]
  ] as const) {
    it(`refuses ${JSON.stringify(options)} and names ${field}`, () => {
      const error = Result.getOrThrow(
        Result.flip(Retention.decide(at("2026-01-01T00:00:00Z"), { timeZone: "UTC", ...options }))
      )
      assert.propertyVal(error, "field", field)
    })
  }
})

describe("periods", () => {
  for (const [name, timeZone, times, keep, kept] of [
    [
      "days of Berlin begin at its midnight",
      "Europe/Berlin",
      ["2026-07-01T21:59:00Z", "2026-07-01T22:01:00Z"],
      { daily: 9 },
      [2, 1]
    ],
    ["days of UTC at UTC's", "UTC", ["2026-07-01T21:59:00Z", "2026-07-01T22:01:00Z"], { daily: 9 }, [2]],
    ["an offset is a time zone", "+02:00", ["2026-07-01T21:59:00Z", "2026-07-01T22:01:00Z"], { daily: 9 }, [2, 1]],
    [
      "the hour that Berlin has twice is two",
      "Europe/Berlin",
      ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
      { hourly: 9 },
      [2, 1]
    ],
    [
      "the hour that New York leaves out parts two",
      "America/New_York",
      ["2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z"],
      { hourly: 9 },
      [2, 1]
    ],
    [
      "the day of 25 hours is one",
      "Europe/Berlin",
      ["2026-10-24T22:00:00Z", "2026-10-25T22:59:00Z"],
      { daily: 9 },
      [2]
    ],
    [
      "the day of 23 hours is one",
      "America/New_York",
      ["2026-03-08T05:00:00Z", "2026-03-09T03:59:00Z"],
      { daily: 9 },
      [2]
    ],
    [
      "Apia has no 30 December 2011",
      "Pacific/Apia",
      ["2011-12-30T09:59:00Z", "2011-12-30T10:00:00Z"],
      { daily: 9 },
      [2, 1]
    ],
    [
      "31 December 2024 is in the week of 1 January",
      "UTC",
      ["2024-12-30T00:00:00Z", "2025-01-05T23:59:00Z"],
      { weekly: 9 },
      [2]
    ],
    [
      "1 January 2021 is in the week of 31 December",
      "UTC",
      ["2020-12-28T00:00:00Z", "2021-01-03T23:59:00Z"],
      { weekly: 9 },
      [2]
    ],
    ["a week begins on Monday", "UTC", ["2026-11-22T23:59:00Z", "2026-11-23T00:00:00Z"], { weekly: 9 }, [2, 1]],
    [
      "New Year comes to Apia before it comes to New York",
      "America/New_York",
      ["2026-01-01T04:59:00Z", "2026-01-01T05:00:00Z"],
      { yearly: 9 },
      [2, 1]
    ],
    [
      "and to Apia a day before",
      "Pacific/Apia",
      ["2025-12-31T10:59:00Z", "2025-12-31T11:00:00Z"],
      { yearly: 9 },
      [2, 1]
    ]
  ] as const) {
    it(`${name}`, () => assert.deepStrictEqual(keptOf(decide(at(...times), { keep, timeZone })).map(Number), [...kept]))
  }

  it("name the ISO week of the year its Thursday is in", () => {
    const images = at("2026-01-01T00:00:00Z", "2024-12-31T00:00:00Z", "2021-01-01T00:00:00Z")
    assert.deepStrictEqual(lines(images, { keep: { weekly: 9 } }), [
      "1 keep: weekly 2026-W01",
      "2 keep: weekly 2025-W01",
      "3 keep: weekly 2020-W53"
    ])
  })
})

/** Moments at which clocks change or years end. */
const turns = [
  "2026-03-29T01:00:00Z",
  "2026-10-25T01:00:00Z",
  "2026-03-08T07:00:00Z",
  "2026-11-01T06:00:00Z",
  "2011-12-30T10:00:00Z",
  "2020-12-31T23:59:59Z",
  "2024-12-30T00:00:00Z",
  "2026-01-01T00:00:00Z"
] as const

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Case = Schema.Struct({
  times: Schema.Array(Schema.Struct({ turn: Schema.Literals(turns), minutes: whole(-6000, 6000) })),
  keep: Schema.Struct({
    last: Schema.optionalKey(whole(0, 5)),
    hourly: Schema.optionalKey(whole(0, 5)),
    daily: Schema.optionalKey(whole(0, 5)),
    weekly: Schema.optionalKey(whole(0, 5)),
    monthly: Schema.optionalKey(whole(0, 5)),
    yearly: Schema.optionalKey(whole(0, 5)),
    newerThan: Schema.optionalKey(whole(0, 10_000_000))
  }),
  minKeep: whole(1, 5),
  timeZone: Schema.Literals([
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kathmandu"
  ])
})

/** What a clock and a calendar on the wall show, by other means than the code under test. */
const wall = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
    timeZoneName: "longOffset"
  })
  return (millis: number) => {
    const parts = Object.fromEntries(format.formatToParts(millis).map(({ type, value }) => [type, value]))
    const monday = new Date(`${parts["year"]}-${parts["month"]}-${parts["day"]}T00:00:00Z`)
    while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1)
    return {
      hourly: `${parts["year"]} ${parts["month"]} ${parts["day"]} ${parts["hour"]} ${parts["timeZoneName"]}`,
      daily: `${parts["year"]} ${parts["month"]} ${parts["day"]}`,
      weekly: monday.toISOString(),
      monthly: `${parts["year"]} ${parts["month"]}`,
      yearly: `${parts["year"]}`
    }
  }
}

/** The ids that the rules promise to keep. */
const promised = (images: ReadonlyArray<Image.Image>, { keep, minKeep, timeZone }: typeof Case.Type) => {
  const show = wall(timeZone)
  const millis = (image: Image.Image) => DateTime.toEpochMillis(image.created_at)
  const sorted = images.toSorted((a, b) => millis(b) - millis(a) || b.id - a.id)
  const kept = new Set(sorted.slice(0, keep.last ?? 0))
  for (const image of sorted) if (millis(image) >= millis(sorted[0]!) - (keep.newerThan ?? -1)) kept.add(image)
  for (const rule of ["hourly", "daily", "weekly", "monthly", "yearly"] as const) {
    const periods = [...new Set(sorted.map((image) => show(millis(image))[rule]))].slice(0, keep[rule] ?? 0)
    for (const period of periods) kept.add(sorted.find((image) => show(millis(image))[rule] === period)!)
  }
  for (const image of sorted) if (kept.size < minKeep) kept.add(image)
  return sorted.filter((image) => kept.has(image)).map(({ id }) => id)
}

describe("whatever the images, the rules and the time zone", () => {
  const keepsNothing = (keep: Retention.Rules) =>
    keep.newerThan === undefined && Object.values(keep).every((n) => n === 0)

  it.prop(
    "what is kept is what the rules promise and no more, in any order, and deciding again deletes nothing",
    { given: Case, seed: whole(1, 1000) },
    ({ given, seed }) => {
      const images = given.times.map(({ minutes, turn }, i) =>
        image(i + 1, { created_at: new Date(Date.parse(turn) + minutes * 60_000).toISOString() })
      )
      const result = Retention.decide(images, given)
      if (keepsNothing(given.keep)) return void assert.isTrue(Result.isFailure(result))
      const decisions = Result.getOrThrow(result)
      assert.deepStrictEqual(keptOf(decisions), promised(images, given))

      const shuffled = images.toSorted((a, b) => ((a.id * seed) % 7919) - ((b.id * seed) % 7919))
      assert.deepStrictEqual(Result.getOrThrow(Retention.decide(shuffled, given)), decisions)

      const left = decisions.filter(({ keep }) => keep).map(({ image }) => image)
      assert.deepStrictEqual(
        keptOf(Result.getOrThrow(Retention.decide(left, given))),
        left.map(({ id }) => id)
      )
    },
    { arbitrary: { runs: 300, size: 30 } }
  )
})
