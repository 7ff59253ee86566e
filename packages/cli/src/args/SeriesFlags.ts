/**
 * `--series`, `--tag` and `--droplet`: which images belong together.
 *
 * @since 0.1.0
 */
import * as Droplet from "@effect-digitalocean/client/Droplet"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Images from "@effect-digitalocean/client/Images"
import * as Series from "@effect-digitalocean/jobs/Series"
import * as Arr from "effect/Array"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as DropletArguments from "./DropletArguments.ts"
import * as Stderr from "../output/Stderr.ts"
import { UsageError } from "../errors/Usage.ts"

export const flags = {
  series: Flag.String("series").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("Images named NAME-{timestamp}, or as NAME says with {date}, {timestamp} or {number} in it"),
    Flag.optional
  ),
  tag: Flag.String("tag").pipe(
    Flag.withMetavar("TAG"),
    Flag.withDescription("Images with this tag; may be given several times"),
    Flag.atLeast(0)
  ),
  droplet: Flag.String("droplet").pipe(
    Flag.withMetavar("DROPLET"),
    Flag.withDescription("Snapshots of this Droplet, by id or name"),
    Flag.optional
  )
}

/**
 * The series that the flags describe; at least one is needed.
 *
 * @since 0.1.0
 */
export const seriesOf = Effect.fnUntraced(function* (input: {
  readonly series: Option.Option<string>
  readonly tag: ReadonlyArray<string>
  readonly droplet: Option.Option<string>
}) {
  if (Option.isNone(input.series) && input.tag.length === 0 && Option.isNone(input.droplet)) {
    return yield* new UsageError({ problem: "which images? Give --series NAME, --tag TAG or --droplet DROPLET" })
  }
  const droplet = Option.isNone(input.droplet) ? undefined : yield* dropletOf(input.droplet.value)
  const series: Series.Series = {
    name: Option.getOrUndefined(input.series),
    tags: input.tag.length === 0 ? undefined : input.tag,
    droplet
  }
  return series
})

/** An id is taken as it is: the Droplet may be destroyed, and its snapshots are what is left of it. */
const dropletOf = (text: string) =>
  /^\d+$/.test(text)
    ? Effect.succeed(Number(text))
    : Effect.provide(DropletArguments.resolve(text), Layer.effect(Droplets.Droplets, Droplets.make))

/**
 * Says that no image belongs to a series, and which pattern would take the snapshots whose names begin alike.
 *
 * @since 0.1.0
 */
export const tellEmpty = Effect.fnUntraced(function* ({ droplet, name, tags = [] }: Series.Series) {
  const what = [
    ...(name === undefined ? [] : [`called ${Result.getOrThrow(Series.pattern(name)).text}`]),
    ...(tags.length === 0 ? [] : [`tagged ${tags.join(" and ")}`]),
    ...(droplet === undefined ? [] : [`made of the Droplet ${Droplet.idOf(droplet)}`])
  ].join(", ")
  const others = name === undefined ? [] : yield* patternsLike(name)
  const hint = others.map(({ count, text }) => `--series '${text}' has ${count}`).join(", ")
  return yield* Stderr.note(`doimg: no image is ${what}${hint === "" ? "" : `; ${hint}`}`)
})

const patternsLike = Effect.fnUntraced(function* (name: string) {
  const images = yield* Images.Images
  const [stem = ""] = name.split("{")
  const own = yield* Stream.runCollect(images.list({ private: true }))
  const alike = own.filter((image) => image.type === "snapshot" && image.name.startsWith(stem))
  return Object.entries(Arr.groupBy(alike, (image) => patternOf(image.name)))
    .filter(([text]) => text !== name && text.includes("{"))
    .map(([text, images]) => ({ text, count: images.length }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
})

/**
 * The series of a name, as `--series` takes it: `web` for `web-2026-11-20T03-10-00-000Z`, `web-{date}` for `web-2026-11-20`;
 * none for a name without a time, a day or a number.
 *
 * @since 0.1.0
 */
export const seriesOfName = (name: string): string | undefined => {
  const pattern = patternOf(name)
  return pattern.includes("{") ? pattern.replace(/-\{timestamp\}$/, "") : undefined
}

/** The pattern of a name: its times, days and numbers as placeholders. */
const patternOf = (name: string): string =>
  name.replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z|\d{4}-\d\d-\d\d|\d+/g, (part) =>
    part.endsWith("Z") ? "{timestamp}" : part.includes("-") ? "{date}" : "{number}"
  )
