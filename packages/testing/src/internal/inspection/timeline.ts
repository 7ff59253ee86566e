import type { Action, Image, Snapshot } from "../../DigitalOceanApi.ts"
import type { Account, Machine } from "../account/account.ts"
import type { Exchange } from "../http/exchange.ts"
import { Log } from "./log.ts"

interface Entry {
  readonly at: number
  readonly text: string
}

/** The requests and the changes of the accounts as text. */
export class Timeline {
  private readonly entries: Log<Entry>
  private readonly now: () => number

  constructor(keep: number, now: () => number) {
    this.entries = new Log(keep)
    this.now = now
  }

  clear(): void {
    this.entries.clear()
  }

  /** Reserves the line of a request, so that it precedes the changes it makes; it is filled in with the response. */
  request(): (exchange: Exchange) => void {
    const entry = { at: this.now(), text: "?" }
    this.entries.push(entry)
    return (exchange) => {
      entry.text = lineOf(exchange)
    }
  }

  /** Records the changes of accounts from now on. */
  watch(accounts: ReadonlyArray<Account>): void {
    for (const account of accounts) {
      const whose = accounts.length === 1 ? "" : `${account.name}: `
      const tell = (text: string) => this.entries.push({ at: this.now(), text: `  ${whose}${text}` })
      account.images.listeners.push((id, after, before) => {
        const about = `image ${id} ${oneLine((after ?? before)?.name ?? "")}`
        tellChange(tell, about, after, before, imageFields, ({ regions, status, type }) =>
          [type, status, ...regions].join(" ")
        )
      })
      account.actions.listeners.push((id, after, before) => {
        if (after === undefined) return
        tell(`action ${id} ${workOf(after)}: ${before === undefined ? "" : `${before.status} -> `}${after.status}`)
      })
      account.droplets.listeners.push((id, after, before) => {
        const about = `droplet ${id} ${oneLine((after ?? before)?.name ?? "")}`
        tellChange(tell, about, after, before, dropletFields, ({ image, status }) => `${status} from image ${image.id}`)
      })
      account.volumeSnapshots.listeners.push((id, after, before) => {
        const about = `snapshot ${id} ${oneLine((after ?? before)?.name ?? "")}`
        tellChange(tell, about, after, before, snapshotFields, ({ resource_id }) => `of volume ${resource_id}`)
      })
    }
  }

  /** Formats all lines, with the seconds since a time in milliseconds. */
  toText(began: number): string {
    const entries = this.entries.values()
    const { forgotten } = this.entries
    const lines = entries.map(({ at, text }) => `${((at - began) / 1000).toFixed(3).padStart(10)} s  ${text}`)
    return [...(forgotten === 0 ? [] : [`(${forgotten} lines before)`]), ...lines].join("\n")
  }
}

/** Documented at `TestDigitalOcean.toLine`. */
export const lineOf = ({ body, fault, isUnknown, method, status, target }: Exchange): string =>
  [
    `${status === 0 ? "---" : status} ${method} ${target}`,
    ...(body === "" ? [] : [body]),
    ...(fault === undefined ? [] : [`! ${fault}`]),
    ...(isUnknown === true ? ["(the account does not have this operation)"] : [])
  ]
    .map(oneLine)
    .join(" ")

const imageFields = [
  "name",
  "type",
  "status",
  "regions",
  "tags",
  "description",
  "error_message"
] satisfies ReadonlyArray<keyof Image>

const dropletFields = ["name", "status", "size", "tags"] satisfies ReadonlyArray<keyof Machine>

const snapshotFields = ["name", "tags"] satisfies ReadonlyArray<keyof Snapshot>

const tellChange = <A extends object>(
  tell: (text: string) => void,
  about: string,
  after: A | undefined,
  before: A | undefined,
  fields: ReadonlyArray<keyof A & string>,
  describe: (value: A) => string
): void => {
  if (after === undefined) tell(`${about}: gone`)
  else if (before === undefined) tell(`${about}: new, ${oneLine(describe(after))}`)
  else {
    const changed = fields.filter((field) => String(after[field]) !== String(before[field]))
    const changes = changed.map((field) => `${field} ${word(before[field])} -> ${word(after[field])}`)
    if (changes.length > 0) tell(`${about}: ${oneLine(changes.join(", "))}`)
  }
}

const word = (value: unknown): string => {
  const text = String(value).trim()
  return text === "" ? "nothing" : text
}

const workOf = ({ region_slug, resource_id, resource_type, type }: Action): string =>
  `${type} of ${resource_type} ${resource_id}${type === "transfer" ? ` to ${region_slug}` : ""}`

/** Escapes line breaks and control characters of a text. */
const oneLine = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
