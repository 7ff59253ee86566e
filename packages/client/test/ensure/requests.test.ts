import { TestDigitalOcean } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Actions from "../../src/Actions.ts"
import * as Droplets from "../../src/Droplets.ts"
import * as Ensure from "../../src/Ensure.ts"
import * as Images from "../../src/Images.ts"
import * as Ops from "../support/ensure.ts"
import { account, hour } from "../support/inMemory.ts"

/** Runs a program in an account, while time passes. */
const inAccount = <A, E, R>(program: Effect.Effect<A, E, R>, options?: TestDigitalOcean.Options) =>
  Effect.provide(Effect.andThen(TestClock.setTime(start), hour(program)), account(options))

/** After the images of the account were created. */
const start = Date.parse("2026-11-25T03:10:00Z")

/** The methods and paths of the requests of a program. */
const requestsOf = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { requests } = yield* TestDigitalOcean.TestDigitalOcean
    const before = (yield* requests).length
    yield* program
    const lines = (yield* requests).slice(before).map(TestDigitalOcean.toLine)
    return lines.map((line) => line.replace(/^\d+ (\w+ [^ ?]+).*$/, "$1"))
  })

const refusal = (operation: Ops.Operation, message: string, times: number | "always" = 1) =>
  Ops.sendFault(operation, {
    fault: "answer",
    status: 422,
    body: JSON.stringify({ id: "unprocessable_entity", message }),
    times
  })

/** Runs an operation when another process has sent the same request after its inspection. */
const quicker = (operation: Ops.Operation, message: string) =>
  operation.run({
    wrapRequest: (request) => {
      const other = Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        yield* operation.prepare ?? Effect.void
        yield* operation.other
        yield* test.addFaults(refusal(operation, message))
      })
      return Effect.andThen(Effect.orDie(other), request) as typeof request
    }
  })

describe("an operation that is refused for an unknown reason after another process was quicker", () => {
  for (const operation of Ops.operations) {
    const isJoined = [Ops.transfer, Ops.conversion, Ops.powerOff].includes(operation)
    it.effect(`${isJoined ? "is Joined" : "fails with the refusal"}: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          const result = yield* Effect.result(quicker(operation, "Something new."))
          if (result._tag === "Success") assert.strictEqual(isJoined ? result.success._tag : "", "Joined")
          else {
            assert.isFalse(isJoined)
            assert.nestedPropertyVal(result.failure, "reason._tag", "UnprocessableEntity")
          }
        })
      )
    )
  }
})

describe("an operation that is refused because its resource is busy", () => {
  const busy = "Another action is currently in progress on this resource."
  for (const operation of [Ops.transfer, Ops.conversion, Ops.tag, Ops.deletion]) {
    it.effect(`is sent again: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.prepare ?? Effect.void
          assert.strictEqual((yield* operation.run({ waitForEvents: "10 minutes" }))._tag, "Requested")
          assert.strictEqual(yield* Ops.executed(operation), 1)
          const test = yield* TestDigitalOcean.TestDigitalOcean
          assert.deepStrictEqual(yield* test.unusedFaults, [])
        }),
        { faults: refusal(operation, busy, 2) }
      )
    )
  }

  for (const operation of [Ops.tag, Ops.deletion]) {
    it.effect(`is not sent again while another action explains it: ${operation.name}`, () =>
      inAccount(
        Effect.gen(function* () {
          yield* operation.prepare ?? Effect.void
          yield* Images.Images.use((images) => images.transfer(Ops.snapshot, "sfo3"))
          const before = yield* Clock.currentTimeMillis
          assert.nestedPropertyVal(yield* Effect.flip(operation.run()), "reason._tag", "UnprocessableEntity")
          assert.strictEqual(yield* Clock.currentTimeMillis, before)
        }),
        { faults: refusal(operation, busy, "always") }
      )
    )
  }
})

describe("the requests of", () => {
  const actions = `GET /v2/droplets/${Ops.web}/actions`
  const act = `POST /v2/droplets/${Ops.web}/actions`

  it.effect("an operation on an idle Droplet are one inspection and its own", () =>
    inAccount(
      Effect.gen(function* () {
        yield* Ops.ended(Ops.powerOff.different!)
        const sent = yield* requestsOf(Ensure.power(Ops.web, "off", { waitForEvents: "10 minutes" }))
        assert.deepStrictEqual(sent, [`GET /v2/droplets/${Ops.web}`, actions, act])
      })
    )
  )

  it.effect("a transfer do not wait for another transfer", () =>
    inAccount(
      Effect.gen(function* () {
        yield* Ops.transfer.different!
        const before = yield* Clock.currentTimeMillis
        assert.strictEqual((yield* Ops.transfer.run({ waitForEvents: "10 minutes" }))._tag, "Requested")
        assert.strictEqual(yield* Clock.currentTimeMillis, before)
      })
    )
  )

  it.effect("a snapshot do not read images whose names are listed", () =>
    inAccount(
      Effect.gen(function* () {
        const sent = yield* requestsOf(Ensure.snapshot(Ops.web, { name: "golden" }))
        assert.deepStrictEqual(sent, [actions, `GET /v2/droplets/${Ops.web}/snapshots`, act])
      })
    )
  )

  it.effect("a snapshot of a model do not read the Droplet", () =>
    inAccount(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const droplet = yield* droplets.get(Ops.web)
        const sent = yield* requestsOf(droplets.takeSnapshot(droplet))
        assert.notInclude(sent, `GET /v2/droplets/${Ops.web}`)
        assert.include(yield* requestsOf(droplets.takeSnapshot(Ops.web)), `GET /v2/droplets/${Ops.web}`)
      })
    )
  )

  it.effect("a wait for an idle Droplet are one", () =>
    inAccount(
      Effect.gen(function* () {
        yield* Ops.ended(Ops.powerOff.different!)
        const progress: Array<string> = []
        const onProgress = ({ type }: { readonly type: string }) => Effect.sync(() => void progress.push(type))
        assert.deepStrictEqual(yield* requestsOf(Ensure.awaitIdle(Ops.web, { onProgress })), [actions])
        assert.deepStrictEqual(progress, [])
      })
    )
  )

  it.effect("an action that may be the requested one is waited for as long as any action", () =>
    inAccount(
      Effect.gen(function* () {
        yield* Ops.transfer.other
        const before = yield* Clock.currentTimeMillis
        const error = yield* Effect.flip(
          Ops.transfer.run({ waitForEvents: "10 seconds", wait: { timeout: "2 minutes" } })
        )
        assert.propertyVal(error, "_tag", "ActionTimedOut")
        assert.isAtLeast((yield* Clock.currentTimeMillis) - before, 120_000)
      }),
      {
        faults: [
          { fault: "stuck", on: "images.act" },
          { fault: "remove", on: "images.actions", field: "actions.*.region", times: "always" },
          { fault: "remove", on: "images.actions", field: "actions.*.region_slug", times: "always" }
        ]
      }
    )
  )
})

describe("a deletion", () => {
  const path = `/v2/images/${Ops.snapshot}`

  it.effect("of an image that does not exist sends no DELETE", () =>
    inAccount(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* requestsOf(Ensure.deletion(7)), ["GET /v2/images/7"])
      })
    )
  )

  it.effect("of an image that is deleted, and still returned, sends no DELETE", () =>
    inAccount(
      Effect.gen(function* () {
        const image = yield* Images.Images.use((images) => images.get(Ops.snapshot))
        const deleted = { ...image, status: "deleted" }
        assert.deepStrictEqual(yield* requestsOf(Ensure.deletion(deleted)), [])
        assert.deepStrictEqual(yield* requestsOf(Ensure.deletion(Ops.snapshot)), [`GET ${path}`, `DELETE ${path}`])
      })
    )
  )

  for (const [message, result] of [
    ["The image is an already deleted image.", "Satisfied"],
    ["Something new.", "DigitalOceanError"]
  ] as const) {
    it.effect(`is ${result} after the refusal: ${message}`, () =>
      inAccount(
        Effect.gen(function* () {
          const ended = yield* Effect.result(Ensure.deletion(Ops.snapshot))
          assert.strictEqual(ended._tag === "Success" ? ended.success._tag : ended.failure._tag, result)
        }),
        { faults: refusal(Ops.deletion, message) }
      )
    )
  }

  for (const when of ["before", "after"] as const) {
    it.effect(`of which every response is lost ${when} its execution is found`, () =>
      inAccount(
        Effect.gen(function* () {
          const ended = yield* Effect.result(Ensure.deletion(Ops.snapshot))
          if (when === "after") assert.strictEqual(ended._tag === "Success" ? ended.success._tag : "", "Requested")
          else assert.propertyVal(ended._tag === "Failure" ? ended.failure : undefined, "outcome", "unknown")
        }),
        { faults: Ops.sendFault(Ops.deletion, { fault: "reset", when, times: "always" }) }
      )
    )
  }
})

describe("the image of a snapshot", () => {
  const take = Droplets.Droplets.use((droplets) => droplets.snapshot(Ops.web, "golden"))

  it.effect("is found as soon as it is visible, and is not one that existed before", () =>
    inAccount(
      Effect.gen(function* () {
        const before = yield* Ensure.inspectSnapshots(Ops.web)
        const action = yield* take
        yield* Actions.Actions.use((actions) => actions.await(action))
        const at = yield* Clock.currentTimeMillis
        const image = yield* Ensure.awaitSnapshotImage(Ops.web, action, { before })
        assert.strictEqual(image.name, "golden")
        assert.isAtMost((yield* Clock.currentTimeMillis) - at, 60_000)
        // the same image does not belong to a later action
        const options = {
          before: { snapshots: [...before.snapshots, image] },
          imageVisibilityTimeout: "10 seconds"
        } as const
        const error = yield* Effect.flip(Ensure.awaitSnapshotImage(Ops.web, action, options))
        assert.strictEqual(error._tag, "SnapshotNotFound")
        // whether an action without a type created an image is not known
        assert.strictEqual((yield* Effect.flip(Ensure.joinSnapshot(Ops.web, action, options)))._tag, "SnapshotNotFound")
        assert.isTrue(Option.isNone(yield* Ensure.joinSnapshot(Ops.web, { ...action, type: "" }, options)))
      })
    )
  )

  it.effect("does not exist if its action errored", () =>
    inAccount(
      Effect.gen(function* () {
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const action = yield* take
        yield* test.endAction(action.id, "errored")
        assert.strictEqual((yield* Effect.flip(Ensure.awaitSnapshotImage(Ops.web, action)))._tag, "ActionErrored")
        assert.isTrue(Option.isNone(yield* Ensure.joinSnapshot(Ops.web, action)))
      })
    )
  )

  it.effect("whose wait fails is an error that contains the action, if that is known", () =>
    inAccount(
      Effect.gen(function* () {
        const droplets = yield* Droplets.Droplets
        const test = yield* TestDigitalOcean.TestDigitalOcean
        const action = yield* take
        const named = { droplet_id: Ops.web, image_name: "golden" }
        const late = yield* Effect.flip(
          droplets.awaitSnapshot({ ...named, action: action.id }, { timeout: "1 second" })
        )
        assert.nestedPropertyVal(late, "action.id", action.id)
        assert.strictEqual(late._tag, "SnapshotNotFound")
        yield* test.addFaults([{ fault: "status", on: "droplets.snapshots", status: 401, times: "always" }])
        const denied = yield* Effect.flip(droplets.awaitSnapshot({ ...named, action }))
        assert.strictEqual(denied._tag, "SnapshotNotFound")
        yield* test.clearFaults
        yield* test.addFaults([
          { fault: "status", on: "actions.get", status: 401, times: "always" },
          { fault: "status", on: "actions.list", status: 401, times: "always" }
        ])
        const unknown = yield* Effect.flip(droplets.awaitSnapshot({ ...named, action: action.id }))
        assert.strictEqual(unknown._tag, "DigitalOceanError")
        const started = yield* Effect.flip(droplets.awaitSnapshot({ ...named, action }))
        assert.strictEqual(started._tag, "SnapshotNotFound")
      })
    )
  )
})

describe("a known action", () => {
  it.effect("that is done is believed where a listing shows it in progress", () =>
    inAccount(
      Effect.gen(function* () {
        const off = yield* Droplets.Droplets.use((droplets) => droplets.powerOff(Ops.web))
        const done = yield* Actions.Actions.use((actions) => actions.await(off))
        const { actions } = yield* Ensure.inspectDroplet(Ops.web, { known: [done] })
        assert.strictEqual(actions.find(({ id }) => id === off.id)?.status, "completed")
      }),
      {
        faults: [
          { fault: "set", on: "droplets.actions", field: "actions.*.status", value: "in-progress", times: "always" }
        ]
      }
    )
  )

  it("is None for a Satisfied result", () => {
    assert.isTrue(Option.isNone(Ensure.actionOf({ _tag: "Satisfied", reason: "" })))
  })
})
