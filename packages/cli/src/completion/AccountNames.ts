/**
 * Names of the account for the completion of a command line, kept for a minute: pressing TAB again and again must not
 * spend the rate limit.
 *
 * @since 0.1.0
 */
import * as Images from "@effect-digitalocean/client/Images"
import * as Regions from "@effect-digitalocean/client/Regions"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as SeriesFlags from "../args/SeriesFlags.ts"
import * as Token from "../config/Token.ts"
import * as AtomicFile from "../files/AtomicFile.ts"
import * as CacheFolder from "../files/CacheFolder.ts"
import * as Client from "../run/Client.ts"
import type { Candidate } from "./Completion.ts"

const fresh = 60_000

const Cache = Schema.fromJsonString(
  Schema.Struct({
    at: Schema.Finite,
    names: Schema.Array(Schema.Struct({ value: Schema.String, about: Schema.String }))
  })
)

/** The names of a kind: those that are kept, else those that `load` returns. */
const kept = Effect.fnUntraced(function* <E, R>(
  kind: string,
  load: Effect.Effect<ReadonlyArray<{ readonly value: string; readonly about: string }>, E, R>
) {
  const path = yield* cachePath(kind)
  const now = yield* Clock.currentTimeMillis
  const cached = yield* Effect.option(read(path))
  if (Option.isSome(cached) && now - cached.value.at < fresh && now >= cached.value.at) return cached.value.names
  const names = yield* load
  yield* keep(path, yield* Schema.encodeEffect(Cache)({ at: now, names }))
  return names
})

const images = kept(
  "images",
  Effect.map(
    Images.Images.use((images) => Stream.runCollect(images.list({ private: true }))),
    (all) =>
      all.map(({ id, name, regions, type }) => ({ value: name, about: `${id}, ${type} in ${regions.join(",")}` }))
  )
)

const series = Effect.map(images, (all): ReadonlyArray<Candidate> => {
  const counts = new Map<string, number>()
  for (const { value } of all) {
    const name = SeriesFlags.seriesOfName(value)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Array.from(counts, ([value, count]) => ({ value, about: `${count} image${count === 1 ? "" : "s"}` }))
})

const regions = kept(
  "regions",
  Effect.map(
    Effect.provide(
      Regions.Regions.use((regions) => Stream.runCollect(regions.list())),
      Regions.layer
    ),
    (all) => all.filter(({ available }) => available !== false).map(({ name, slug }) => ({ value: slug, about: name }))
  )
)

/**
 * The names of a kind: of the account's images, with their ids and where they are; of the series that they belong to by
 * their names, as `--series` takes them; or of the regions that the account may use.
 *
 * @since 0.1.0
 */
export const of = Effect.fnUntraced(function* (kind: "images" | "series" | "regions") {
  switch (kind) {
    case "images":
      return yield* images
    case "series":
      return yield* series
    case "regions":
      return yield* regions
  }
})

/** A file for each account, which nobody else may read; its name does not tell the token. */
const cachePath = Effect.fnUntraced(function* (kind: string) {
  const { token } = yield* Token.resolve
  const url = yield* Client.apiUrl
  const digest = createHash("sha256")
    .update(`${url}\n${Redacted.value(token)}`)
    .digest("hex")
    .slice(0, 16)
  return Option.map(Option.fromUndefinedOr(CacheFolder.open()), (folder) => join(folder, `${kind}-${digest}.json`))
})

const read = Effect.fnUntraced(function* (path: Option.Option<string>) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.flatMap(Effect.fromOption(path), (path) => fs.readFileString(path))
  return yield* Schema.decodeEffect(Cache)(text)
})

/** A cache that cannot be kept is not a failure. */
const keep = (path: Option.Option<string>, text: string) =>
  Effect.ignore(Effect.flatMap(Effect.fromOption(path), (path) => AtomicFile.write(path, text, { mode: 0o600 })))
