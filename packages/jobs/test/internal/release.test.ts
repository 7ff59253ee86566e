import { Image } from "@effect-digitalocean/client"
import { Item, Series } from "@effect-digitalocean/jobs"
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Plan from "../../src/internal/release/plan.ts"
import * as Run from "../../src/internal/release/run.ts"
import * as Search from "../../src/internal/release/search.ts"
import * as SnapshotItems from "../../src/internal/snapshot/items.ts"
import * as SnapshotRun from "../../src/internal/snapshot/run.ts"
import { action, ago, droplet, inProgress, now } from "../support/actions.ts"
import { image } from "../support/images.ts"

type Fields = { readonly [key: string]: unknown }

const pattern = Result.getOrThrow(Series.pattern("web-{number}"))

const criteria: Search.Criteria = {
  pattern,
  name: "web-9",
  isNamed: false,
  resume: "1 day",
  known: new Set([Image.idOf(1)]),
  plannedAt: now
}

const hours = (n: number) => ago(n * 60)

const snapshot = (id: number, name: string, created_at: string) => image(id, { name, created_at })

const running = inProgress(3, { type: "snapshot", resource_type: "droplet" })

describe("what exists of a release", () => {
  type Case = {
    readonly why: string
    readonly images?: ReadonlyArray<Image.Image>
    readonly actions?: ReadonlyArray<typeof running>
    readonly wanted?: Partial<Search.Criteria>
    readonly expected: ReadonlyArray<string>
  }
  const cases: ReadonlyArray<Case> = [
    { why: "no image exists", expected: [] },
    {
      why: "an image has its name, however old and known it is",
      images: [snapshot(1, "web-9", hours(100))],
      expected: ["Taken 1"]
    },
    {
      why: "an image of the series was listed since the plan",
      images: [snapshot(2, "web-8", hours(23))],
      expected: ["Taken 2", "Latest 2"]
    },
    {
      why: "the image of its name comes before another new one",
      images: [snapshot(2, "web-8", hours(1)), snapshot(1, "web-9", hours(30))],
      expected: ["Taken 1", "Latest 2"]
    },
    {
      why: "an image of the series that was not listed is more than a day older than the plan",
      images: [snapshot(2, "web-8", hours(24))],
      expected: []
    },
    {
      why: "a known image of the series is young",
      images: [snapshot(1, "web-8", hours(23))],
      expected: ["Latest 1"]
    },
    {
      why: "a known image of the series is too old to be finished",
      images: [snapshot(1, "web-8", hours(2))],
      wanted: { resume: "1 hour" },
      expected: []
    },
    { why: "a new image is of another series", images: [snapshot(2, "db-8", hours(1))], expected: [] },
    {
      why: "the name is given, and others of the series are new",
      images: [snapshot(2, "web-8", hours(1)), snapshot(1, "web-7", hours(1))],
      wanted: { isNamed: true },
      expected: []
    },
    { why: "a snapshot is in progress", actions: [running], expected: ["InProgress 3"] },
    {
      why: "another action is in progress",
      actions: [inProgress(3, { type: "power_off", resource_type: "droplet" })],
      expected: []
    },
    {
      why: "a snapshot completed 4 minutes ago, and its image is not listed",
      actions: [action(3, { type: "snapshot", started_at: ago(5), completed_at: ago(4) })],
      expected: ["InProgress 3"]
    },
    {
      why: "a snapshot completed longer ago than an image may take to be listed",
      actions: [action(3, { type: "snapshot", started_at: ago(5), completed_at: ago(4) })],
      wanted: { imageVisibilityTimeout: "3 minutes" },
      expected: []
    }
  ]
  for (const { actions = [], expected, images = [], wanted: given, why } of cases) {
    it(`is ${expected.join(", ") || "nothing"}, where ${why}`, () => {
      const found = Search.decide({ snapshots: images, actions, readAt: now }, { ...criteria, ...given })
      assert.deepStrictEqual(
        found.map((one) =>
          one._tag === "Nothing" ? "" : `${one._tag} ${one._tag === "InProgress" ? one.action.id : one.image.id}`
        ),
        [...expected, ""]
      )
    })
  }

  for (const [name, isNamed, expected] of [
    ["web-9", true, true],
    ["web-9", false, true],
    ["web-8", false, true],
    ["web-8", true, false],
    ["db-8", false, false]
  ] as const) {
    it(`is ${expected ? "" : "not "}the image ${name} of a snapshot that was in progress, where a name is ${isNamed ? "" : "not "}given`, () =>
      assert.strictEqual(Search.wantedOf({ ...criteria, isNamed }).isThis(image(2, { name })), expected))
  }
})

describe("the power of the Droplet", () => {
  const off = { status: "off" }
  const byJob = action(3, { type: "power_off", resource_type: "droplet", started_at: ago(5), completed_at: ago(4) })
  const taken = image(2)
  const isOn = "after the snapshot"
  const stays = "it was off before, and stays off"
  // [the Droplet, its actions, the image, powerOff and powerOn of the options, the steps]
  type Options = { readonly powerOff?: boolean; readonly powerOn?: boolean }
  const cases: ReadonlyArray<
    readonly [
      Fields,
      ReadonlyArray<typeof byJob>,
      Image.Image | undefined,
      Options,
      string | undefined,
      string | undefined
    ]
  > = [
    [{}, [], undefined, { powerOff: true }, "run for the snapshot", `run ${isOn}`],
    [{}, [], taken, { powerOff: true }, "skip the snapshot is taken already", "skip it is on already"],
    [off, [], undefined, { powerOff: true }, "skip off already", `skip ${stays}`],
    [off, [], taken, { powerOff: true }, "skip the snapshot is taken already", `skip ${stays}`],
    [off, [byJob], undefined, { powerOff: true }, "skip off already, by action 3 of an earlier run", `run ${isOn}`],
    [off, [byJob], taken, { powerOff: true }, "skip the snapshot is taken already", `run ${isOn}`],
    [off, [], undefined, { powerOn: true }, undefined, `run ${isOn}`],
    [{}, [], undefined, { powerOn: true }, undefined, "skip it is on already"],
    [{}, [], undefined, {}, undefined, undefined],
    [{}, [], undefined, { powerOff: false }, undefined, undefined],
    [{}, [], undefined, { powerOff: true, powerOn: false }, "run for the snapshot", undefined],
    [
      off,
      [byJob],
      undefined,
      { powerOff: true, powerOn: false },
      "skip off already, by action 3 of an earlier run",
      undefined
    ]
  ]
  for (const [fields, actions, image, power, powerOff, powerOn] of cases) {
    const texts = (items: ReadonlyArray<Item.Item>) => items.map(({ decision, reason }) => `${decision} ${reason}`)
    it(`is planned where it is ${JSON.stringify({ ...fields, ...power })}, after ${actions.length} actions, ${image === undefined ? "before" : "after"} the snapshot`, () => {
      const items = SnapshotItems.of({
        ...{ droplet: droplet(fields), actions, now, options: power, name: "web-9", image },
        ...{ inProgress: Option.none(), desired: "one of the series" }
      })
      const of = (verb: string) => texts(items.filter((item) => item.verb === verb))
      assert.deepStrictEqual(of("power_off"), powerOff === undefined ? [] : [powerOff])
      assert.deepStrictEqual(of("power_on"), powerOn === undefined ? [] : [powerOn])
    })
  }

  it("is not joined where a power_off is in progress", () => {
    const going = inProgress(3, { type: "power_off", resource_type: "droplet" })
    const items = SnapshotItems.of({
      ...{ droplet: droplet(), actions: [going], now, options: { powerOff: true }, name: "web-9", image: taken },
      ...{ inProgress: Option.none(), desired: "one of the series" }
    })
    assert.deepStrictEqual(
      items.filter(({ verb }) => verb === "power_on").map(({ decision }) => decision === "join"),
      [false]
    )
  })

  for (const [options, expected] of [
    [{ powerOff: true }, [3]],
    [{ powerOff: true, powerOn: true }, [3]],
    [{ powerOff: true, powerOn: false }, []],
    [{ powerOn: true }, []],
    [{}, []]
  ] as const) {
    it(`${expected.length === 0 ? "does not depend" : "depends"} on the power_off of an earlier run, with ${JSON.stringify(options)}`, () => {
      const before = SnapshotItems.poweredOffBefore({
        ...{ droplet: droplet(off), actions: [byJob], now, options, name: "web-9", image: undefined },
        ...{ inProgress: Option.none(), desired: "one of the series" }
      })
      assert.deepStrictEqual(
        Option.toArray(before).map(({ id }) => Number(id)),
        [...expected]
      )
    })
  }

  const step = (verb: "power_off" | "power_on", decision: Item.Decision) => Item.make(verb, droplet(), { decision })
  for (const [off, on, expected] of [
    ["skip", "run", true],
    ["run", "run", false],
    ["skip", "skip", false],
    [undefined, "run", false],
    ["skip", undefined, false],
    ["run", "skip", false]
  ] as const) {
    it(`${expected ? "is" : "is not"} owed already, where power_off is ${off} and power_on ${on}`, () => {
      const items = [
        ...(off === undefined ? [] : [step("power_off", off)]),
        ...(on === undefined ? [] : [step("power_on", on)])
      ]
      assert.strictEqual(SnapshotRun.isOffAlready({ items }), expected)
      assert.strictEqual(SnapshotRun.isOffAlready({ items: items.toReversed() }), expected)
    })
  }
})

describe("the image of a release", () => {
  // [its fields, the disk it has to fit on, what is wrong]
  const cases: ReadonlyArray<readonly [Fields, number | undefined, string | undefined]> = [
    [{}, undefined, undefined],
    [{ status: "pending" }, undefined, "it is not available (pending)"],
    [{ regions: [] }, undefined, "it is in no region"],
    [{ min_disk_size: null }, undefined, undefined],
    [{ min_disk_size: null }, 25, "its min_disk_size is not returned, and it has to fit on 25 GB"],
    [{ min_disk_size: 25 }, 25, undefined],
    [{ min_disk_size: 26 }, 25, "it needs a disk of 26 GB, and has to fit on 25"],
    [{ min_disk_size: 26 }, undefined, undefined]
  ]
  for (const [fields, disk, expected] of cases) {
    it(`${JSON.stringify(fields)} on ${disk ?? "any disk"}: ${expected ?? "is fit"}`, () =>
      assert.strictEqual(Run.problemOf(image(2, fields), disk), expected))
  }

  it("carries the mark last, and once", () => {
    const tags = (given: ReadonlyArray<string>) => Plan.tagsOf({ droplet: droplet().id, series: "web", tags: given })
    assert.deepStrictEqual(tags([]), ["release"])
    assert.deepStrictEqual(tags(["Release", "web", "web"]), ["web", "release"])
  })
})
