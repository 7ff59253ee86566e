import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Action from "../../Action.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import * as Durations from "./durationEstimates.ts"
import { perClient } from "./perClient.ts"
import * as Resolver from "./actionResolver.ts"
import { resourceOf } from "./actionSources.ts"
import * as Together from "./batcher.ts"

/** Where the present state of actions comes from. Polls that are due together share requests. */
export interface Polls {
  /** Sleeps before a poll; see `Together.sleep`. */
  readonly sleep: (duration: Duration.Duration) => Effect.Effect<void>
  readonly action: (
    id: number,
    last: Action.Action | undefined,
    route: Resolver.PollStrategy | undefined
  ) => Effect.Effect<Action.Action, DigitalOceanError>
  /** The first page of an image's actions. */
  readonly ofImage: (image_id: number) => Effect.Effect<Page<Action.Action>, DigitalOceanError>
  readonly estimate: Durations.Durations["estimate"]
}

type Question =
  | {
      readonly _tag: "Action"
      readonly id: number
      readonly last: Action.Action | undefined
      readonly route: Resolver.PollStrategy | undefined
    }
  | { readonly _tag: "OfImage"; readonly image_id: number }

type Asked = Together.Asked<Question, Action.Action | Page<Action.Action>, DigitalOceanError>

/** Those who asked for an image's actions, and the actions of that image that others asked for. */
interface OfImage {
  readonly asked: Array<Asked>
  readonly left: Resolver.Left
}

/** The polls of a client, for all services that are made of it. */
export const of = perClient((client): Polls => {
  const durations = Durations.make()
  const { actions, ofImage } = Resolver.make(client, durations.record)

  const answerAll = (asked: ReadonlyArray<Asked>) => {
    const images = new Map<number, OfImage>()
    for (const one of asked) {
      if (one.question._tag !== "OfImage") continue
      const image: OfImage = images.get(one.question.image_id) ?? { asked: [], left: new Map() }
      image.asked.push(one)
      images.set(one.question.image_id, image)
    }
    const wanted: Resolver.Left = new Map()
    // what one knows of an action helps all who ask for it
    const known = new Map<number, Action.Action>()
    for (const { question } of asked) {
      if (question._tag === "Action" && question.last !== undefined) known.set(question.id, question.last)
    }
    for (const one of asked) {
      if (one.question._tag !== "Action") continue
      const { id, route } = one.question
      const last = known.get(id)
      const resource = resourceOf(last)
      const left = (resource?.kind === "image" ? images.get(resource.id)?.left : undefined) ?? wanted
      const same = left.get(id)
      if (same === undefined) left.set(id, { id, last, route, asked: [one] })
      else same.asked.push(one)
    }
    const ofImages = Effect.forEach(
      images,
      ([id, { asked, left }]) => Effect.andThen(ofImage(id, asked, left), actions(left)),
      { concurrency: 8 }
    )
    return Effect.all([actions(wanted), ofImages], { concurrency: 2, discard: true })
  }
  const { ask, sleep } = Together.make(answerAll)

  return {
    sleep,
    // a question is answered with what it asks for
    action: (id, last, route) =>
      ask({ _tag: "Action", id, last, route }) as Effect.Effect<Action.Action, DigitalOceanError>,
    ofImage: (image_id) => ask({ _tag: "OfImage", image_id }) as Effect.Effect<Page<Action.Action>, DigitalOceanError>,
    estimate: durations.estimate
  }
})
