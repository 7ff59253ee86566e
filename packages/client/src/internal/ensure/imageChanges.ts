import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { catchNotFound, type DigitalOceanError } from "../../DigitalOceanError.ts"
import * as Image from "../../Image.ts"
import { Images } from "../../Images.ts"
import * as Tag from "../../Tag.ts"
import { Tags } from "../../Tags.ts"
import * as Lock from "./lock.ts"
import { type Options, type Result, type Satisfied, satisfied } from "./model.ts"
import * as Operation from "./operation.ts"
import { recentActions } from "./recentActions.ts"

/** Documented at `Ensure`. */
export const tag = Effect.fn("Ensure.tag")(function* (
  image: Image.Ref,
  tag: Tag.Ref,
  options: Options = {}
): Effect.fn.Return<Result<null>, DigitalOceanError, Images | Tags> {
  const images = yield* Images
  const tags = yield* Tags
  const name = Tag.nameOf(tag)
  const already = satisfied(`image ${Image.idOf(image)} has the tag ${name} already`)
  const hasTag = Image.hasTag(name)
  return yield* change(
    images,
    image,
    {
      inspect: images.get(Image.idOf(image)),
      send: () => Effect.as(tags.tag(name, [Tag.image(image)]), null),
      satisfied: (now: Image.Image) => (hasTag(now) ? already : undefined),
      findNew: (_, now) => (hasTag(now) ? Option.some(null) : Option.none()),
      joinsAfterRefusal: false
    },
    Predicate.isNumber(image) ? undefined : image,
    options
  )
})

/** Documented at `Ensure`. */
export const deletion = Effect.fn("Ensure.deletion")(function* (
  image: Image.Ref,
  options: Options = {}
): Effect.fn.Return<Result<null>, DigitalOceanError, Images> {
  const images = yield* Images
  const already = satisfied(`image ${Image.idOf(image)} is deleted already`)
  const isDeleted = (now: Option.Option<Image.Image>) => Option.isNone(now) || Image.isDeleted(now.value)
  const deleted = change(
    images,
    image,
    {
      inspect: catchNotFound(images.get(Image.idOf(image))),
      send: () => Effect.as(images.delete(image), null),
      satisfied: (now) => (isDeleted(now) ? already : undefined),
      findNew: (_, now) => (isDeleted(now) ? Option.some(null) : Option.none()),
      refused: (kind) => (kind === "deleted" ? already : undefined),
      joinsAfterRefusal: false
    },
    Predicate.isNumber(image) ? undefined : Option.some(image),
    { notFoundGracePeriod: 0, ...options }
  )
  return yield* Effect.catchReason(deleted, "DigitalOceanError", "NotFound", () => Effect.succeed(already))
})

/** Inspects, unless a state is given, and sends a request that starts no action. */
const change = <S>(
  images: Images["Service"],
  image: Image.Ref,
  request: Operation.Request<S, null, Satisfied, DigitalOceanError, never>,
  state: S | undefined,
  options: Options
): Effect.Effect<Result<null>, DigitalOceanError> =>
  Effect.suspend(() => {
    let given = state
    const attempt = Effect.gen(function* (): Effect.fn.Return<Result<null>, DigitalOceanError> {
      const now = given ?? (yield* request.inspect)
      given = undefined
      return request.satisfied(now) ?? (yield* Operation.send(request, now, options))
    })
    return Lock.retryWhileLocked(attempt, {
      actions: recentActions(images.actions(image, { per_page: 50 }), 50),
      isLocked: Lock.isEventPending,
      isJoined: () => false,
      waitForEvents: options.waitForEvents,
      busyGracePeriod: options.busyGracePeriod
    })
  })
