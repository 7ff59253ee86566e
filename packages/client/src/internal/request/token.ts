import * as Config from "effect/Config"
import * as Redacted from "effect/Redacted"
import { InvalidInput } from "../../DigitalOceanError.ts"

/** Trims a token and refuses one that no header can carry. The message never shows it. */
export const parse = (token: Redacted.Redacted): Redacted.Redacted | InvalidInput => {
  const refuse = (problem: string) => new InvalidInput({ field: "token", problem })
  const text = Redacted.value(token)
  if (typeof text !== "string") return refuse("expected a Redacted string")
  const trimmed = text.trim()
  if (trimmed === "") return refuse("is empty: set DIGITALOCEAN_TOKEN, or pass a token")
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    return refuse("holds blanks, control characters or letters that no token has: copy it again")
  }
  return Redacted.make(trimmed, { label: "DigitalOcean token" })
}

/** `DIGITALOCEAN_TOKEN`, else `DIGITALOCEAN_ACCESS_TOKEN`. A function, so that a bundle can do without. */
export const config = (): Config.Config<Redacted.Redacted> => {
  const read = (name: string) => Config.map(Config.String(name), (text) => Redacted.make(text))
  const first = read("DIGITALOCEAN_TOKEN")
  // when both are absent the error tells of the last one read, which had better be the one to set
  return first.pipe(
    Config.orElse(() => read("DIGITALOCEAN_ACCESS_TOKEN")),
    Config.orElse(() => first)
  )
}
