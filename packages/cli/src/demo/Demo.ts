/**
 * The main job of an image, on an account: keep a backup, copy it to other regions, retire the one before it.
 *
 * @since 0.1.0
 */
import { type Action, Actions, Image, Images } from "@effect-digitalocean/client"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as LiveLines from "../LiveLines.ts"
import * as Text from "../Text.ts"

/** A wait polls when its schedule says so; time is fast here, so this one polls often. */
const schedule = Schedule.spaced("300 millis")

const privateImages = Effect.flatMap(Images.Images, (images) => Stream.runCollect(images.list({ private: true })))

/** From the newest to the oldest. */
const newestFirst = (images: ReadonlyArray<Image.Image>) =>
  images.toSorted((a, b) => DateTime.toEpochMillis(b.created_at) - DateTime.toEpochMillis(a.created_at))

/**
 * The demo; answers nothing, and tells all it does.
 *
 * @since 0.1.0
 */
export const program = Effect.gen(function* () {
  const images = yield* Images.Images
  const actions = yield* Actions.Actions

  yield* title("The account's private images")
  const before = yield* privateImages
  yield* printImages(before)

  const backup = newestFirst(before.filter(Image.isBackup))[0]!
  yield* title(`Convert the backup ${Text.safe(backup.name)} to a snapshot, so that it outlives its Droplet`)
  yield* follow([{ label: "convert", action: yield* images.convert(backup) }])

  const [newest, previous] = newestFirst((yield* privateImages).filter(Image.isSnapshot))
  const regions = ["ams3", "sfo3", "sgp1"]
  yield* title(`Transfer the newest snapshot, ${newest!.id}, to ${regions.length} regions at once`)
  const transfers = yield* Effect.forEach(regions, (region) =>
    Effect.map(images.transfer(newest!, region), (action) => ({ label: region, action }))
  )
  yield* follow(transfers)

  const name = `web-${DateTime.formatIsoDateUtc(newest!.created_at)}`
  yield* title("Rename it")
  const renamed = yield* images.update(newest!, { name })
  yield* Console.log(`  ${Text.safe(newest!.name)} -> ${Text.safe(renamed.name)}`)

  yield* title("Ask for a region it is already in, and handle the typed error")
  yield* images.transfer(newest!, "ams3").pipe(
    Effect.flatMap(actions.await),
    Effect.catchReason("DigitalOceanError", "UnprocessableEntity", (reason) =>
      Console.log(`  caught UnprocessableEntity: ${reason.detail}`)
    )
  )

  yield* title(`Delete the previous snapshot, ${Text.safe(previous!.name)}`)
  yield* images.delete(previous!)
  yield* Console.log(`  ${previous!.id} is gone`)

  yield* title("What changed")
  yield* printChanges(before, yield* privateImages)
})

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
    const changes = (["name", "type", "regions"] as const).flatMap((field) =>
      String(old?.[field]) === String(image[field]) ? [] : [`${field}: ${old?.[field] ?? "-"} -> ${image[field]}`]
    )
    for (const change of changes) yield* Console.log(`  ${image.id}  ${Text.safe(change)}`)
  }
  for (const image of then.values()) yield* Console.log(`  ${image.id}  deleted (${Text.safe(image.name)})`)
})

/** Waits for actions together, with a line for each. */
const follow = Effect.fnUntraced(function* (
  items: ReadonlyArray<{ readonly label: string; readonly action: Action.Action }>
) {
  const actions = yield* Actions.Actions
  const lines = yield* LiveLines.make(
    items.map(({ label }) => label),
    "  "
  )
  const start = yield* Clock.monotonicTimeNanos
  const show = ({ label }: { readonly label: string }, { id, status }: Action.Action) =>
    Effect.flatMap(Clock.monotonicTimeNanos, (now) => {
      const seconds = Duration.toSeconds(Duration.nanos(now - start))
      const mark =
        status === "completed" ? "✔" : lines.animated ? frames[Math.floor(seconds * 10) % frames.length] : "·"
      const elapsed = lines.animated || status !== "in-progress" ? `  ${seconds.toFixed(1)} s` : ""
      return lines.set(label, `${mark} ${label.padEnd(8)} action ${id}  ${status}${elapsed}`)
    })

  yield* Effect.forEach(
    items,
    Effect.fnUntraced(function* (item) {
      yield* show(item, item.action)
      const spinner = yield* Effect.forkChild(
        lines.animated ? Effect.repeat(show(item, item.action), Schedule.spaced("100 millis")) : Effect.void
      )
      const ended = yield* actions.await(item.action, { schedule, timeout: "1 minute" })
      yield* Fiber.interrupt(spinner)
      yield* show(item, ended)
    }),
    { concurrency: "unbounded", discard: true }
  )
})

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
