/**
 * `--series`, `--tag` and `--droplet`: which images belong together.
 *
 * @since 0.1.0
 */
import * as Droplets from "@effect-digitalocean/client/Droplets"
import type * as Series from "@effect-digitalocean/jobs/Series"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as DropletArguments from "../DropletArguments.ts"
import { UsageError } from "../Usage.ts"

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
  const droplet = Option.isNone(input.droplet)
    ? undefined
    : yield* Effect.provide(
        DropletArguments.resolve(input.droplet.value),
        Layer.effect(Droplets.Droplets, Droplets.make)
      )
  const series: Series.Series = {
    name: Option.getOrUndefined(input.series),
    tags: input.tag.length === 0 ? undefined : input.tag,
    droplet
  }
  return series
})
