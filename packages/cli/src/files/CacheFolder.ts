/**
 * The folder where doimg keeps what it can do without: compiled code, and the names of images for completion. It belongs
 * to the user and is closed to everybody else, or it is not used: code that another user put there would run as this one.
 *
 * Loaded before the version of Node is known, so it imports nothing but modules of Node.
 *
 * @since 0.1.0
 */
import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"

/**
 * What the place of the folder depends on.
 *
 * @since 0.1.0
 */
export interface System {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** absent where files have no numeric owner, as on Windows */
  readonly uid: number | undefined
}

const thisSystem = (): System => ({ platform: process.platform, env: process.env, uid: process.getuid?.() })

/**
 * The path of the folder, which need not exist: `doimg` in `$XDG_CACHE_HOME` or `~/.cache`, in `~/Library/Caches` on
 * macOS, in `%LOCALAPPDATA%` on Windows. Undefined where the user has no such place.
 *
 * @since 0.1.0
 */
export const path = ({ env, platform }: System = thisSystem()): string | undefined => {
  const home = env["HOME"] || homedir()
  const place =
    platform === "win32"
      ? env["LOCALAPPDATA"]
      : platform === "darwin"
        ? join(home, "Library", "Caches")
        : env["XDG_CACHE_HOME"] || join(home, ".cache")
  // relative to the current folder it would be another one, and perhaps another user's, each time
  return place !== undefined && isAbsolute(place) ? join(place, "doimg") : undefined
}

/**
 * Creates the folder, or one in it, with mode 0700 where it does not exist. Undefined when that is impossible, and when
 * any user but this one could have written to it: it, or what it lies in, is another user's, is open to others, or is a
 * symbolic link.
 *
 * @since 0.1.0
 */
export const open = (inner?: string, system: System = thisSystem()): string | undefined => {
  const folder = path(system)
  if (folder === undefined) return undefined
  try {
    const place = dirname(folder)
    if (!holdsSafely(statSync(nearest(place)), system)) return undefined
    mkdirSync(place, { recursive: true, mode: 0o700 })
    if (!holdsSafely(statSync(place), system)) return undefined
    const folders = inner === undefined ? [folder] : [folder, join(folder, inner)]
    return folders.every((path) => isClosed(path, system)) ? folders.at(-1) : undefined
  } catch {
    return undefined
  }
}

/** The path itself, or the nearest above it that exists. */
const nearest = (path: string): string => {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false }) !== undefined || dirname(at) === at) return at
  }
}

/** Whether nobody else can replace what this folder holds: where a folder is sticky, as `/tmp`, only its owner can. */
const holdsSafely = (stats: Stats, { uid }: System): boolean => {
  if (uid === undefined) return true
  const isSticky = (stats.mode & 0o1000) !== 0
  return isSticky ? stats.uid === uid || stats.uid === 0 : stats.uid === uid && (stats.mode & 0o022) === 0
}

const isClosed = (path: string, { uid }: System): boolean => {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: 0o700 })
  const stats = lstatSync(path)
  return stats.isDirectory() && (uid === undefined || (stats.uid === uid && (stats.mode & 0o077) === 0))
}
