import { Actions, type DigitalOcean, Droplets } from "@effect-digitalocean/client"
import { BuiltInKinds, JobKind } from "@effect-digitalocean/jobs/durable"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

type Kind = JobKind.JobKind<DigitalOcean.Services>

/** Changes the stream of a kind. */
const running =
  (run: (given: Kind["run"]) => Kind["run"]) =>
  (kind: Kind): Kind => ({ ...kind, run: run(kind.run) })

/** Takes a snapshot each time it is run, whatever an earlier run has done. */
const snapshotAgain = (kind: Kind): Kind => ({
  ...kind,
  plan: (options) => Effect.succeed(options),
  run: (plan) => {
    const { droplet, name } = plan as { readonly droplet: number; readonly name: string }
    const take = Effect.gen(function* () {
      const droplets = yield* Droplets.Droplets
      const actions = yield* Actions.Actions
      yield* actions.await(yield* droplets.snapshot(droplet, name))
    })
    return Effect.succeed(Stream.fromEffectDrain(Effect.orDie(Effect.retry(take, Schedule.spaced("1 second")))))
  }
})

/** Bugs that a chaos run has to find, each in one kind. */
const bugs: Readonly<Record<string, { readonly kind: string; readonly plant: (kind: Kind) => Kind }>> = {
  recreate: { kind: "snapshot", plant: snapshotAgain },
  // ends without having done anything
  forget: { kind: "replicate", plant: running(() => () => Effect.succeed(Stream.empty)) }
}

/** The kinds of a runner with a bug, by its name; without a name, the built-in ones. */
export const kindsWith = (name: string): Layer.Layer<JobKind.JobKinds> => {
  const bug = bugs[name]
  return JobKind.layer(BuiltInKinds.all.map((kind) => (kind.name === bug?.kind ? bug.plant(kind) : kind)))
}
