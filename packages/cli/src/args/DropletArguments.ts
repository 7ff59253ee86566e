/**
 * `DROPLET` on a command line: an id or a name.
 *
 * @since 0.1.0
 */
import { exitCodes } from "../errors/exitCodes.ts"
import * as Droplets from "@effect-digitalocean/client/Droplets"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { UsageError } from "../errors/Usage.ts"

/**
 * No Droplet has that id or name.
 *
 * @since 0.1.0
 */
export class NoSuchDroplet extends Schema.TaggedError<NoSuchDroplet>("@effect-digitalocean/cli/NoSuchDroplet")(
  "NoSuchDroplet",
  { droplet: Schema.String }
) {
  override get message(): string {
    return `no Droplet has the ${/^\d+$/.test(this.droplet) ? "id" : "name"} ${this.droplet}, or this token may not see it`
  }

  get exitCode(): number {
    return exitCodes.notFound
  }
}

/**
 * The one Droplet an argument names.
 *
 * @since 0.1.0
 */
export const resolve = Effect.fnUntraced(function* (text: string) {
  const droplets = yield* Droplets.Droplets
  const missing = new NoSuchDroplet({ droplet: text })
  if (/^\d+$/.test(text)) {
    return yield* Effect.catchReason(droplets.get(Number(text)), "DigitalOceanError", "NotFound", () =>
      Effect.fail(missing)
    )
  }
  const found = yield* droplets.list({ name: text }).pipe(
    Stream.filter(({ name }) => name === text),
    Stream.runCollect
  )
  const [first, ...others] = found
  if (first === undefined) return yield* missing
  if (others.length === 0) return first
  const candidates = found.map(({ id, region }) => `${id} (${region?.slug ?? "no region"})`).join("; ")
  return yield* new UsageError({ problem: `${found.length} Droplets are called ${text}: ${candidates}. Give an id` })
})
