import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"

/**
 * Reads the token of an account from a file of its name; returns undefined if there is none. Fails with what is wrong: a
 * text that contains the path, never the token.
 */
export const readTokenFile = Effect.fnUntraced(function* (
  folder: string,
  account: string
): Effect.fn.Return<Redacted.Redacted<string> | undefined, string, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (!/^\w[\w.-]*$/.test(account)) {
    return yield* Effect.fail("its name cannot be that of a file: use letters, digits, dots, hyphens and underscores")
  }
  const file = path.join(folder, account)
  const { mode, type } = yield* Effect.catch(fs.stat(file), ({ reason }) =>
    reason._tag === "NotFound" ? Effect.succeed({ mode: 0, type: undefined }) : cannotRead(file, reason)
  )
  if (type === undefined) return undefined
  if (type !== "File") return yield* Effect.fail(`${file} is not a file`)
  // Windows has no such modes
  if (path.sep === "/" && (mode & 0o077) !== 0) {
    return yield* Effect.fail(`others can read the token: run chmod 600 ${quoted(file)}`)
  }
  const text = yield* Effect.catch(fs.readFileString(file), ({ reason }) => cannotRead(file, reason))
  const token = text.trim()
  return token === "" ? yield* Effect.fail(`${file} is empty`) : Redacted.make(token)
})

const cannotRead = (file: string, { _tag }: { readonly _tag: string }) =>
  Effect.fail(`${file} cannot be read (${_tag})`)

const quoted = (file: string): string => (/^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`)
