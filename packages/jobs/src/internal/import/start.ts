import * as Reconcile from "@effect-digitalocean/client/Reconcile"
import type { DigitalOceanError } from "@effect-digitalocean/client/DigitalOceanError"
import type { Actions } from "@effect-digitalocean/client/Actions"
import type { AutoscalePools } from "@effect-digitalocean/client/AutoscalePools"
import type { Droplets } from "@effect-digitalocean/client/Droplets"
import type * as Image from "@effect-digitalocean/client/Image"
import { type CreateOptions, Images } from "@effect-digitalocean/client/Images"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Cleanup from "../../Cleanup.ts"
import type { UnknownName } from "../unknownName.ts"
import { type AmbiguousName, findByName, imagesNamed } from "./search.ts"
import * as Usage from "../../Usage.ts"
import { visibleWithin } from "../actions/onceVisible.ts"

/** The services that start an import, and delete a second image of it unless that is in use. */
export type Needs = Images | Actions | Droplets | AutoscalePools

/** Starts an import, or returns the image of the one that exists; documented at `Import`. */
export const start = Effect.fnUntraced(function* (
  options: CreateOptions
): Effect.fn.Return<Image.Image, DigitalOceanError | UnknownName | AmbiguousName, Needs> {
  const images = yield* Images
  const { description, distribution, name, region, tags, url } = options
  const found = yield* findByName(name)
  if (Option.isSome(found)) return found.value
  const create = images.create({ name, url, region, distribution, description, tags })
  return yield* Cleanup.finish(Effect.flatMap(Effect.result(create), (created) => settle(created, name)))
})

/** Of several images that were created with one name at once, returns the one that stays. */
const settle = Effect.fnUntraced(function* (
  created: Result.Result<Image.Image, DigitalOceanError>,
  name: string
): Effect.fn.Return<Image.Image, DigitalOceanError | UnknownName | AmbiguousName, Needs> {
  const isCertain = Result.isSuccess(created)
  // the image that is found may be one that another process created; in both cases the one with the lowest id stays
  const own = isCertain
    ? created.success
    : yield* Reconcile.createOrFind(Effect.fail(created.failure), findByName(name))
  const images = yield* Images
  // an image that is available is visible to every process
  const visible = Effect.raceFirst(Effect.sleep("12 seconds"), Effect.exit(images.awaitAvailable(own)))
  for (const pause of [Effect.void, visible]) {
    yield* pause
    const [first] = yield* imagesNamed(name)
    if (first === undefined || first.id >= own.id) continue
    if (isCertain)
      yield* Cleanup.run(
        deleteOwn(own),
        (problem) => new Cleanup.ImageLeftOver({ image: own.id, image_name: name, problem })
      )
    return first
  }
  return own
})

/** A 404 soon after the creation does not mean that the image is deleted. */
const deleteOwn = (image: Image.Image) =>
  Effect.retry(Usage.deletion(image, { notFoundGracePeriod: visibleWithin }), {
    // why an image cannot be deleted while it is imported is not documented
    while: (error) => error._tag === "DigitalOceanError" && error.reason._tag === "UnprocessableEntity",
    schedule: Schedule.upTo(Schedule.spaced("3 seconds"), { duration: visibleWithin })
  })
