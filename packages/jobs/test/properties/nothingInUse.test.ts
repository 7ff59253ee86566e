import { Droplets, Images } from "@effect-digitalocean/client"
import { Release, Rotate, Usage } from "@effect-digitalocean/jobs"
import { type Faults, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Crash from "../support/crash.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const tags = ["protected", "Protected", "channel:prod", "expires:2026-11-24", "expires:2026-11-26", "expires:never"]

/** One that an account is made of: the number of an image, and whether it has a GPU. */
const Use = Schema.Struct({ image: between(1, 6), isGpu: Schema.Boolean })

const Account = Schema.Struct({
  /** the tags of each image */
  images: Schema.Array(Schema.Array(Schema.Literals(tags)).check(Schema.isMaxLength(2))).check(
    Schema.isMinLength(2),
    Schema.isMaxLength(6)
  ),
  droplets: Schema.Array(Use).check(Schema.isMaxLength(2)),
  pools: Schema.Array(Use).check(Schema.isMaxLength(2)),
  /** the images that are transferred meanwhile */
  transfers: Schema.Array(between(1, 6)).check(Schema.isMaxLength(2)),
  /** a listing that fails, after so many */
  failing: Schema.Array(
    Schema.Struct({
      on: Schema.Literals(["droplets.list", "autoscalePools.list", "images.list", "actions.list"]),
      after: between(0, 3),
      status: Schema.Literals([403, 404])
    })
  ).check(Schema.isMaxLength(1))
})

type Account = typeof Account.Type

const size = (isGpu: boolean) => (isGpu ? "gpu-h100x1-80gb" : "s-1vcpu-1gb")
const web = 11

const seedOf = ({ images, pools }: Account): Seed.Seed => ({
  images: images.map((tags, i) => ({
    id: i + 1,
    name: `web-2026-11-0${i + 1}T03-10-00-000Z`,
    created_at: `2026-11-0${i + 1}T03:10:00Z`,
    regions: ["nyc3", "tor1"],
    size_gigabytes: 1,
    tags: [...new Set(["release", ...tags])]
  })),
  droplets: [{ id: web, name: "web-01" }],
  autoscalePools: pools.map(({ image, isGpu }, i) => ({
    ...{ id: `pool-${i}`, name: `pool-${i}`, size: size(isGpu) },
    image: image <= images.length ? image : "ubuntu-24-04-x64"
  }))
})

const rules = { keep: { last: 1 }, timeZone: "UTC" }

const rotate = Rotate.execute({ series: { name: "web", tags: ["release"] }, ...rules })

const release = Release.execute({ droplet: web, series: "web", retire: rules }, { wait: Crash.wait })

/** Deletes every image that may be deleted. */
const deleteAll = Effect.gen(function* () {
  const images = yield* Images.Images
  const all = yield* Stream.runCollect(images.list({ private: true }))
  yield* Effect.forEach(all, (image) => Effect.ignore(Usage.deletion(image)), { discard: true })
})

const deletions = { kept: 0, deleted: 0 }

/** Runs a job in an account, and fails where it deleted what is in use or protected. */
const holds = <E, R>(account: Account, job: Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-11-25T00:00:00Z"))
    const test = yield* TestDigitalOcean.TestDigitalOcean
    yield* Crash.as("any")(
      Effect.gen(function* () {
        const images = yield* Images.Images
        const droplets = yield* Droplets.Droplets
        const isThere = (image: number) => image <= account.images.length
        for (const [i, { image, isGpu }] of account.droplets.filter(({ image }) => isThere(image)).entries()) {
          yield* droplets.create({ name: `vm-${i}`, image, size: size(isGpu), region: isGpu ? "tor1" : "nyc3" })
        }
        const transferred = [...new Set(account.transfers.filter(isThere))]
        for (const image of transferred) yield* images.transfer(image, "ams3")
      })
    )
    const faults: Faults.Script = account.failing.map(({ after, on, status }) => ({
      ...{ fault: "status", on, status, nth: after + 1, times: "always" }
    }))
    yield* test.addFaults(faults)
    yield* Effect.ignore(Crash.passing(Crash.as("any")(job)))
    const left = (yield* test.images()).filter(({ id }) => id <= 6).length
    deletions.kept += left
    deletions.deleted += account.images.length - left
    yield* test.check
  }).pipe(
    Effect.provide(TestDigitalOcean.layer({ seed: seedOf(account), speed: 4 }), { local: true }),
    Effect.provide(TestClock.layer())
  )

describe("in any account, no image that is in use or protected is deleted", () => {
  for (const [what, job, runs] of [
    ["by a rotation", rotate, 500],
    ["one by one", deleteAll, 480],
    ["by a release that retires older ones", release, 20]
  ] as const) {
    it.effect.prop(
      what,
      { account: Arbitrary.schema(Account) },
      // the jobs fail in ways of their own
      ({ account }) => holds(account, job as Effect.Effect<unknown, unknown, Effect.Services<typeof release>>),
      { arbitrary: { runs }, timeout: 300_000 }
    )
  }

  it("and of both kinds there were many", () => {
    assert.isAbove(deletions.kept, 500)
    assert.isAbove(deletions.deleted, 500)
  })
})
