/**
 * Files that are replaced as a whole: written beside, then renamed. Whatever happens meanwhile (a full disk, a crash),
 * a reader finds the old file or the new one, never half of one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Random from "effect/Random"
import { dirname, join, resolve } from "node:path"

/**
 * Writes a file. One that exists keeps its permissions, and its owner where that is permitted; a new one gets `mode`,
 * less the umask. A symbolic link stays, and the file it leads to is replaced. What is not a file, such as
 * `/dev/stdout`, is written to.
 *
 * @since 0.1.0
 */
export const write = Effect.fnUntraced(function* (
  path: string,
  text: string,
  options: { readonly mode?: number | undefined } = {}
): Effect.fn.Return<void, PlatformError.PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const old = yield* Effect.option(fs.stat(path))
  if (Option.isSome(old) && old.value.type !== "File") return yield* fs.writeFileString(path, text)
  const target = yield* followed(path)
  const chance = yield* Random.nextIntBetween(0, 0x1000000)
  // a name of its own: with the file's in it, it could be longer than a name may be
  const beside = join(dirname(target), `.doimg-${process.pid}-${chance.toString(16)}`)
  const fill = Effect.scoped(
    Effect.gen(function* () {
      const file = yield* fs.open(beside, { flag: "wx", mode: Option.isSome(old) ? 0o600 : (options.mode ?? 0o666) })
      yield* file.writeAll(new TextEncoder().encode(text))
      yield* file.sync
    })
  )
  yield* Effect.gen(function* () {
    yield* fill
    if (Option.isSome(old)) yield* keepPermissions(beside, old.value)
    yield* fs.rename(beside, target)
  }).pipe(Effect.onError(() => Effect.ignore(fs.remove(beside, { force: true }))))
})

/**
 * The file that is replaced: where a symbolic link leads, over any number of links, also when there is nothing yet. Fails
 * for links that lead in a circle.
 *
 * @since 0.1.0
 */
export const followed = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<string, PlatformError.PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  let at = path
  for (let links = 0; links < mostLinks; links++) {
    const real = yield* Effect.option(fs.realPath(at))
    if (Option.isSome(real)) return real.value
    const link = yield* Effect.option(fs.readLink(at))
    if (Option.isNone(link)) return at
    // a link is relative to where it really is
    const folder = yield* Effect.orElseSucceed(fs.realPath(dirname(at)), () => dirname(at))
    at = resolve(folder, link.value)
  }
  return yield* fs.realPath(at)
})

/** As many as Linux follows. */
const mostLinks = 40

const keepPermissions = Effect.fnUntraced(function* (path: string, { gid, mode, uid }: FileSystem.File.Info) {
  const fs = yield* FileSystem.FileSystem
  // only the superuser may give a file away
  if (Option.isSome(uid) && Option.isSome(gid)) yield* Effect.ignore(fs.chown(path, uid.value, gid.value))
  yield* fs.chmod(path, mode & 0o7777)
})
