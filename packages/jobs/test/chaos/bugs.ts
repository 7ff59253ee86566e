import { type DigitalOcean, Image, Images } from "@effect-digitalocean/client"
import { BuiltInKinds, JobKind } from "@effect-digitalocean/jobs/durable"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

type Kind = JobKind.JobKind<DigitalOcean.Services>

/** Imports an image each time it is run, whatever an earlier run has done. */
const importAgain: Kind["run"] = (plan) => {
  const { options } = plan as unknown as { readonly options: Images.CreateOptions }
  const work = Effect.gen(function* () {
    const images = yield* Images.Images
    const { id } = yield* images.create(options)
    yield* Effect.repeat(Effect.option(images.get(id)), {
      until: (image) => image._tag === "Some" && Image.isAvailable(image.value),
      schedule: Schedule.spaced("3 seconds")
    })
  })
  return Effect.succeed(Stream.fromEffectDrain(Effect.orDie(Effect.retry(work, Schedule.spaced("1 second")))))
}

/** Ends without having done anything. */
const doNothing: Kind["run"] = () => Effect.succeed(Stream.empty)

/** Bugs that a chaos run has to find, each in one kind. */
const bugs: Readonly<Record<string, { readonly kind: string; readonly run: Kind["run"] }>> = {
  recreate: { kind: "import", run: importAgain },
  forget: { kind: "replicate", run: doNothing }
}

/** The kinds of a runner with a bug, by its name; without a name, the built-in ones. */
export const kindsWith = (name: string): Layer.Layer<JobKind.JobKinds> => {
  const bug = bugs[name]
  return JobKind.layer(BuiltInKinds.all.map((kind) => (kind.name === bug?.kind ? { ...kind, run: bug.run } : kind)))
}
