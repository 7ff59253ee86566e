import * as Config from "effect/Config"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../../DigitalOceanError.ts"

const howToSet =
  "set DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN to an access token of DigitalOcean's control panel (API, Tokens)"

/** Trims a token and refuses one that no header can carry. The message never shows it. */
export const parse = (token: Redacted.Redacted): Redacted.Redacted | InvalidInput => {
  const refuse = (problem: string) => new InvalidInput({ field: "token", problem })
  const text = Redacted.value(token)
  if (typeof text !== "string") return refuse("expected a Redacted string")
  const trimmed = text.trim()
  if (trimmed === "") return refuse(`is empty: ${howToSet}, or pass one as the option "token"`)
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    return refuse("holds blanks, control characters or letters that no token has: copy it again")
  }
  return Redacted.make(trimmed, { label: "DigitalOcean token" })
}

/** Reads a client's settings from the configuration; a blank one is not set. A function, so that a bundler can drop it. */
export const config = () => {
  const read = (name: string) =>
    Config.map(Config.option(Config.String(name)), (value) => Option.filter(value, (text) => text.trim() !== ""))
  return Config.map(
    Config.all([read("DIGITALOCEAN_TOKEN"), read("DIGITALOCEAN_ACCESS_TOKEN"), read("DIGITALOCEAN_API_URL")]),
    ([first, second, url]) => ({
      token: Option.map(
        Option.orElse(first, () => second),
        (text) => Redacted.make(text)
      ),
      baseUrl: Option.getOrUndefined(url)
    })
  )
}

/** Neither variable is set. */
export const missing = (): InvalidInput => new InvalidInput({ field: "token", problem: `is not set: ${howToSet}` })
