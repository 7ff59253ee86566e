/**
 * The names of the account's images for the completion of a command line, kept for a minute: pressing TAB again and
 * again must not spend the request budget.
 *
 * @since 0.1.0
 */
import * as Images from "@effect-digitalocean/client/Images"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as AtomicFile from "../files/AtomicFile.ts"
import * as CacheFolder from "../files/CacheFolder.ts"
import * as Client from "../run/Client.ts"
import type { Candidate } from "./Completion.ts"
import * as Token from "../config/Token.ts"

const fresh = 60_000

const Cache = Schema.fromJsonString(
  Schema.Struct({
    at: Schema.Finite,
    images: Schema.Array(Schema.Struct({ value: Schema.String, about: Schema.String }))
  })
)

/**
 * The names, with the images' ids and where they are.
 *
 * @since 0.1.0
 */
export const all = Effect.gen(function* () {
  const path = yield* cachePath
  const now = yield* Clock.currentTimeMillis
  const kept = yield* Effect.option(read(path))
  if (Option.isSome(kept) && now - kept.value.at < fresh && now >= kept.value.at) return kept.value.images
  const images = yield* Effect.map(
    Images.Images.use((images) => Stream.runCollect(images.list({ private: true }))),
    (all) =>
      all.map(({ id, name, regions, type }) => ({ value: name, about: `${id}, ${type} in ${regions.join(",")}` }))
  )
  yield* keep(path, yield* Schema.encodeEffect(Cache)({ at: now, images }))
  return images as ReadonlyArray<Candidate>
})

/** A file for each account, which nobody else may read; its name does not tell the token. */
const cachePath = Effect.gen(function* () {
  const { token } = yield* Token.resolve
  const url = yield* Client.apiUrl
  const digest = createHash("sha256")
    .update(`${url}\n${Redacted.value(token)}`)
    .digest("hex")
    .slice(0, 16)
  return Option.map(Option.fromUndefinedOr(CacheFolder.open()), (folder) => join(folder, `images-${digest}.json`))
})

const read = Effect.fnUntraced(function* (path: Option.Option<string>) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.flatMap(Effect.fromOption(path), (path) => fs.readFileString(path))
  return yield* Schema.decodeEffect(Cache)(text)
})

/** A cache that cannot be kept is not a failure. */
const keep = (path: Option.Option<string>, text: string) =>
  Effect.ignore(Effect.flatMap(Effect.fromOption(path), (path) => AtomicFile.write(path, text, { mode: 0o600 })))
