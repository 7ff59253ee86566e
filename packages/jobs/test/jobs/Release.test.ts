import { Droplet, Droplets, Images } from "@effect-digitalocean/client"
import { Item, Release, Report } from "@effect-digitalocean/jobs"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Crash from "../support/crash.ts"
import { at, begin, ids, name, older, on, options, outcomes, seed, web } from "../support/releases.ts"

const { wait } = Crash

describe("plan", () => {
  it.effect("tells every step, and what becomes of older releases, and touches nothing", () =>
    on(
      Effect.gen(function* () {
        const plan = yield* Release.plan({ ...options, powerOff: true, powerOn: true, disk: 25 })
        assert.deepStrictEqual(
          plan.items.map((item) => `${Item.words(item).what} | ${Item.words(item).subject} | ${Item.details(item)}`),
          [
            `power_off | web-01 (${web}) | for the snapshot`,
            `snapshot | web-01 (${web}) | as ${name}`,
            `power_on | web-01 (${web}) | after the snapshot`,
            `check | ${name} | available, and fits on 25 GB`,
            `transfer | ${name} | to ams3`,
            `transfer | ${name} | to sfo3`,
            `arrive | ${name} | in every region`,
            `tag | ${name} | with release`,
            "keep | web-2026-11-22T03-00-00-000Z (3) | last",
            "delete | web-2026-11-21T03-00-00-000Z (2) | no rule keeps it",
            "delete | web-2026-11-20T03-00-00-000Z (1) | no rule keeps it"
          ]
        )
        assert.strictEqual(plan.requests.changes, 7 + 3)
        assert.deepStrictEqual(plan.cost, { usd: -1.2, unknown: 1 })
        assert.deepStrictEqual(yield* Crash.changes, [])
      })
    )
  )

  it.effect("refuses what is impossible before anything is started", () =>
    on(
      Effect.gen(function* () {
        yield* TestDigitalOcean.TestDigitalOcean.use(({ putImage }) => putImage(older("10", 6)))
        for (const [wrong, problem] of [
          [{ regions: ["xyz9"] }, 'regions: there is no region "xyz9"'],
          [
            { name: "db-2026-11-25T03-10-00-000Z" },
            'name: "db-2026-11-25T03-10-00-000Z" is not one of web-{timestamp}'
          ],
          [{ series: "web-{number}" }, "name: expected a name, for none can be made by web-{number}"],
          [{ series: "{nobody}" }, 'series: "{nobody}" is not one of {timestamp}, {date}, {number}'],
          [{ retire: { keep: {}, timeZone: "UTC" } }, "keep: expected at least one rule that keeps something"],
          [{ name: "web-2026-11-10T03-00-00-000Z" }, "name: image 6 has that name, and is not of this Droplet"],
          [{ tags: ["golden image"] }, 'dashes and underscores, got "golden image"'],
          [{ disk: Number.NaN }, "disk: expected a number of GB above 0, got NaN"],
          [{ droplet: 7 }, "404"]
        ] as const) {
          assert.include((yield* Effect.flip(Release.plan({ ...options, ...wrong }))).message, problem)
        }
      })
    )
  )

  it.effect("does without the list of regions when the token may not read it", () =>
    on(Release.plan(options), {
      seed,
      scopes: ["droplet:read", "image:read", "tag:read", "actions:read", "snapshot:read"]
    })
  )
})

describe("release", () => {
  it.effect("snapshots, checks, replicates and tags, and only then retires older releases", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Release.execute(options)
        assert.deepStrictEqual(outcomes(report), [
          "snapshot Done",
          "check Done",
          "transfer Done",
          "transfer Done",
          "arrive Done",
          "tag Done",
          "2 Done",
          "1 Done"
        ])
        const image = Option.getOrThrow(Release.imageOf(report))
        assert.deepInclude(image, { name, tags: ["release"] })
        assert.deepStrictEqual(image.regions.toSorted(), ["ams3", "nyc3", "sfo3"])
        assert.deepStrictEqual(
          (yield* Crash.changes).map((change) => change.replace(String(image.id), "IMAGE").replace(/ \{.*/, "")),
          [
            `POST /v2/droplets/${web}/actions`,
            "POST /v2/images/IMAGE/actions",
            "POST /v2/images/IMAGE/actions",
            "POST /v2/tags/release/resources",
            "DELETE /v2/images/2",
            "DELETE /v2/images/1"
          ]
        )
        assert.deepStrictEqual((yield* ids).toSorted(), [image.id, 3, 4, 5].toSorted())
      })
    )
  )

  for (const [tag, spared] of [
    ["release", 2],
    ["of-no-image-yet", 2]
  ] as const) {
    it.effect(`tagged ${tag} looks at least as often as its plan says, and changes no more`, () =>
      on(
        Effect.gen(function* () {
          const { requests } = yield* TestDigitalOcean.TestDigitalOcean
          const plan = yield* Release.plan({ ...options, tags: [tag], powerOff: true, powerOn: true })
          const before = (yield* requests).length
          yield* Stream.runDrain(Release.run(plan))
          const sent = (yield* requests).slice(before)
          const gets = sent.filter(({ method }) => method === "GET").length
          assert.isAtLeast(gets, plan.requests.lookups)
          assert.strictEqual(sent.length - gets, plan.requests.changes - spared)
        })
      )
    )
  }

  it.effect("powers off before, and on again after, also when the snapshot fails", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const fail = Crash.erroring("30 seconds", 1)
        const powered = { ...options, powerOff: true, powerOn: true }
        const [report] = yield* Effect.all([Release.execute(powered), fail], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(report).slice(0, 4), [
          "power_off Done",
          "snapshot Failed",
          "power_on Done",
          "check Skipped"
        ])
        assert.deepStrictEqual(outcomes(report).slice(-2), ["2 Skipped", "1 Skipped"])
        assert.isTrue(Droplet.isActive(yield* droplets.get(web)))
        assert.isTrue(Report.isComplete(yield* Release.execute(powered)))
        assert.isTrue(Droplet.isActive(yield* droplets.get(web)))
      })
    )
  )

  it.effect("of a busy Droplet is a EventPending, unless it may wait", () =>
    Effect.gen(function* () {
      const test = yield* TestDigitalOcean.TestDigitalOcean
      yield* Crash.as("any")(Droplets.Droplets.use((droplets) => droplets.powerOff(web)))
      const busy = yield* Crash.as("any")(Release.execute(options))
      assert.include(Report.format(busy), "is busy")
      assert.strictEqual((yield* test.actions()).length, 1)
      const patient = Crash.as("any")(Release.execute({ ...options, waitForEvents: "10 minutes" }))
      assert.isTrue(Report.isComplete(yield* Crash.passing(patient)))
    }).pipe(at, Effect.provide(TestDigitalOcean.layer({ seed }), { local: true }))
  )

  it.effect("whose image does not fit stays untagged, and retires nothing", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Release.execute({ ...options, disk: 10 })
        assert.include(Report.format(report), "it needs a disk of 25 GB, and has to fit on 10")
        assert.deepStrictEqual(outcomes(report).slice(1), [
          "check Failed",
          "transfer Skipped",
          "transfer Skipped",
          "arrive Skipped",
          "tag Skipped",
          "2 Skipped",
          "1 Skipped"
        ])
        assert.strictEqual((yield* ids).length, 6)
      })
    )
  )

  it.effect("one of whose transfers fails finishes the others, and retires nothing", () =>
    on(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const fail = Effect.gen(function* () {
          let transfer: { readonly id: number } | undefined
          while (transfer === undefined) {
            yield* Effect.sleep("5 seconds")
            transfer = (yield* test.actions()).find(
              ({ region_slug, type }) => type === "transfer" && region_slug === "ams3"
            )
          }
          yield* test.endAction(transfer.id, "errored")
        })
        const [report] = yield* Effect.all([Release.execute(options), fail], { concurrency: "unbounded" })
        assert.deepStrictEqual(outcomes(report).slice(2), [
          "transfer Failed",
          "transfer Done",
          "arrive Skipped",
          "tag Skipped",
          "2 Skipped",
          "1 Skipped"
        ])
        assert.strictEqual((yield* ids).length, 6)
        const again = yield* Release.plan(options)
        assert.strictEqual(again.name, name)
        assert.isTrue(Report.isComplete(yield* Report.of(Release.run(again))))
        assert.strictEqual((yield* ids).length, 4)
      })
    )
  )

  it.effect("is another one once the last is finished, or when it has another name", () =>
    on(
      Effect.gen(function* () {
        const first = yield* Release.execute(options)
        assert.isTrue(Report.isComplete(first))
        const second = yield* Release.plan(options)
        assert.isNull(second.image)
        assert.notStrictEqual(second.name, name)
        const images = yield* Images.Images
        yield* images.transfer(Option.getOrThrow(Release.imageOf(first)), "fra1")
        assert.isNotNull((yield* Release.plan({ ...options, regions: ["lon1"] })).image)
        assert.isNull((yield* Release.plan({ ...options, regions: ["lon1"], resume: 0 })).image)
      })
    )
  )

  // the action was in progress when the plan was made, so its image is older than the plan
  it.effect("is the image whose snapshot was in progress when the plan was made and has completed since", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.snapshot(web, name)
        yield* Effect.sleep("30 seconds")
        const plan = yield* Release.plan(options)
        assert.notStrictEqual(plan.name, name)
        yield* Effect.sleep("10 minutes")
        const report = yield* Report.of(Release.run(plan))
        assert.isTrue(Report.isComplete(report), Report.format(report))
        assert.strictEqual((yield* Crash.changes).filter((change) => change.includes('"snapshot"')).length, 1)
      })
    )
  )

  // a clock that is behind makes every release look newer than the plan
  it.effect(
    "is not a finished release that only looks newer than the plan, because this machine's clock is behind",
    () =>
      on(
        Effect.gen(function* () {
          assert.isTrue(Report.isComplete(yield* Release.execute(options)))
          const plan = yield* Release.plan(options)
          const report = yield* Report.of(
            Release.run({ ...plan, plannedAt: DateTime.subtract(plan.plannedAt, { hours: 2 }) })
          )
          assert.isTrue(Report.isComplete(report), Report.format(report))
          assert.strictEqual((yield* Crash.changes).filter((change) => change.includes('"snapshot"')).length, 2)
        })
      )
  )

  it.effect("waits for a snapshot somebody else began, and takes its own when that is of no release", () =>
    on(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        yield* droplets.snapshot(web, "somebody's")
        const report = yield* Release.execute(options)
        assert.isTrue(Report.isComplete(report))
        assert.strictEqual((yield* ids).length, 5)
        assert.strictEqual(Option.getOrThrow(Release.imageOf(report)).name, name)
      })
    )
  )
})

describe("what cannot be read", () => {
  it.effect(
    "is no reason to leave a release without the tag that the plan announced: a token without tag:read puts it",
    () =>
      on(
        Effect.gen(function* () {
          const report = yield* Release.execute({ droplet: web, series: "web", tags: ["gold"] })
          assert.isTrue(Report.isComplete(report), Report.format(report))
          const test = yield* TestDigitalOcean.TestDigitalOcean
          const made = (yield* test.images()).find((image) => image.name === name)
          assert.sameMembers([...(made?.tags ?? [])], ["gold", "release"])
        }),
        { seed, faults: [{ fault: "set", on: "images.get", field: "image.tags", value: null, times: "always" }] }
      )
  )

  for (const type of ["power_off", "power_on"] as const) {
    it.effect(`is no failure of a ${type} that did its work`, () =>
      on(
        Effect.gen(function* () {
          const report = yield* Release.execute({ droplet: web, series: "web", powerOff: true })
          assert.isTrue(Report.isComplete(report), Report.format(report))
          const test = yield* TestDigitalOcean.TestDigitalOcean
          assert.deepStrictEqual(
            (yield* test.actions()).map(({ type }) => type),
            ["power_off", "snapshot", "power_on"]
          )
          assert.strictEqual((yield* test.droplets())[0]?.status, "active")
        }),
        { seed, faults: [{ fault: "vanish", on: "droplets.act", where: { type } }] }
      )
    )
  }
})

describe("a power_off that errors", () => {
  it.effect("is not requested again", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Release.execute({ droplet: web, series: "web", powerOff: true })
        assert.include(Report.format(report), "errored")
        const { requests } = yield* TestDigitalOcean.TestDigitalOcean
        assert.strictEqual((yield* requests).filter(({ body }) => body.includes("power_off")).length, 1)
      }),
      {
        seed,
        faults: [
          {
            fault: "set",
            on: "droplets.act",
            where: { type: "power_off" },
            field: "action.status",
            value: "errored",
            times: "always"
          }
        ]
      }
    )
  )
})

// R21
describe("a region whose flags say that it is closed", () => {
  const closed = ["available", "features"].map((field) => ({
    fault: "set" as const,
    on: "GET /v2/regions",
    field: `regions.*.${field}`,
    value: field === "available" ? false : [],
    times: "always" as const
  }))

  it.effect("is tried all the same: only DigitalOcean's refusal decides", () =>
    on(
      Effect.gen(function* () {
        const report = yield* Release.execute(options)
        assert.isTrue(Report.isComplete(report), Report.format(report))
      }),
      { seed, faults: closed }
    )
  )
})

describe("an answer that is lost", () => {
  for (const when of ["before", "after"] as const) {
    for (const [on, type] of [
      ["droplets.act", "power_off"],
      ["droplets.act", "snapshot"],
      ["droplets.act", "power_on"],
      ["images.act", "transfer"],
      ["tags.tag", undefined]
    ] as const) {
      it.effect(`of ${type ?? "tag"}, ${when} it was executed, is looked for, and nothing is executed twice`, () =>
        Effect.gen(function* () {
          const job = Crash.as("any")(Release.execute({ ...options, powerOff: true, powerOn: true }))
          const report = yield* at(Crash.passing(job))
          assert.strictEqual(Report.isComplete(report), when === "after", Report.format(report))
          if (when === "before") {
            assert.include(Report.format(report), "It is not known whether the request was executed")
            assert.strictEqual((yield* ids).filter((id) => id < 100).length, 5)
            const again = yield* Crash.passing(job)
            assert.isTrue(Report.isComplete(again), Report.format(again))
          }
          const changes = yield* Crash.changes
          const snapshots = changes.filter((change) => change.includes('"snapshot"'))
          const transfers = changes.filter((change) => change.includes('"transfer"'))
          assert.strictEqual(snapshots.length, 1)
          assert.strictEqual(transfers.length, 2)
          assert.strictEqual((yield* ids).length, 4)
        }).pipe(
          Effect.provide(
            TestDigitalOcean.layer({
              seed,
              faults: [{ on, where: type === undefined ? {} : { type }, fault: "reset", when }]
            }),
            { local: true }
          )
        )
      )
    }
  }
})

describe("cut off at any request and run again, it ends as if nothing had happened", () => {
  const powered = { ...options, powerOff: true, powerOn: true }

  for (const pause of ["0 seconds", "1 hour"] as const) {
    it.effect(
      `with the same plan, ${pause} later`,
      () =>
        Effect.gen(function* () {
          const plan = yield* on(Release.plan(powered))
          const job = Crash.as("any")(Stream.runDrain(Release.run(plan, { wait })))
          yield* Crash.survivesEveryCrash({ job, account: { seed, speed: 4 }, begin, pause })
        }),
      Crash.patience
    )

    it.effect(
      `with a plan made anew, ${pause} later, but for the last request, which nobody can tell from the end`,
      () =>
        Crash.survivesEveryCrash({
          job: Crash.as("any")(Release.execute(powered, { wait })),
          account: { seed, speed: 4 },
          begin,
          pause,
          alike: (text) => text.replaceAll(/web-2026-11-25T[^"\\]*/g, "new"),
          except: ({ request, when }, requests) => when === "after" && request === requests - 1
        }),
      Crash.patience
    )
  }
})
