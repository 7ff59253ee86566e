import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Image from "../../Image.ts"
import * as Page from "../../Page.ts"
import { endpoints, searched } from "../endpoints/images.ts"
import { pollCapacityOf } from "../rateLimit/pollCapacity.ts"
import type { PollStrategy } from "./actionResolver.ts"
import type { PollInput } from "../waiting/adaptiveSchedule.ts"
import { asPoll } from "./asPoll.ts"
import * as Batcher from "./batcher.ts"
import { affectsToken, failuresBeforeFallback, fetchIndividually, maxIndividual } from "./fetchIndividually.ts"
import { type LiveWait, LiveWaits } from "./liveWaits.ts"
import * as ListReader from "../paging/listReader.ts"
import { perClient } from "./perClient.ts"
import { schedulePoll } from "./scheduledPoll.ts"
import type { PendingPoll, Poll, WaitTime } from "../waiting/waitLoop.ts"

/** Polls the state of images. Polls that are due at about the same time share requests. */
export interface ImagePoller {
  /** Starts a wait, which ends with its scope. */
  readonly join: LiveWaits<Image.Image>["join"]
  readonly startPoll: (
    wait: LiveWait<Image.Image>,
    id: number,
    pollVia: PollStrategy | undefined,
    poll: Poll<Image.Image>
  ) => Effect.Effect<PendingPoll<Image.Image>>
  /** What a schedule is given beside the last state. */
  readonly input: (time: WaitTime) => Omit<PollInput<never>, "last">
}

interface Input {
  readonly id: number
  readonly pollVia: PollStrategy | undefined
}

/** Requests that are not completed, by image id. */
type Unresolved = Map<number, Array<Batcher.ScheduledRequest<Input, Image.Image, DigitalOceanError>>>

/**
 * Creates the poller of a client: one image is fetched with a GET, several are read from the account's private images.
 */
export const makeImagePoller = perClient((client): ImagePoller => {
  const capacity = pollCapacityOf(client)
  const live = new LiveWaits<Image.Image>(capacity.startWait)
  const privateImages = ListReader.make(
    (page) => asPoll(client.run(searched, { query: { ...Page.pageQuery(page), private: true } })),
    (id) => live.has(id)
  )
  /** how often in a row the list failed */
  let failures = 0

  const resolve = (unresolved: Unresolved, id: number, exit: Exit.Exit<Image.Image, DigitalOceanError>) => {
    const requests = unresolved.get(id) ?? []
    unresolved.delete(id)
    for (const request of requests) request.complete(exit)
  }

  const tryList = (unresolved: Unresolved) => {
    const pages = Map.groupBy(privateImages.locate(live.ids).values(), (page) => page)
    const read = privateImages.read(unresolved.keys(), {
      isWorthwhile: (ids, page) => ids.length > 1 || (pages.get(page)?.length ?? 0) > 1,
      onRows: (rows, at) => {
        // before the waits of these requests start their next polls
        live.offer(rows, at)
        for (const row of rows) resolve(unresolved, row.id, Exit.succeed(row))
      }
    })
    return Effect.match(Batcher.whileAnyWaiting([...unresolved.values()].flat(), read), {
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

  const batcher = Batcher.make<Input, Image.Image, DigitalOceanError>(
    capacity,
    Effect.fnUntraced(function* (requests) {
      const unresolved: Unresolved = Map.groupBy(requests, ({ input }) => input.id)
      const listed: Unresolved = new Map([...unresolved].filter(([, [first]]) => mayBeListed(first?.input.pollVia)))
      if (live.size > 1) {
        for (const id of listed.keys()) unresolved.delete(id)
        yield* tryList(listed)
        for (const [id, requests] of listed) unresolved.set(id, requests)
      }
      yield* fetchEach(unresolved)
    })
  )
  return {
    join: (id, last) => live.join(id, last),
    startPoll: (wait, id, pollVia, poll) => {
      const input = { id, pollVia }
      return schedulePoll({ ...poll, batcher, live, wait, input, id, isFinal: isSettled })
    },
    input: ({ elapsed, monotonic }) => {
      const located = privateImages.locate(live.ids)
      const pages = Math.max(1, new Set(located.values()).size + live.size - located.size)
      return { age: elapsed, window: undefined, pages, spare: capacity.spare(monotonic) }
    }
  }
})

/** Whether an image will not change any more: it is available, or deleted. */
export const isSettled = (image: Image.Image): boolean => Image.isAvailable(image) || Image.isDeleted(image)

const mayBeListed = (pollVia: PollStrategy | undefined): boolean => pollVia === undefined || pollVia === "account"
