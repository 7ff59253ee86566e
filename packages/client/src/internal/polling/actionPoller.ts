import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Action from "../../Action.ts"
import type { Page } from "../../Page.ts"
import type { PollInput } from "../waiting/adaptiveSchedule.ts"
import { DurationEstimates } from "../waiting/durationEstimates.ts"
import type { PendingPoll, WaitTime } from "../waiting/waitLoop.ts"
import * as Resolver from "./actionResolver.ts"
import * as Sources from "./actionSources.ts"
import { perClient } from "./perClient.ts"
import * as RowPoller from "./rowPoller.ts"

/** Polls the state of actions, and the first pages of the actions of images. */
export interface ActionPoller extends Pick<RowPoller.RowPoller<Action.Action>, "join"> {
  /** Polls the first page of an image's actions. */
  readonly startImagePoll: (image_id: number, due: number) => Effect.Effect<PendingPoll<Page<Action.Action>>>
  /** What a schedule is given beside the last state. */
  readonly input: (last: Action.Action | undefined, time: WaitTime) => Omit<PollInput<never>, "last">
  readonly durations: DurationEstimates
}

/** Creates the poller of a client, which all services of the client share. */
export const makeActionPoller = perClient((client): ActionPoller => {
  const durations = new DurationEstimates()
  const poller: RowPoller.RowPoller<Action.Action> = RowPoller.make(
    client,
    Action.isDone,
    (now) => resolver.requestCount(now),
    (requests) => {
      const ofImages = Map.groupBy(
        requests.filter(({ input }) => input.ofImage),
        ({ input }) => input.id
      )
      const actions = Map.groupBy(
        requests.filter(({ input }) => !input.ofImage),
        ({ input }) => {
          const resource = Sources.resourceOf(poller.live.last(input.id))
          return resource?.kind === "image" && ofImages.has(resource.id) ? resource.id : undefined
        }
      )
      const unresolvedOf = (image_id?: number): Resolver.Unresolved =>
        Map.groupBy(actions.get(image_id) ?? [], ({ input }) => input.id)
      return Effect.forEach(
        [undefined, ...ofImages],
        (image) => {
          if (image === undefined) return resolver.actions(unresolvedOf())
          const unresolved = unresolvedOf(image[0])
          return Effect.andThen(resolver.ofImage(...image, unresolved), resolver.actions(unresolved))
        },
        { concurrency: 9, discard: true }
      )
    }
  )
  const resolver = Resolver.make(Sources.make(client), poller.live, (rows, at) => {
    // before a wait goes on with its row
    const isNew = durations.record(rows)
    poller.offer(rows, at)
    if (isNew) poller.live.reconsider()
  })

  return {
    join: poller.join,
    startImagePoll: (id, due) => poller.startPoll({ id, ofImage: true }, due),
    input: (last, time) => {
      const input = poller.input(time)
      return last === undefined ? input : { ...input, age: ageOf(last, time), window: durations.window(last) }
    },
    durations
  }
})

/** The age of an action: at least the duration of the wait, as a clock can be slow. */
export const ageOf = ({ started_at }: Action.Action, { elapsed, now }: WaitTime): Duration.Duration =>
  Duration.millis(Math.max(Duration.toMillis(elapsed), now - DateTime.toEpochMillis(started_at)))
