import { RecordingClient } from "@effect-digitalocean/testing"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import type * as Action from "../../src/Action.ts"
import * as DigitalOcean from "../../src/DigitalOcean.ts"
import * as Ensure from "../../src/Ensure.ts"
import * as Image from "../../src/Image.ts"
import { actionsInProgress } from "../../src/internal/ensure/inspectImages.ts"
import * as Recorded from "../support/recorded.ts"

const now = DateTime.makeUnsafe("2026-11-25T12:00:00Z")

const ago = (minutes: number) => DateTime.formatIso(DateTime.subtract(now, { minutes }))

type Row = Readonly<Record<string, unknown>>

/** A transfer of an image, started a number of minutes ago, which has the id of its image and that age. */
const action = (image: number, minutes: number, fields: Row = {}): Row => ({
  ...Recorded.action({ id: image * 100_000 + 90_000 - minutes, started_at: ago(minutes), resource_id: image }),
  ...fields
})

interface Account {
  readonly images: ReadonlyArray<Row>
  readonly actions: ReadonlyArray<Row>
  /** the responses to some requests, by method and path, in place of what the account contains */
  readonly responses?: Readonly<Record<string, RecordingClient.Answer>>
}

const notFound = RecordingClient.json({ id: "not_found", message: "not found" }, 404)

const forbidden = RecordingClient.json({ id: "Forbidden", message: "You are not authorized" }, 403)

/** A page of up to 200 rows, with a link to the next one. */
const pageOf = (url: URL, key: string, rows: ReadonlyArray<Row>) => {
  const page = Number(url.searchParams.get("page") ?? 1)
  const next = new URL(url)
  next.searchParams.set("page", String(page + 1))
  return RecordingClient.json({
    [key]: rows.slice((page - 1) * 200, page * 200),
    links: page * 200 < rows.length ? { pages: { next: next.href } } : {},
    meta: { total: rows.length }
  })
}

const respond = ({ actions, images, responses = {} }: Account, href: string): RecordingClient.Answer => {
  const url = new URL(href)
  const given = responses[url.pathname]
  if (given !== undefined) return given
  const [, , resource, id, part] = url.pathname.split("/")
  if (resource === "actions") return pageOf(url, "actions", actions)
  if (id === undefined)
    return pageOf(
      url,
      "images",
      images.filter(({ public: isPublic }) => isPublic !== true)
    )
  if (part === "actions") {
    return pageOf(
      url,
      "actions",
      actions.filter(({ resource_id }) => resource_id === Number(id))
    )
  }
  const image = images.find((image) => image["id"] === Number(id))
  return image === undefined ? notFound : RecordingClient.json({ image })
}

/** Runs a program over an account. */
const over =
  (account: Account) =>
  <A, E>(program: Effect.Effect<A, E, DigitalOcean.Services | RecordingClient.RecordingClient>) =>
    Effect.andThen(TestClock.setTime(DateTime.toEpochMillis(now)), program).pipe(
      Effect.provide(
        DigitalOcean.layer({ token: Redacted.make(Recorded.token) }).pipe(
          Layer.provideMerge(RecordingClient.layerWith(({ url }) => respond(account, url)))
        )
      )
    )

/** The paths of the requests. */
const paths = Effect.map(Recorded.requests, (all) => all.map(({ url }) => new URL(url).pathname.replace("/v2/", "")))

const ids = (...all: ReadonlyArray<number>) => all.map((id) => Image.idOf(id))

const image = (id: number, fields: Row = {}): Row => Recorded.image({ id, ...fields })

/** The requests that read each image on its own. */
const individually = (...all: ReadonlyArray<number>) => all.flatMap((id) => [`images/${id}`, `images/${id}/actions`])

/** The ids of the actions of each image. */
const summary = (states: Ensure.ImageStates) =>
  [...states].map(([id, { actions }]) => [Number(id), actions.map((action) => Number(action.id))])

const four = [1, 2, 3, 4]

const account: Account = {
  images: four.map((id) => image(id)),
  actions: [action(1, 1), action(3, 2), action(1, 3, { status: "completed" })]
}

describe("inspectImages", () => {
  it.effect("reads up to three images one by one", () =>
    over(account)(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(1, 2, 3))
        assert.deepStrictEqual(summary(states), [
          [1, [189_999, 189_997]],
          [2, []],
          [3, [389_998]]
        ])
        assert.sameMembers(yield* paths, individually(1, 2, 3))
      })
    )
  )

  it.effect("reads more images by the listings of the account, and finds the same", () =>
    over({ ...account, images: [image(9), ...account.images] })(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(...four))
        assert.deepStrictEqual(summary(states), [
          [1, [189_999, 189_997]],
          [2, []],
          [3, [389_998]],
          [4, []]
        ])
        assert.deepStrictEqual(yield* paths, ["actions", "images"])
        for (const { readAt } of states.values()) assert.deepStrictEqual(readAt, now)
      })
    )
  )

  it.effect("has no state of an image that does not exist", () =>
    over(account)(
      Effect.gen(function* () {
        assert.deepStrictEqual([...(yield* Ensure.inspectImages(ids(1, 7))).keys()].map(Number), [1])
        assert.deepStrictEqual([...(yield* Ensure.inspectImages(ids(7, ...four))).keys()].map(Number), four)
      })
    )
  )

  it.effect("reads an image that is not listed, or that is public, on its own", () =>
    over({
      ...account,
      images: [...account.images, image(5, { public: true })],
      responses: {
        "/v2/images": RecordingClient.json({
          images: four.slice(1).map((id) => image(id)),
          links: {},
          meta: { total: 3 }
        })
      }
    })(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(...four, 5))
        assert.sameMembers([...states.keys()].map(Number), [...four, 5])
        assert.sameMembers(yield* paths, ["actions", "images", ...individually(1, 5)])
        assert.deepStrictEqual(
          states.get(Image.idOf(1))?.actions.map(({ id }) => Number(id)),
          [189_999, 189_997]
        )
      })
    )
  )
})

/** An action that was started a day and a number of minutes ago. */
const old = (minutes: number) => action(4, 24 * 60 + minutes)

/** Rows of other resources, as many as fill pages. */
const others = (count: number) =>
  Array.from({ length: count }, (_, i) => action(9, 4, { id: 5_000_000 - i, resource_type: "droplet" }))

/** Listings of actions, which pages are read, and whether they are used. */
const listings: ReadonlyArray<{
  readonly what: string
  readonly actions: ReadonlyArray<Row>
  readonly responses?: Account["responses"]
  readonly pages: number
  readonly isUsed: boolean
}> = [
  { what: "of no actions", actions: [], pages: 1, isUsed: true },
  { what: "of one page", actions: account.actions, pages: 1, isUsed: true },
  { what: "of several pages", actions: [...account.actions, ...others(300)], pages: 2, isUsed: true },
  {
    what: "that is read to the first action that is older than a day",
    actions: [...account.actions, old(1), ...others(300)],
    pages: 1,
    isUsed: true
  },
  {
    what: "whose last action of the page is a day old, and no older",
    actions: [...account.actions, ...others(196), old(0), old(1)],
    pages: 2,
    isUsed: true
  },
  { what: "that contains only old ones", actions: [old(1), old(2), ...others(300)], pages: 1, isUsed: true },
  {
    what: "in another order, which is read to its end",
    actions: [old(2), old(1), ...others(200), ...account.actions],
    pages: 2,
    isUsed: true
  },
  {
    what: "of as many pages as there are images",
    actions: [...account.actions, ...others(797)],
    pages: 4,
    isUsed: true
  },
  {
    what: "of more pages than there are images",
    actions: [...account.actions, ...others(1500)],
    pages: 5,
    isUsed: false
  },
  {
    what: "with a row without resource_id",
    actions: [...account.actions, action(2, 4, { resource_id: null })],
    pages: 1,
    isUsed: false
  },
  {
    what: "with a row without resource_type",
    actions: [action(2, 0, { resource_type: "" }), ...account.actions],
    pages: 1,
    isUsed: false
  },
  {
    what: "that the token cannot read",
    actions: account.actions,
    responses: { "/v2/actions": forbidden },
    pages: 1,
    isUsed: false
  }
]

const listed = (all: ReadonlyArray<string>, name: string) => all.filter((path) => path === name).length

describe("a listing of actions", () => {
  for (const { actions, isUsed, pages, responses = {}, what } of listings) {
    it.effect(`${what} is ${isUsed ? "used" : "not used, and the images are read one by one"}`, () =>
      over({ ...account, actions, responses })(
        Effect.gen(function* () {
          const states = yield* Ensure.inspectImages(ids(...four))
          const expected = actions.some(({ resource_id }) => resource_id === 1) ? [189_999, 189_997] : []
          assert.deepStrictEqual(
            states.get(Image.idOf(1))?.actions.map(({ id }) => Number(id)),
            expected
          )
          const sent = yield* paths
          assert.strictEqual(listed(sent, "actions"), pages)
          assert.deepStrictEqual(
            sent.filter((path) => path !== "actions").toSorted(),
            isUsed ? ["images"] : individually(...four).toSorted()
          )
        })
      )
    )
  }

  it.effect("that contains a type in capitals is used", () =>
    over({ ...account, actions: [action(1, 1, { resource_type: "IMAGE" })] })(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(...four))
        assert.deepStrictEqual(summary(states)[0], [1, [189_999]])
      })
    )
  )

  it.effect("whose Droplets have the ids of images is used for the images only", () =>
    over({ ...account, actions: [action(2, 1, { resource_type: "droplet" })] })(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(...four))
        assert.deepStrictEqual(summary(states)[1], [2, []])
      })
    )
  )

  it.effect("of images that shifts while it is read is not used", () =>
    over({
      ...account,
      responses: {
        // the next page is the same again
        "/v2/images": RecordingClient.json({
          images: account.images,
          links: { pages: { next: "https://api.digitalocean.com/v2/images?page=1" } },
          meta: { total: 300 }
        })
      }
    })(
      Effect.gen(function* () {
        const states = yield* Ensure.inspectImages(ids(...four))
        assert.sameMembers([...states.keys()].map(Number), four)
        assert.includeMembers(yield* paths, individually(...four))
      })
    )
  )

  it.effect("that fails for another reason fails the inspection", () =>
    Effect.gen(function* () {
      for (const path of ["/v2/actions", "/v2/images"]) {
        const unauthorized = RecordingClient.json({ id: "Unauthorized", message: "no" }, 401)
        const error = yield* over({ ...account, responses: { [path]: unauthorized } })(
          Effect.flip(Ensure.inspectImages(ids(...four)))
        )
        assert.strictEqual(error.reason._tag, "Unauthorized")
      }
    })
  )
})

describe("actionsInProgress", () => {
  const found = (actions: ReadonlyMap<Image.Id, Action.Action>) =>
    [...actions].map(([id, action]) => [Number(id), Number(action.id)])
  const actions = [
    action(2, 1, { status: "completed" }),
    action(1, 2, { status: "completed" }),
    action(1, 3),
    action(1, 4),
    action(3, 5)
  ]
  const expected = [
    [1, 189_997],
    [3, 389_995]
  ]

  it.effect("reads up to three images one by one, without those that do not exist", () =>
    over({ ...account, actions, responses: { "/v2/images/7/actions": notFound } })(
      Effect.gen(function* () {
        assert.deepStrictEqual(found(yield* actionsInProgress(ids(1, 2, 3))), expected)
        assert.sameMembers(yield* paths, ["images/1/actions", "images/2/actions", "images/3/actions"])
        assert.deepStrictEqual(found(yield* actionsInProgress(ids(7))), [])
      })
    )
  )

  it.effect("reads more by the listing of the account", () =>
    over({ ...account, actions })(
      Effect.gen(function* () {
        assert.deepStrictEqual(found(yield* actionsInProgress(ids(...four))), expected)
        assert.deepStrictEqual(yield* paths, ["actions"])
      })
    )
  )

  it.effect("reads more one by one where the token cannot read the listing", () =>
    over({ ...account, actions, responses: { "/v2/actions": forbidden } })(
      Effect.gen(function* () {
        assert.deepStrictEqual(found(yield* actionsInProgress(ids(...four))), expected)
        assert.strictEqual((yield* paths).length, 5)
      })
    )
  )
})
