import { type Action, Actions, DigitalOceanClient, Droplets } from "@effect-digitalocean/client"
import { type Faults, Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Leftovers from "../../src/process/Leftovers.ts"
import * as WatchedDroplets from "../../src/droplets/WatchedDroplets.ts"

const web = 413_118_204

/** What is left after some work on an account in memory, with the ids of actions and new Droplets as N. */
const left = <E>(work: Effect.Effect<unknown, E, Droplets.Droplets | Actions.Actions>, faults: Faults.Script = []) => {
  const leftovers = Leftovers.make()
  const client = DigitalOceanClient.layer({ token: Redacted.make("any") }).pipe(
    Layer.provide(TestDigitalOcean.layer({ seed: Seed.demo, faults }))
  )
  const services = WatchedDroplets.layer.pipe(Layer.provideMerge(Actions.layer), Layer.provide(client))
  return Effect.ignore(work).pipe(
    Effect.provide(services),
    Effect.raceFirst(Effect.forever(TestClock.adjust("1 second"))),
    Effect.provideService(Leftovers.Leftovers, leftovers),
    Effect.provide(TestClock.layer()),
    Effect.map(() => Leftovers.sentences(leftovers).map((text) => text.replaceAll(/\b(32000|5200)\d{5,}/g, "N")))
  )
}

const use = <A, E, R>(run: (droplets: Droplets.Droplets["Service"]) => Effect.Effect<A, E, R>) =>
  Droplets.Droplets.use(run)

/** Waits as a job does: the states of an action are seen in the Droplet's list. */
const completed = (droplet: number, action: Action.Action) =>
  use((droplets) =>
    Effect.repeat(Effect.andThen(Effect.sleep("1 second"), Stream.runCollect(droplets.actions(droplet))), {
      until: (all) => all.some(({ id, status }) => id === action.id && status !== "in-progress")
    })
  )

const powered = (to: "powerOff" | "powerOn") =>
  Effect.flatMap(
    use((droplets) => droplets[to](web)),
    (action) => completed(web, action)
  )

const on = `doimg request POST /v2/droplets/${web}/actions --data '{"type":"power_on"}'`

const lost = (where: Record<string, string>): Faults.Script => [
  { on: "droplets.act", where, fault: "reset", when: "after" }
]

const creation = { name: "drill-7", image: "ubuntu-24-04-x64", size: "s-1vcpu-1gb", region: "nyc3" }

describe("what is left over", () => {
  it.effect("is nothing of a Droplet that was powered off and on again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* left(Effect.andThen(powered("powerOff"), powered("powerOn"))), [])
    })
  )

  it.effect("is a Droplet that was powered off, by the name that was read", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* left(powered("powerOff")), [`Droplet ${web} is off: power it on with ${on}`])
      const named = Effect.andThen(
        use((droplets) => droplets.get(web)),
        powered("powerOff")
      )
      assert.deepStrictEqual(yield* left(named), [`Droplet web-01 (${web}) is off: power it on with ${on}`])
    })
  )

  it.effect("is a Droplet that is still being powered off, or on", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* left(use((droplets) => droplets.powerOff(web))), [
        `Droplet ${web} is being powered off by action N: power it on with doimg wait N && ${on}`
      ])
      const work = Effect.andThen(
        powered("powerOff"),
        use((droplets) => droplets.powerOn(web))
      )
      assert.deepStrictEqual(yield* left(work), [
        `Droplet ${web} is off, and action N, which powers it on, has not completed: see doimg wait N`
      ])
    })
  )

  it.effect("may be a Droplet of which it is not known whether it was powered off", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* left(powered("powerOff"), lost({ type: "power_off" })), [
        `Droplet ${web} may be off: power it on with ${on}`
      ])
    })
  )

  it.effect("is no Droplet whose power_off was refused, or that does not exist", () =>
    Effect.gen(function* () {
      const refused = Effect.andThen(
        use((droplets) => droplets.snapshot(web, "x")),
        use((droplets) => droplets.powerOff(web))
      )
      assert.deepStrictEqual(yield* left(refused), [])
      assert.deepStrictEqual(yield* left(use((droplets) => droplets.powerOff(7))), [])
    })
  )

  it.effect("is a Droplet that was created, until it is destroyed", () =>
    Effect.gen(function* () {
      const create = use((droplets) => droplets.create(creation))
      assert.deepStrictEqual(yield* left(create), [
        "Droplet drill-7 (N) may still exist, and is billed: destroy it with doimg request DELETE /v2/droplets/N"
      ])
      assert.deepStrictEqual(
        yield* left(Effect.flatMap(create, ({ id }) => use((droplets) => droplets.delete(id)))),
        []
      )
      assert.deepStrictEqual(yield* left(create, [{ on: "droplets.create", fault: "reset", when: "after" }]), [
        `Droplet drill-7 may have been created, and is billed: destroy it if "doimg request GET '/v2/droplets?name=drill-7'" shows it`
      ])
      assert.deepStrictEqual(yield* left(use((droplets) => droplets.create({ ...creation, size: "no" }))), [])
    })
  )
})
