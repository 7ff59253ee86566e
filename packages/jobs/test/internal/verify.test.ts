import { DigitalOcean, type DigitalOceanError, Droplet, Region, Size } from "@effect-digitalocean/client"
import { RecordingClient, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Fixtures from "@effect-digitalocean/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as VerifyDroplet from "../../src/internal/verify/droplet.ts"
import * as Own from "../../src/internal/verify/own.ts"
import * as Place from "../../src/internal/verify/place.ts"
import { droplet } from "../support/actions.ts"
import * as Crash from "../support/crash.ts"
import { image } from "../support/images.ts"

type Fields = { readonly [key: string]: unknown }

const region = (slug: string) => Schema.decodeUnknownSync(Region.Region)(Fixtures.region({ slug }))

/** A size with a disk in GB, offered in these regions; a smaller one is cheaper. */
const size = (slug: string, disk: number | null, regions: ReadonlyArray<string>) =>
  Schema.decodeUnknownSync(Size.Size)({
    ...Fixtures.size({ slug, regions: [...regions] }),
    disk,
    price_hourly: disk ?? 1
  })

const sizes = [size("small", 25, ["nyc3"]), size("large", 80, ["nyc3", "sfo3"]), size("odd", null, ["nyc3"])]

const regions = [region("nyc3"), region("sfo3"), region("ams3")]

describe("the place of a Droplet", () => {
  const tooLarge = { min_disk_size: 999 }
  const unknown = { min_disk_size: null }
  const backup = { type: "backup" }
  // [the image, what is requested, the place, or the problem]
  const cases: ReadonlyArray<readonly [Fields, Place.Requested, string]> = [
    [{ min_disk_size: 20 }, {}, "nyc3 small"],
    [{ min_disk_size: 26 }, {}, "nyc3 large"],
    [{ min_disk_size: 20 }, { region: "sfo3", replicate: true }, "sfo3 large copied"],
    [{ min_disk_size: 20, regions: ["nyc3", "sfo3"] }, { region: "sfo3", replicate: true }, "sfo3 large"],
    [{ min_disk_size: 20, regions: ["ams3", "nyc3"] }, {}, "nyc3 small"],
    // flags are hints where something is requested
    [{ min_disk_size: 20 }, { region: "ams3", replicate: true }, "ams3 small copied"],
    [{ min_disk_size: 20, regions: ["ams3"] }, { size: "small" }, "ams3 small"],
    [{ min_disk_size: 20, regions: ["ams3"] }, {}, "no size offered in ams3 has a disk of at least 20 GB"],
    [unknown, { size: "small" }, "nyc3 small"],
    [{ min_disk_size: 20 }, { size: "odd" }, "nyc3 odd"],
    [unknown, { region: "nyc3" }, "its min_disk_size is not known, so that no size is certain to fit"],
    [
      { min_disk_size: 26 },
      { size: "small" },
      "size small is not one that offered in nyc3 has a disk of at least 26 GB"
    ],
    [tooLarge, {}, "no size offered in nyc3 has a disk of at least 999 GB"],
    [tooLarge, { region: "nyc3" }, "no size offered in nyc3 has a disk of at least 999 GB"],
    [tooLarge, { region: "sfo3", replicate: true }, "no size offered in sfo3 has a disk of at least 999 GB"],
    [{ ...tooLarge, regions: [] }, { region: "sfo3" }, "it is not in sfo3; replicate copies it there first"],
    [{ ...tooLarge, regions: [] }, {}, "it is not in any region"],
    [
      { ...backup, min_disk_size: 20 },
      { region: "sfo3", replicate: true },
      "it is not in sfo3, and a backup cannot be copied: convert it first"
    ],
    [{ min_disk_size: 20 }, { region: "sfo3" }, "it is not in sfo3; replicate copies it there first"],
    [{ status: "pending" }, {}, "it is not available (pending)"],
    [{ status: null }, {}, "it is not available (no status)"],
    [{}, { region: "xyz9" }, "there is no region xyz9"],
    [{}, { size: "huge" }, "there is no size huge"]
  ]
  for (const [fields, requested, expected] of cases) {
    it(`of ${JSON.stringify(fields)}, requested ${JSON.stringify(requested)}: ${expected}`, () => {
      const found = Result.map(
        Place.of(image(7, { min_disk_size: 20, ...fields }), regions, sizes, requested),
        ({ isCopied, region, size }) => `${region.slug} ${size.slug}${isCopied ? " copied" : ""}`
      )
      assert.strictEqual(Result.merge(found), expected)
    })
  }
})

describe("a Droplet may be in use", () => {
  const name = "verify-web-20261125120000-75m-00a0ff"
  const tags = ["image-verify"]
  for (const [fields, expected] of [
    [{ name, tags }, "2026-11-25T13:15:00.000Z"],
    [{ name, tags: ["other"] }, undefined],
    [{ name, tags: [] }, undefined],
    // where tags are not visible the name decides
    [{ name, tags: null }, "2026-11-25T13:15:00.000Z"],
    [{ name: "web-01", tags }, undefined],
    [{ name: `${name}0`, tags }, undefined],
    [{ name: name.replace("web", "web2"), tags }, undefined],
    [{ name: name.replace("1125", "1399"), tags }, undefined]
  ] as const) {
    it(`${expected === undefined ? "by no run of the series" : `until ${expected}`}, where it is ${JSON.stringify(fields)}`, () => {
      const until = VerifyDroplet.inUseUntil("web")(droplet(fields))
      assert.strictEqual(until === undefined ? undefined : DateTime.formatIso(until), expected)
    })
  }
})

const on = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Crash.passing(Crash.as("any")(program)), TestDigitalOcean.layer(options), { local: true })

const options = { name: "verify-1", region: "nyc3", size: "s-1vcpu-1gb", image: 166404101 }

const elapsed = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const result = yield* Effect.result(program)
    return { result, seconds: ((yield* Clock.currentTimeMillis) - start) / 1000 }
  })

const names = Effect.map(
  TestDigitalOcean.TestDigitalOcean.use(({ droplets }) => droplets()),
  (all) => all.map(({ name }) => name).filter((name) => name.startsWith("verify"))
)

const ownOf = (fields: Partial<Own.Own>): Own.Own => ({ ...Own.make(options.name), mayExist: true, ...fields })

describe("the destruction of the Droplet of a run", () => {
  it.effect("sends nothing if it cannot exist", () =>
    on(
      Effect.gen(function* () {
        yield* VerifyDroplet.create(options)
        assert.isFalse(yield* Own.destroy(Own.make(options.name)))
        assert.deepStrictEqual(yield* names, [options.name])
      })
    )
  )

  it.effect("searches for one of which only the name is known", () =>
    on(
      Effect.gen(function* () {
        yield* VerifyDroplet.create(options)
        const own = ownOf({})
        const { result, seconds } = yield* elapsed(Own.destroy(own))
        assert.deepStrictEqual(result, Result.succeed(true))
        assert.isBelow(seconds, 5)
        assert.deepStrictEqual(yield* names, [])
        assert.isFalse(own.mayExist)
        assert.isFalse(yield* Own.destroy(own))
      })
    )
  )

  it.effect("searches until it would be visible", () =>
    on(
      Effect.gen(function* () {
        const { result, seconds } = yield* elapsed(Own.destroy(ownOf({})))
        assert.deepStrictEqual(result, Result.succeed(false))
        assert.isAtLeast(seconds, 20)
      })
    )
  )

  // [whether it was read since its creation, the status of each response, the error, whether it is tried again]
  const cases: ReadonlyArray<readonly [boolean, number, string | undefined, boolean]> = [
    [false, 404, undefined, true],
    [true, 404, undefined, false],
    [true, 422, "UnprocessableEntity", true],
    [true, 409, "Conflict", true],
    [false, 401, "Unauthorized", false]
  ]
  for (const [isSeen, status, expected, isTriedAgain] of cases) {
    it.effect(
      `${isTriedAgain ? "is tried again" : "ends"} after ${status} of one that was ${isSeen ? "" : "not "}read`,
      () =>
        on(
          Effect.gen(function* () {
            const own = ownOf({ droplet: yield* VerifyDroplet.create(options), isSeen })
            const { result, seconds } = yield* elapsed(Own.destroy(own))
            const reason = (error: DigitalOceanError.DigitalOceanError) => error.reason._tag
            assert.strictEqual(Result.isFailure(result) ? reason(result.failure) : undefined, expected)
            if (isTriedAgain) assert.isAtLeast(seconds, 20)
            else assert.isBelow(seconds, 5)
          }),
          { faults: [{ fault: "status", on: "droplets.delete", status, times: "always" }] }
        )
    )
  }
})

describe("a Droplet that is booted", () => {
  it.effect("is returned once it is active", () =>
    on(
      Effect.gen(function* () {
        const own = Own.make(options.name)
        const active = yield* Own.boot(own, options, () => Effect.void, {})
        assert.isTrue(Droplet.isActive(active))
        assert.deepInclude(own, { isSeen: true, mayExist: true })
      })
    )
  )

  it.effect("is a BootFailed if it is not active a minute after its creation completed", () =>
    on(
      Effect.gen(function* () {
        const error = yield* Effect.flip(Own.boot(Own.make(options.name), options, () => Effect.void, {}))
        assert.strictEqual(error._tag, "BootFailed")
      }),
      { faults: [{ fault: "set", on: "droplets.get", field: "droplet.status", value: "off", times: "always" }] }
    )
  )

  it.effect("is waited for without its action for as long as any", () =>
    on(
      Effect.gen(function* () {
        const own = Own.make(options.name)
        const { result, seconds } = yield* elapsed(Own.boot(own, options, () => Effect.void, { timeout: "5 minutes" }))
        assert.isTrue(Result.isFailure(result))
        assert.isAtLeast(seconds, 290)
      }),
      {
        faults: [
          { fault: "set", on: "droplets.actions", field: "actions", value: [], times: "always" },
          { fault: "total", on: "droplets.actions", total: 0, times: "always" },
          { fault: "set", on: "droplets.get", field: "droplet.status", value: "new", times: "always" }
        ]
      }
    )
  )
})

it.effect("only the Droplet of exactly a name is found by it", () =>
  Effect.gen(function* () {
    const services = yield* DigitalOcean.make({ token: Redacted.make("any") })
    const found = yield* Effect.provide(VerifyDroplet.named("verify-1"), services)
    assert.deepStrictEqual(
      found.map(({ id }) => Number(id)),
      [2]
    )
  }).pipe(
    Effect.provide(
      RecordingClient.layerWith(({ url }) =>
        RecordingClient.json({
          droplets: url.includes("gpus")
            ? []
            : [Fixtures.droplet({ id: 1, name: "verify-10" }), Fixtures.droplet({ id: 2, name: "verify-1" })],
          links: {},
          meta: { total: url.includes("gpus") ? 0 : 2 }
        })
      ).pipe(Layer.orDie)
    )
  )
)
