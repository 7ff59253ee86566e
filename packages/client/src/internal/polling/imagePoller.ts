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
import { affectsToken, failuresBeforeFallback, fetchIndividually, maxIndividual } from "./fetchIndividually.ts"
import * as Batcher from "./batcher.ts"

/** Polls the state of images. Polls that are due at about the same time share requests. */
export interface ImagePoller {
  /** Sleeps before a poll; see `Batcher.sleep`. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly image: (id: number, pollVia: PollStrategy | undefined) => Effect.Effect<Image.Image, DigitalOceanError>
}

interface Input {
  readonly id: number
  readonly pollVia: PollStrategy | undefined
}

/** Requests that are not completed, by image id. */
type Unresolved = Map<number, Array<Batcher.PendingRequest<Input, Image.Image, DigitalOceanError>>>

/**
 * Creates the poller of a client: one image is fetched with a GET, several are searched in the account's private
 * images.
 */
export const makeImagePoller = perClient((client): ImagePoller => {
  const privateImages = Search.make(
    (page) => asPoll(client.run(searched, { query: { ...Page.pageQuery(page), private: true } })),
    (image: Image.Image) => image.id
  )
  /** how often in a row the list failed */
  let failures = 0

  const resolve = (unresolved: Unresolved, id: number, exit: Exit.Exit<Image.Image, DigitalOceanError>) => {
    const requests = unresolved.get(id) ?? []
    unresolved.delete(id)
    for (const request of requests) request.complete(exit)
  }

  const tryList = (unresolved: Unresolved) => {
    const search = privateImages.find([...unresolved.keys()], (rows) => {
      for (const row of rows) resolve(unresolved, row.id, Exit.succeed(row))
    })
    return Effect.match(Batcher.whileAnyWaiting([...unresolved.values()].flat(), search), {
      onSuccess: () => {
        failures = 0
      },
      onFailure: (error) => {
        failures += 1
        if (affectsToken(error) || (failures < failuresBeforeFallback(error) && unresolved.size > maxIndividual)) {
          for (const id of [...unresolved.keys()]) resolve(unresolved, id, Exit.fail(error))
        }
      }
    })
  }

  const fetchEach = (unresolved: Unresolved) =>
    fetchIndividually(
      [...unresolved],
      ([id, requests]) => {
        const poll = asPoll(client.run(endpoints.get, { path: { image_id: id } }))
        return Effect.map(Batcher.whileAnyWaiting(requests, poll), (found) => {
          if (Option.isSome(found)) resolve(unresolved, id, Exit.succeed(found.value))
        })
      },
      ([id], error) => resolve(unresolved, id, Exit.fail(error))
    )

  const { request, sleep } = Batcher.make<Input, Image.Image, DigitalOceanError>(
    Effect.fnUntraced(function* (requests) {
      const unresolved: Unresolved = Map.groupBy(requests, ({ input }) => input.id)
      const listed: Unresolved = new Map([...unresolved].filter(([, [first]]) => mayBeListed(first?.input.pollVia)))
      if (listed.size > 1) {
        for (const id of listed.keys()) unresolved.delete(id)
        yield* tryList(listed)
        for (const [id, requests] of listed) unresolved.set(id, requests)
      }
      yield* fetchEach(unresolved)
    })
  )
  return { sleep, image: (id, pollVia) => request({ id, pollVia }) }
})

const mayBeListed = (pollVia: PollStrategy | undefined): boolean => pollVia === undefined || pollVia === "account"
