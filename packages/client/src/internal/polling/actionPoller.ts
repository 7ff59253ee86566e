import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Action from "../../Action.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import * as Durations from "./durationEstimates.ts"
import { perClient } from "./perClient.ts"
import * as Resolver from "./actionResolver.ts"
import { resourceOf } from "./actionSources.ts"
import * as Batcher from "./batcher.ts"

/** Polls the state of actions. Polls that are due at about the same time share requests. */
export interface ActionPoller {
  /** Sleeps before a poll; see `Batcher.sleep`. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly action: (
    id: number,
    last: Action.Action | undefined,
    pollVia: Resolver.PollStrategy | undefined
  ) => Effect.Effect<Action.Action, DigitalOceanError>
  /** The first page of an image's actions. */
  readonly ofImage: (image_id: number) => Effect.Effect<Page<Action.Action>, DigitalOceanError>
  readonly estimate: Durations.Durations["estimate"]
}

type Input =
  | {
      readonly _tag: "Action"
      readonly id: number
      readonly last: Action.Action | undefined
      readonly pollVia: Resolver.PollStrategy | undefined
    }
  | { readonly _tag: "OfImage"; readonly image_id: number }

type PendingRequest = Batcher.PendingRequest<Input, Action.Action | Page<Action.Action>, DigitalOceanError>

/** The requests for the actions of an image, and the requested actions of that image. */
interface OfImage {
  readonly requests: Array<PendingRequest>
  readonly unresolved: Resolver.Unresolved
}

/** Creates the poller of a client, which all services of the client share. */
export const makeActionPoller = perClient((client): ActionPoller => {
  const durations = Durations.make()
  const { actions, ofImage } = Resolver.make(client, durations.record)

  const runBatch = (requests: ReadonlyArray<PendingRequest>) => {
    const images = new Map<number, OfImage>()
    for (const request of requests) {
      if (request.input._tag !== "OfImage") continue
      const image: OfImage = images.get(request.input.image_id) ?? { requests: [], unresolved: new Map() }
      image.requests.push(request)
      images.set(request.input.image_id, image)
    }
    const others: Resolver.Unresolved = new Map()
    // the waits for an action share its last known state
    const known = new Map<number, Action.Action>()
    for (const { input } of requests) {
      if (input._tag === "Action" && input.last !== undefined) known.set(input.id, input.last)
    }
    for (const request of requests) {
      if (request.input._tag !== "Action") continue
      const { id, pollVia } = request.input
      const last = known.get(id)
      const resource = resourceOf(last)
      const unresolved = (resource?.kind === "image" ? images.get(resource.id)?.unresolved : undefined) ?? others
      const pending = unresolved.get(id)
      if (pending === undefined) unresolved.set(id, { id, last, pollVia, waiters: [request] })
      else pending.waiters.push(request)
    }
    const ofImages = Effect.forEach(
      images,
      ([id, { requests, unresolved }]) => Effect.andThen(ofImage(id, requests, unresolved), actions(unresolved)),
      { concurrency: 8 }
    )
    return Effect.all([actions(others), ofImages], { concurrency: 2, discard: true })
  }
  const { request, sleep } = Batcher.make(runBatch)

  return {
    sleep,
    // the tag of the input determines the type of the result
    action: (id, last, pollVia) =>
      request({ _tag: "Action", id, last, pollVia }) as Effect.Effect<Action.Action, DigitalOceanError>,
    ofImage: (image_id) =>
      request({ _tag: "OfImage", image_id }) as Effect.Effect<Page<Action.Action>, DigitalOceanError>,
    estimate: durations.estimate
  }
})
