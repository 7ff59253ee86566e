/**
 * The jobs on an account: preserve a backup, release a golden image of a Droplet, make a Droplet from it, rotate what is older.
 *
 * @since 0.1.0
 */
import { Actions, Droplets, Image, Images, Placement, Regions, Size, Sizes } from "@effect-digitalocean/client"
import { Preserve, Release, Rotate } from "@effect-digitalocean/jobs"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Text from "../text/Text.ts"
import * as Show from "./show.ts"

/** A wait polls when its schedule says so; time is fast here, so this one polls often. */
const wait = { schedule: Schedule.spaced("300 millis"), timeout: "1 minute" } as const

const privateImages = Effect.flatMap(Images.Images, (images) => Stream.runCollect(images.list({ private: true })))

/**
 * The demo; answers nothing, and tells all it does.
 *
 * @since 0.1.0
 */
export const program = Effect.gen(function* () {
  const images = yield* Images.Images
  const droplets = yield* Droplets.Droplets

  yield* title("The account's private images")
  const before = yield* privateImages
  yield* printImages(before)

  const backup = newestFirst(before.filter(Image.isBackup))[0]!
  yield* title(`Preserve the backup ${Text.safe(backup.name)}, which would go with its Droplet`)
  const preserve = yield* Preserve.plan({
    backup,
    name: `kept-${DateTime.formatIsoDateUtc(backup.created_at)}`,
    tags: ["kept"]
  })
  yield* Show.plan(preserve)
  yield* Show.run(preserve, Preserve.run(preserve, { wait }))

  const [web] = yield* Stream.runCollect(Stream.take(droplets.list({ tag_name: "web" }), 1))
  yield* title(`Release a golden image of the Droplet ${Text.safe(web!.name)}, in three more regions`)
  const release = yield* Release.plan({
    droplet: web!,
    series: "web",
    regions: ["ams3", "sfo3", "sgp1"],
    tags: ["web", "golden"],
    disk: 25
  })
  yield* Show.plan(release)
  yield* Show.run(release, Release.run(release, { wait }))
  const golden = (yield* privateImages).find(({ name }) => name === release.name)
  if (golden === undefined) return

  yield* title("Ask for a region it is already in, and handle the typed error")
  yield* images.transfer(golden, "ams3").pipe(
    Effect.andThen(Console.log("  begun, against all expectation")),
    Effect.catchReason("DigitalOceanError", "UnprocessableEntity", (reason) =>
      Console.log(`  caught UnprocessableEntity: ${reason.detail}`)
    )
  )

  yield* title("See where it fits, and make a Droplet from it")
  const { receiving, size } = yield* fitting(golden)
  yield* Console.log(`  can go to  ${receiving.join(" ")}`)
  yield* Console.log(`  runs from  ${size?.slug} up, ${size?.price_monthly} dollars a month`)
  const droplet = yield* droplets.create({ name: "web-02", image: golden, size: size!.slug, region: "sfo3" })
  const creation = yield* Stream.runHead(droplets.actions(droplet))
  if (Option.isSome(creation)) yield* Actions.Actions.use((actions) => actions.await(creation.value, wait))
  yield* Console.log(`  web-02     ${(yield* droplets.get(droplet)).status}`)

  yield* title("Rotate the images tagged web: the newest two stay")
  const rotate = yield* Rotate.plan({ series: { tags: ["web"] }, keep: { last: 2 }, timeZone: "UTC" })
  yield* Show.plan(rotate)
  yield* Show.run(rotate, Rotate.run(rotate))

  yield* title("What changed")
  yield* printChanges(before, yield* privateImages)
  yield* Console.log(`  Droplet ${droplet.id}  new (web-02, from ${golden.id})`)
})

/** Where an image can go, and the cheapest size that runs it. */
const fitting = Effect.fnUntraced(function* (image: Image.Image) {
  const regions = yield* Regions.Regions.use((regions) => Stream.runCollect(regions.list()))
  const sizes = yield* Sizes.Sizes.use((sizes) => Stream.runCollect(sizes.list()))
  const home = regions.find((region) => Image.isAvailableIn(region)(image))
  const running = home === undefined ? [] : sizes.filter(Placement.canRunOn(image, home))
  return {
    receiving: regions.filter(Placement.canReceive(image)).map(({ slug }) => slug),
    size: running.toSorted(Size.byPrice)[0]
  }
})

/** From the newest to the oldest. */
const newestFirst = (images: ReadonlyArray<Image.Image>) =>
  images.toSorted((a, b) => DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at))

const title = (text: string) => Console.log(`\n${text}`)

const printImages = (images: ReadonlyArray<Image.Image>) =>
  Effect.forEach(
    Text.table(
      ["id", "name", "type", "regions", "GB", "created"],
      newestFirst(images).map((image) => [
        String(image.id),
        image.name,
        image.type,
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
      // regions are a set: their order is the response's
      const [then, now] = [old[field], image[field]].map((value) => String([value].flat().toSorted()))
      if (then === now) continue
      yield* Console.log(`  ${image.id}  ${Text.safe(`${field}: ${old[field]} -> ${image[field]}`)}`)
    }
  }
  for (const image of then.values()) yield* Console.log(`  ${image.id}  deleted (${Text.safe(image.name)})`)
})
