import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type * as Image from "../../Image.ts"
import * as Page from "../../Page.ts"
import { endpoints, searched } from "../endpoints/images.ts"
import { perClient } from "./perClient.ts"
import { asPoll } from "./asPoll.ts"
import type { PollStrategy } from "./actionResolver.ts"
import * as Search from "./pageSearch.ts"
import { few, isOfAll, patience, singly } from "./fetchIndividually.ts"
import * as Together from "./batcher.ts"

/** Where the present state of images comes from. Polls that are due together share requests. */
export interface ImagePolls {
  /** Sleeps before a poll; see `Together.sleep`. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly image: (id: number, route: PollStrategy | undefined) => Effect.Effect<Image.Image, DigitalOceanError>
}

interface Question {
  readonly id: number
  readonly route: PollStrategy | undefined
}

type Left = Map<number, Array<Together.Asked<Question, Image.Image, DigitalOceanError>>>

/** The polls of a client: one image is one GET, several are looked for among the account's own. */
export const of = perClient((client): ImagePolls => {
  const listing = Search.make(
    (page) => asPoll(client.run(searched, { query: { ...Page.pageQuery(page), private: true } })),
    (image: Image.Image) => image.id
  )
  /** how often in a row the list failed */
  let failures = 0

  const answer = (left: Left, id: number, exit: Exit.Exit<Image.Image, DigitalOceanError>) => {
    const asked = left.get(id) ?? []
    left.delete(id)
    for (const one of asked) one.answer(exit)
  }

  const tryList = (left: Left) => {
    const look = listing.find([...left.keys()], (rows) => {
      for (const row of rows) answer(left, row.id, Exit.succeed(row))
    })
    return Effect.match(Together.whileWanted([...left.values()].flat(), look), {
      onSuccess: () => {
        failures = 0
      },
      onFailure: (error) => {
        failures += 1
        if (isOfAll(error) || (failures < patience(error) && left.size > few)) {
          for (const id of [...left.keys()]) answer(left, id, Exit.fail(error))
        }
      }
    })
  }

  const alone = (left: Left) =>
    singly(
      [...left],
      ([id, asked]) => {
        const poll = asPoll(client.run(endpoints.get, { path: { image_id: id } }))
        return Effect.map(Together.whileWanted(asked, poll), (found) => {
          if (Option.isSome(found)) answer(left, id, Exit.succeed(found.value))
        })
      },
      ([id], error) => answer(left, id, Exit.fail(error))
    )

  const { ask, sleep } = Together.make<Question, Image.Image, DigitalOceanError>(
    Effect.fnUntraced(function* (asked) {
      const left: Left = Map.groupBy(asked, ({ question }) => question.id)
      const listed: Left = new Map([...left].filter(([, [one]]) => mayBeListed(one?.question.route)))
      if (listed.size > 1) {
        for (const id of listed.keys()) left.delete(id)
        yield* tryList(listed)
        for (const [id, asked] of listed) left.set(id, asked)
      }
      yield* alone(left)
    })
  )
  return { sleep, image: (id, route) => ask({ id, route }) }
})

const mayBeListed = (route: PollStrategy | undefined): boolean => route === undefined || route === "account"
