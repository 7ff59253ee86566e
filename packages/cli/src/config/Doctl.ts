/**
 * doctl's configuration file, read only: the tokens of its contexts.
 *
 * The key `access-token` is the token of the context `default`, `auth-contexts` holds the others by name, and `context`
 * names the one in use.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as ConfigFolder from "./ConfigFolder.ts"
import * as InputFile from "../files/InputFile.ts"
import { join } from "node:path"

/**
 * What the file says: where it is, the tokens by context, and the context in use.
 *
 * @since 0.1.0
 */
export interface Config {
  readonly path: string
  readonly contexts: ReadonlyMap<string, string>
  readonly current: string
}

/**
 * The file is there and cannot be read.
 *
 * @since 0.1.0
 */
export class DoctlUnreadable extends Schema.TaggedError<DoctlUnreadable>("@effect-digitalocean/cli/DoctlUnreadable")(
  "DoctlUnreadable",
  {
    path: Schema.String,
    problem: Schema.String
  }
) {
  override get message(): string {
    return `doctl's configuration file ${this.path} cannot be read: ${this.problem}`
  }
}

/**
 * The context whose token is the key `access-token`.
 *
 * @since 0.1.0
 */
export const defaultContext = "default"

/**
 * The token of a context. doctl keeps names in lower case, and takes them in any.
 *
 * @since 0.1.0
 */
export const tokenOf = ({ contexts }: Config, name: string): string | undefined =>
  contexts.get(name) ?? contexts.get(name.toLowerCase())

/**
 * Where the file may be on this system, the likeliest first; the one that `DIGITALOCEAN_CONFIG` names, as for doctl, is the
 * only one.
 *
 * @since 0.1.0
 */
export const paths = (
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform
): ReadonlyArray<string> => {
  const named = env["DIGITALOCEAN_CONFIG"] ?? ""
  if (named !== "") return [named]
  return ConfigFolder.candidates(env, platform).map((folder) => join(folder, "doctl", "config.yaml"))
}

/**
 * Reads the file; none when there is none.
 *
 * @since 0.1.0
 */
export const read = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  for (const path of paths()) {
    const text = yield* fs.readFileString(path).pipe(
      Effect.map(Option.some),
      Effect.catch((error) =>
        error.reason._tag === "NotFound"
          ? Effect.succeedNone
          : Effect.fail(new DoctlUnreadable({ path, problem: InputFile.whyNot(error.reason) }))
      )
    )
    if (Option.isNone(text)) continue
    const { parse } = yield* Effect.promise(() => import("effect/encoding/Yaml"))
    const yaml = yield* Effect.try({
      try: () => parse(text.value),
      // the message of a parser may quote the line, and a token with it
      catch: () => new DoctlUnreadable({ path, problem: "it is not YAML" })
    })
    return Option.some(configOf(path, yaml))
  }
  return Option.none<Config>()
})

const configOf = (path: string, yaml: unknown): Config => {
  const contexts = new Map<string, string>()
  const add = (name: string, token: unknown) => {
    if (Predicate.isString(token) && token.trim() !== "") contexts.set(name, token)
  }
  const file = Predicate.isObject(yaml) ? (yaml as Record<string, unknown>) : {}
  const named = file["auth-contexts"]
  // doctl keeps a placeholder for the default context among the named ones
  if (Predicate.isObject(named)) {
    for (const [name, token] of Object.entries(named)) if (name !== defaultContext) add(name, token)
  }
  add(defaultContext, file["access-token"])
  const current = file["context"]
  return { path, contexts, current: Predicate.isString(current) && current !== "" ? current : defaultContext }
}
