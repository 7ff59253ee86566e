import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Action from "../../Action.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import { pollCapacityOf } from "../rateLimit/pollCapacity.ts"
import * as Resolver from "./actionResolver.ts"
import * as Sources from "./actionSources.ts"
import type { PollInput } from "../waiting/adaptiveSchedule.ts"
import * as Batcher from "./batcher.ts"
import { DurationEstimates } from "../waiting/durationEstimates.ts"
import { type LiveWait, LiveWaits } from "./liveWaits.ts"
import { perClient } from "./perClient.ts"
import { schedulePoll } from "./scheduledPoll.ts"
import { pageSize } from "../paging/pagePositions.ts"
import type { PendingPoll, Poll, WaitTime } from "../waiting/waitLoop.ts"

/** Polls the state of actions. Polls that are due at about the same time share requests. */
export interface ActionPoller {
  /** Starts a wait, which ends with its scope. */
  readonly join: LiveWaits<Action.Action>["join"]
  readonly startPoll: (
    wait: LiveWait<Action.Action>,
    id: number,
    pollVia: Resolver.PollStrategy | undefined,
    poll: Poll<Action.Action>
  ) => Effect.Effect<PendingPoll<Action.Action>>
  /** Polls the first page of an image's actions. */
  readonly startImagePoll: (image_id: number, due: number) => Effect.Effect<PendingPoll<Page<Action.Action>>>
  /** What a schedule is given beside the last state. */
  readonly input: (last: Action.Action | undefined, time: WaitTime) => Omit<PollInput<never>, "last">
  readonly durations: DurationEstimates
}

type Input =
  | { readonly _tag: "Action"; readonly id: number; readonly pollVia: Resolver.PollStrategy | undefined }
  | { readonly _tag: "OfImage"; readonly image_id: number }

type Request = Batcher.ScheduledRequest<Input, Action.Action | Page<Action.Action>, DigitalOceanError>

/** The requests for the actions of an image, and the requested actions of that image. */
interface OfImage {
  readonly requests: Array<Request>
  readonly unresolved: Resolver.Unresolved
}

/** Creates the poller of a client, which all services of the client share. */
export const makeActionPoller = perClient((client): ActionPoller => {
  const capacity = pollCapacityOf(client)
  const durations = new DurationEstimates()
  const live = new LiveWaits<Action.Action>(capacity.startWait)
  const resolver = Resolver.make(Sources.make(client), live, (rows, at) => {
    addedBefore = undefined
    // before a wait goes on with its row
    const isNew = durations.record(rows)
    live.offer(rows, at)
    if (isNew) live.reconsider()
  })

  const runBatch = (requests: ReadonlyArray<Request>) => {
    const images = new Map<number, OfImage>()
    for (const request of requests) {
      if (request.input._tag !== "OfImage") continue
      const image: OfImage = images.get(request.input.image_id) ?? { requests: [], unresolved: new Map() }
      image.requests.push(request)
      images.set(request.input.image_id, image)
    }
    const others: Resolver.Unresolved = new Map()
    for (const request of requests) {
      if (request.input._tag !== "Action") continue
      const { id, pollVia } = request.input
      const last = live.last(id)
      const resource = Sources.resourceOf(last)
      const unresolved = (resource?.kind === "image" ? images.get(resource.id)?.unresolved : undefined) ?? others
      const pending = unresolved.get(id)
      if (pending === undefined) unresolved.set(id, { id, last, pollVia, waiters: [request] })
      else pending.waiters.push(request)
    }
    const ofImages = Effect.forEach(
      images,
      ([id, { requests, unresolved }]) =>
        Effect.andThen(resolver.ofImage(id, requests, unresolved), resolver.actions(unresolved)),
      { concurrency: 8 }
    )
    return Effect.all([resolver.actions(others), ofImages], { concurrency: 2, discard: true })
  }
  const batcher = Batcher.make(capacity, runBatch)
  let requestCount = 1
  /** how many ids had been added when the requests were counted; undefined after a response */
  let addedBefore: number | undefined
  /** Counting takes time for each wait. So the start of a few more only adds what their pages can be. */
  const pages = (): number => {
    const added = addedBefore === undefined ? live.size : live.added - addedBefore
    if (addedBefore === undefined || added > live.size / 10) {
      addedBefore = live.added
      requestCount = resolver.requestCount()
      return requestCount
    }
    return requestCount + Math.floor(added / pageSize)
  }

  return {
    join: (id, last) => live.join(id, last),
    startPoll: (wait, id, pollVia, poll) =>
      schedulePoll({
        ...poll,
        batcher,
        live,
        wait,
        input: { _tag: "Action", id, pollVia },
        id,
        isFinal: Action.isDone
        // the tag of the input determines the type of the result
      }) as Effect.Effect<PendingPoll<Action.Action>>,
    startImagePoll: (image_id, due) =>
      Effect.map(batcher.schedule({ _tag: "OfImage", image_id }, due), (request) => ({
        result: Deferred.await(request.result) as Effect.Effect<Page<Action.Action>, DigitalOceanError>,
        isSent: () => request.isTaken,
        end: () => request.end()
      })),
    input: (last, time) => ({
      age: last === undefined ? time.elapsed : ageOf(last, time),
      window: last && durations.window(last),
      pages: pages(),
      spare: capacity.spare(time.monotonic)
    }),
    durations
  }
})

/** The age of an action: at least the duration of the wait, as a clock can be slow. */
export const ageOf = ({ started_at }: Action.Action, { elapsed, now }: WaitTime): Duration.Duration =>
  Duration.max(elapsed, Duration.millis(now - DateTime.toEpochMillis(started_at)))
