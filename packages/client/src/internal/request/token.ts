import { ConfigError } from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as UndefinedOr from "effect/UndefinedOr"
import { InvalidInput } from "../../DigitalOceanError.ts"

const howToSet =
  "set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN to an access token of DigitalOcean's control panel (API, Tokens)"

/** Trims a token, and rejects one that is not valid in a header. The error never contains the token. */
export const parse = (token: Redacted.Redacted): Redacted.Redacted | InvalidInput => {
  const invalid = (problem: string) => new InvalidInput({ field: "token", problem })
  const text = Redacted.value(token)
  if (typeof text !== "string") return invalid("expected a Redacted string")
  const trimmed = text.trim()
  if (trimmed === "") return invalid(`is empty: ${howToSet}, or pass one as the option "token"`)
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    return invalid("contains spaces, control characters or non-ASCII characters: copy it again")
  }
  return Redacted.make(trimmed, { label: "DigitalOcean token" })
}

/**
 * Reads a client's settings from the configuration; blank ones are ignored. `Config.String` reads the same, but decodes by a
 * schema, which adds 1.5 KB to a bundle. A function, so that bundlers can tree-shake it.
 */
export const config = () =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => {
    const read = (name: string) =>
      provider.load([name]).pipe(
        Effect.mapError((error) => new ConfigError(error)),
        Effect.map((node) => (node?.value?.trim() ? node.value : undefined))
      )
    return Effect.map(
      Effect.forEach(["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_API_URL"], read),
      ([first, second, baseUrl]) => ({
        token: UndefinedOr.map(first ?? second, (text) => Redacted.make(text)),
        baseUrl
      })
    )
  })

/** The error if neither variable is set. */
export const missing = (): InvalidInput => new InvalidInput({ field: "token", problem: `is not set: ${howToSet}` })
