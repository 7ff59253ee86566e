/**
 * The golden image, on an account: keep a backup, snapshot a Droplet, find the image, see where it fits, copy it to
 * other regions, tag it, make a Droplet from it, retire the release before it.
 *
 * @since 0.1.0
 */
import {
  type Action,
  Actions,
  Droplets,
  Image,
  Images,
  Region,
  Regions,
  Size,
  Sizes,
  Tag,
  Tags
} from "@effect-digitalocean/client"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Text from "../Text.ts"
import { together } from "./together.ts"

/** A wait polls when its schedule says so; time is fast here, so this one polls often. */
const options = { schedule: Schedule.spaced("300 millis"), timeout: "1 minute" } as const

const privateImages = Effect.flatMap(Images.Images, (images) => Stream.runCollect(images.list({ private: true })))

/**
 * The demo; answers nothing, and tells all it does.
 *
 * @since 0.1.0
 */
export const program = Effect.gen(function* () {
  const images = yield* Images.Images
  const droplets = yield* Droplets.Droplets
  const tags = yield* Tags.Tags

  yield* title("The account's private images")
  const before = yield* privateImages
  yield* printImages(before)
  const previous = newestFirst(before.filter(Image.isSnapshot))[0]!

  const backup = newestFirst(before.filter(Image.isBackup))[0]!
  yield* title(`Convert the backup ${Text.safe(backup.name)} to a snapshot, so that it outlives its Droplet`)
  yield* together([follow("convert", yield* images.convert(backup))])
  const kept = yield* images.update(backup, { name: `kept-${DateTime.formatIsoDateUtc(backup.created_at)}` })
  yield* Console.log(`  renamed ${Text.safe(backup.name)} -> ${Text.safe(kept.name)}`)

  const [web] = yield* Stream.runCollect(Stream.take(droplets.list({ tag_name: "web" }), 1))
  yield* title(`Take a snapshot of the Droplet ${Text.safe(web!.name)}, and find the image it made`)
  const name = `web-${DateTime.formatIsoDateUtc(yield* DateTime.now)}`
  const [golden] = yield* together([
    {
      label: "snapshot",
      begun: Text.safe(name),
      run: droplets.takeSnapshot(web!, { ...options, name }),
      ended: ({ id, size_gigabytes }) => `image ${id}  ${size_gigabytes} GB`
    }
  ])
  if (golden === undefined) return

  yield* title("See where it fits")
  const { receiving, size } = yield* fitting(golden)
  yield* Console.log(`  can go to  ${receiving.join(" ")}`)
  yield* Console.log(`  runs from  ${size?.slug} up, ${size?.price_monthly} dollars a month`)

  const regions = ["ams3", "sfo3", "sgp1"]
  yield* title(`Transfer it to ${regions.length} regions at once`)
  const begun = yield* Effect.forEach(regions, (region) =>
    Effect.map(images.transfer(golden, region), (action) => follow(region, action))
  )
  yield* together(begun)

  yield* title("Ask for a region it is already in, and handle the typed error")
  yield* images.transfer(golden, "ams3").pipe(
    Effect.andThen(Console.log("  begun, against all expectation")),
    Effect.catchReason("DigitalOceanError", "UnprocessableEntity", (reason) =>
      Console.log(`  caught UnprocessableEntity: ${reason.detail}`)
    )
  )

  yield* title("Tag it, and make a Droplet from it")
  yield* tags.tag("golden", [Tag.image(golden)])
  yield* Console.log("  tagged golden")
  const droplet = yield* droplets.create({ name: "web-02", image: golden, size: size!.slug, region: "sfo3" })
  const creation = yield* Stream.runHead(droplets.actions(droplet))
  if (creation._tag === "Some") yield* together([follow("web-02", creation.value)])

  yield* title(`Retire the release before it, ${Text.safe(previous.name)}`)
  yield* images.delete(previous)
  yield* Console.log(`  ${previous.id} is gone`)

  yield* title("What changed")
  yield* printChanges(before, yield* privateImages)
  yield* Console.log(`  Droplet ${droplet.id}  new (web-02, from ${golden.id})`)
})

/** Waits for an action as one of several items. */
const follow = (label: string, action: Action.Action) => ({
  label,
  begun: `action ${action.id}`,
  run: Actions.Actions.use((actions) => actions.await(action, options)),
  ended: ({ id, status }: Action.Action) => `action ${id}  ${status}`
})

/** Where an image can go, and the cheapest size that runs it. */
const fitting = Effect.fnUntraced(function* (image: Image.Image) {
  const regions = yield* Regions.Regions.use((regions) => Stream.runCollect(regions.list()))
  const sizes = yield* Sizes.Sizes.use((sizes) => Stream.runCollect(sizes.list()))
  const home = regions.find((region) => Image.isAvailableIn(region)(image))
  const running = home === undefined ? [] : sizes.filter(Size.canRun(image, home))
  return {
    receiving: regions.filter(Region.canReceive(image)).map(({ slug }) => slug),
    size: running.toSorted((a, b) => a.price_monthly - b.price_monthly)[0]
  }
})

/** From the newest to the oldest. */
const newestFirst = (images: ReadonlyArray<Image.Image>) =>
  images.toSorted((a, b) => DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at))

const title = (text: string) => Console.log(`\n${text}`)

const printImages = (images: ReadonlyArray<Image.Image>) =>
  Effect.forEach(
    Text.table(
      ["id", "name", "type", "distribution", "regions", "GB", "created"],
      newestFirst(images).map((image) => [
        String(image.id),
        image.name,
        image.type,
        image.distribution,
        image.regions.join(","),
        image.size_gigabytes?.toFixed(2) ?? "-",
        DateTime.formatIsoDateUtc(image.created_at)
      ])
    ),
    (line) => Console.log(`  ${line}`),
    { discard: true }
  )

const printChanges = Effect.fnUntraced(function* (
  before: ReadonlyArray<Image.Image>,
  after: ReadonlyArray<Image.Image>
) {
  const then = new Map(before.map((image) => [image.id, image]))
  for (const image of newestFirst(after)) {
    const old = then.get(image.id)
    then.delete(image.id)
    if (old === undefined) {
      const about = `${image.name}, in ${image.regions}, tagged ${image.tags}`
      yield* Console.log(`  ${image.id}  new (${Text.safe(about)})`)
      continue
    }
    for (const field of ["name", "type", "regions"] as const) {
      if (String(old[field]) === String(image[field])) continue
      yield* Console.log(`  ${image.id}  ${Text.safe(`${field}: ${old[field]} -> ${image[field]}`)}`)
    }
  }
  for (const image of then.values()) yield* Console.log(`  ${image.id}  deleted (${Text.safe(image.name)})`)
})
