/**
 * Keeps secrets out of what doimg writes for people: lines on stderr, plans, outcomes, the log of the sandbox.
 *
 * The result on stdout is written as DigitalOcean returned it: a name that looks like a token is that name, and a script
 * that works with it needs all of it.
 *
 * @since 0.1.0
 */
import * as Redaction from "@effect-digitalocean/client/Redaction"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"

const remover = (token: string) => [token, Redaction.make(token)] as const

const ofEnvironment = () =>
  ["DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN"]
    .map((variable) => process.env[variable]?.trim() ?? "")
    .filter((token) => token !== "")
    .map(remover)

/** What removes each token of this process: at first those of its environment, used or not. */
let own = new Map(ofEnvironment())

/**
 * Keeps a token out of all that is written from now on.
 *
 * @since 0.1.0
 */
export const add = (token: Redacted.Redacted): void => {
  own.set(...remover(Redacted.value(token)))
}

/**
 * Forgets the tokens that were added: for tests that run commands with several tokens in one process.
 *
 * @since 0.1.0
 */
export const reset = (): void => {
  own = new Map(ofEnvironment())
}

/**
 * A text without secrets: without the tokens of this process, what is shaped like one, and credentials in a URL.
 *
 * @since 0.1.0
 */
export const remove = (text: string): string =>
  own.size === 0 ? Redaction.redact(text) : [...own.values()].reduce((text, remove) => remove(text), text)

/**
 * As {@link remove}, for every text in a value that is printed as JSON.
 *
 * @since 0.1.0
 */
export const removeAll = (value: unknown): unknown => {
  if (typeof value === "string") return remove(value)
  if (Array.isArray(value)) return value.map(removeAll)
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, removeAll(inner)]))
}
