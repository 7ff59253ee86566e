import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Action from "../../src/Action.ts"
import * as Droplet from "../../src/Droplet.ts"
import * as Droplets from "../../src/Droplets.ts"
import { newestFirst, recentActions, recentOfDroplet } from "../../src/internal/ensure/recentActions.ts"

/** An action that was started a number of seconds after the first. */
const action = (id: number, second: number): Action.Action => ({
  id: id as Action.Id,
  type: "transfer",
  status: "completed",
  started_at: DateTime.makeUnsafe(Date.UTC(2026, 10, 25) + second * 1000),
  completed_at: null,
  resource_id: 7,
  resource_type: "image",
  region: null,
  region_slug: null
})

describe("the recent actions of a listing", () => {
  // [the listing, its rows as id and second, how many are wanted, how many are read, the ids that are returned]
  type Rows = ReadonlyArray<readonly [number, number]>
  const cases: ReadonlyArray<readonly [string, Rows, number, number, ReadonlyArray<number>]> = [
    ["without rows", [], 2, 0, []],
    ["with fewer rows than are wanted", [[1, 1]], 2, 1, [1]],
    [
      "with the newest first",
      [
        [4, 4],
        [3, 3],
        [2, 2],
        [1, 1]
      ],
      2,
      2,
      [4, 3]
    ],
    [
      "with equal times",
      [
        [4, 1],
        [3, 1],
        [2, 1]
      ],
      2,
      2,
      [4, 3]
    ],
    [
      "with equal times and the lowest id first",
      [
        [2, 1],
        [3, 1],
        [4, 1]
      ],
      2,
      3,
      [4, 3, 2]
    ],
    [
      "ordered by id and not by time",
      [
        [4, 1],
        [3, 2],
        [2, 3]
      ],
      2,
      2,
      [3, 4]
    ],
    [
      "ordered by time and not by id",
      [
        [2, 3],
        [3, 2],
        [4, 1]
      ],
      2,
      2,
      [2, 3]
    ],
    [
      "with the oldest first",
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4]
      ],
      2,
      4,
      [4, 3, 2, 1]
    ],
    [
      "whose order changes after enough rows",
      [
        [4, 4],
        [3, 3],
        [5, 5]
      ],
      2,
      2,
      [4, 3]
    ],
    [
      "with a row twice",
      [
        [4, 4],
        [4, 4],
        [3, 3]
      ],
      2,
      2,
      [4, 4]
    ],
    [
      "whose order changes before, and is as it should be again",
      [
        [3, 3],
        [4, 4],
        [2, 2],
        [1, 1]
      ],
      3,
      4,
      [4, 3, 2, 1]
    ]
  ]
  for (const [what, rows, count, read, expected] of cases) {
    it.effect(`${what}: ${expected.join(", ") || "none"}`, () =>
      Effect.gen(function* () {
        let pulled = 0
        const listing = Stream.tap(Stream.rechunk(Stream.fromIterable(rows.map(([id, at]) => action(id, at))), 1), () =>
          Effect.sync(() => void pulled++)
        )
        const found = yield* recentActions(listing, count)
        assert.deepStrictEqual(
          found.map(({ id }) => Number(id)),
          expected
        )
        assert.strictEqual(pulled, read)
      })
    )
  }

  it("are ordered by time, and by id where the times are equal", () => {
    assert.deepStrictEqual(
      [action(1, 2), action(2, 1), action(4, 1), action(3, 3)].toSorted(newestFirst).map(({ id }) => Number(id)),
      [3, 1, 4, 2]
    )
  })
})

it.effect("the recent actions of a Droplet are the first page of 50", () =>
  Effect.gen(function* () {
    const perPage: Array<number | undefined> = []
    const all = Array.from({ length: 120 }, (_, i) => action(120 - i, 120 - i))
    const droplets = Droplets.layerTest({
      actions: (_, query) => {
        perPage.push(query?.per_page)
        return Stream.fromIterable(all)
      }
    })
    const found = yield* Effect.provide(
      Droplets.Droplets.use((droplets) => recentOfDroplet(droplets, Droplet.idOf(7))),
      droplets
    )
    assert.deepStrictEqual(found, all.slice(0, 50))
    assert.deepStrictEqual(perPage, [50])
  })
)
