import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { Actions, Images, Sources } from "../../../src/internal/account/tables.ts"
import * as Seed from "../../../src/Seed.ts"

const Step = Schema.Struct({
  id: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })),
  day: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
  isDelete: Schema.Boolean
})

describe("images", () => {
  it.prop(
    "are newest first, whatever is put in, replaced and taken out",
    [Arbitrary.schema(Schema.Array(Step))],
    ([steps]) => {
      const images = new Images()
      for (const { day, id, isDelete } of steps) {
        if (isDelete) images.delete(id)
        else images.set(id, Seed.image({ id, name: `of ${day}`, created_at: `2026-01-0${day}T00:00:00Z` }))
      }
      const sorted = [...images.values()].sort((a, b) =>
        a.created_at === b.created_at ? b.id - a.id : a.created_at < b.created_at ? 1 : -1
      )
      assert.deepStrictEqual(images.newestFirst(), sorted)
    }
  )
})

describe("a table", () => {
  it("tells of every change, and of nothing else", () => {
    const images = new Images()
    const changes: Array<string> = []
    images.listeners.push((id, after, before) => changes.push(`${id} ${before?.name} -> ${after?.name}`))
    images.delete(7)
    images.set(7, Seed.image({ id: 7, name: "a" }))
    images.set(7, Seed.image({ id: 7, name: "b" }))
    images.delete(7)
    assert.deepStrictEqual(changes, ["7 undefined -> a", "7 a -> b", "7 b -> undefined"])
  })

  it("is applied to its mirror later", () => {
    const images = new Images()
    const mirror = new Images()
    const later: Array<() => void> = []
    images.mirror(mirror, { change: (run) => later.push(run), status: (run) => later.push(run) })
    images.set(7, Seed.image({ id: 7, name: "a" }))
    images.delete(7)
    assert.deepStrictEqual([images.size, mirror.size], [0, 0])
    later[0]?.()
    assert.strictEqual(mirror.get(7)?.name, "a")
    later[1]?.()
    assert.strictEqual(mirror.size, 0)
  })
})

describe("actions", () => {
  const action = (id: number, resource_id: number, status: string) => ({
    ...{ id, status, type: "transfer", started_at: "2026-01-01T00:00:00Z", completed_at: null },
    ...{ resource_id, resource_type: "image" }
  })

  it("are found by what they work on, and pending until they end", () => {
    const actions = new Actions()
    for (const [id, image] of [
      [1, 7],
      [2, 8],
      [3, 7]
    ] as const) {
      actions.set(id, action(id, image, "in-progress"))
    }
    actions.set(1, action(1, 7, "completed"))
    const ids = (found: ReadonlyArray<{ readonly id: number }>) => found.map(({ id }) => id)
    assert.deepStrictEqual(ids(actions.of("image", 7)), [1, 3])
    assert.deepStrictEqual(ids(actions.pending("image", 7)), [3])
    assert.deepStrictEqual(ids(actions.pending("droplet", 7)), [])
  })
})

describe("sources", () => {
  it("tell the images of a Droplet", () => {
    const sources = new Sources()
    for (const image of [3, 1, 2]) sources.set(image, 413)
    assert.deepStrictEqual([sources.of(413), sources.of(1)], [[3, 1, 2], []])
  })
})
