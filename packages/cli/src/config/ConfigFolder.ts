/**
 * Where programs keep their configuration on this system.
 *
 * @since 0.1.0
 */
import { homedir } from "node:os"
import { join } from "node:path"

/**
 * The folders that may hold it, the likeliest first: `XDG_CONFIG_HOME`, the folder of the system, `~/.config`.
 *
 * @since 0.1.0
 */
export const candidates = (
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform
): ReadonlyArray<string> => {
  const home = env["HOME"] ?? homedir()
  const folders = [
    env["XDG_CONFIG_HOME"],
    platform === "darwin" ? join(home, "Library", "Application Support") : undefined,
    platform === "win32" ? (env["APPDATA"] ?? env["LOCALAPPDATA"]) : undefined,
    join(home, ".config")
  ]
  return [...new Set(folders.filter((folder): folder is string => folder !== undefined && folder !== ""))]
}

/**
 * The folder of doimg.
 *
 * @since 0.1.0
 */
export const ofDoimg = (env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform): string =>
  join(candidates(env, platform)[0]!, "doimg")
