import { Image } from "@effect-digitalocean/client"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Criteria, wantedOf } from "../../src/internal/snapshot/wanted.ts"
import { action, ago, inProgress, now } from "../support/actions.ts"
import { image } from "../support/images.ts"
import { on } from "../support/releases.ts"

const criteria: Criteria = {
  dropletName: "web-01",
  name: "golden",
  powerOff: false,
  known: new Set([Image.idOf(1)]),
  plannedAt: now
}

const golden = (id: number, minutes: number, name = "golden") => image(id, { name, created_at: ago(minutes) })

const droplet = { resource_type: "droplet" }

const took = (started: number, completed?: number) =>
  action(3, {
    ...{ ...droplet, type: "snapshot", started_at: ago(started) },
    completed_at: completed === undefined ? null : ago(completed)
  })

const off = action(4, { ...droplet, type: "power_off", started_at: ago(20), completed_at: ago(19) })

describe("the image of a snapshot", () => {
  type Case = readonly [
    why: string,
    images: ReadonlyArray<Image.Image>,
    actions: ReadonlyArray<ReturnType<typeof action>>,
    more: Partial<Criteria>,
    expected: number | undefined
  ]
  const cases: ReadonlyArray<Case> = [
    ["none is listed", [], [], {}, undefined],
    ["one of its name is new", [golden(2, 60)], [], {}, 2],
    ["one of another name is new", [golden(2, 60, "other")], [], {}, undefined],
    ["one that was not listed is over a day old", [golden(2, 25 * 60)], [], {}, undefined],
    ["one of its name was listed", [golden(1, 60)], [], {}, undefined],
    ["one that was listed was completed 9 minutes ago", [golden(1, 10)], [took(12, 9)], {}, 1],
    ["one that was listed was completed 11 minutes ago", [golden(1, 12)], [took(13, 11)], {}, undefined],
    ["one that was listed was started 23 hours ago, and may be completed", [golden(1, 60)], [took(23 * 60)], {}, 1],
    ["one that was listed was started 25 hours ago", [golden(1, 60)], [took(25 * 60)], {}, undefined],
    ["one that was listed is older than the latest snapshot", [golden(1, 60)], [took(12, 9)], {}, undefined],
    [
      "one that was listed is as old as another action",
      [golden(1, 10)],
      [action(3, { ...droplet, type: "rename", started_at: ago(12), completed_at: ago(9) })],
      {},
      undefined
    ],
    [
      "one that was listed is as old as a snapshot in progress",
      [golden(1, 10)],
      [inProgress(3, { ...droplet, type: "snapshot", started_at: ago(12) })],
      {},
      undefined
    ],
    ["the Droplet is off since before it, and stays on", [golden(1, 15)], [off], {}, undefined],
    ["the Droplet is off for it since before it", [golden(1, 15)], [off], { powerOff: true }, 1],
    ["the Droplet is off for it since after it", [golden(1, 25)], [off], { powerOff: true }, undefined],
    [
      "no name is given, and one has a default name",
      [golden(2, 1, "web-01-2026-11-25-03-10-00-000")],
      [],
      { name: undefined },
      2
    ],
    ["no name is given, and one has another name", [golden(2, 1)], [], { name: undefined }, undefined],
    [
      "no name is given, and one was completed a moment ago",
      [golden(1, 1, "web-01-2026-11-25-03-10-00-000")],
      [took(3, 1)],
      { name: undefined },
      undefined
    ]
  ]
  for (const [why, snapshots, actions, more, expected] of cases) {
    it(`is ${expected ?? "none"}, where ${why}`, () => {
      const found = wantedOf({ ...criteria, ...more }).find({ snapshots, actions, readAt: now })
      assert.strictEqual(found?.id === undefined ? undefined : Number(found.id), expected)
    })
  }

  it.effect("has its name read where a listing leaves that out, if it may be the one", () =>
    on(
      Effect.gen(function* () {
        const rows = [golden(2, 1, ""), golden(1, 60, "")]
        const { snapshots } = yield* wantedOf(criteria).withNames({ snapshots: rows, actions: [], readAt: now })
        assert.deepStrictEqual(
          snapshots.map(({ name }) => name !== ""),
          [true, false]
        )
      })
    )
  )
})
