import * as Result from "effect/Result"
import * as Faults from "../../Faults.ts"
import { matcher } from "../api/operations.ts"

/** The parts of a request by which faults select it. */
export interface Aimed {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: string
  /** the name of the account, if the token belongs to one */
  readonly account: string | undefined
  /** in seconds since the start, which `speed` multiplies */
  readonly seconds: number
}

interface Entry {
  readonly fault: Faults.Fault
  readonly fits: (method: string, path: string) => boolean
  matched: number
  hits: number
}

/** A script in use: it counts the requests that match each fault. */
export class Script {
  private entries: ReadonlyArray<Entry> = []

  constructor(faults: ReadonlyArray<Faults.Fault>) {
    this.add(faults)
  }

  /** Adds faults, which count requests from now on. Throws if one is invalid. */
  add(faults: ReadonlyArray<Faults.Fault>): void {
    Result.getOrThrow(Faults.decodeResult(faults))
    const entries = faults.map((fault) => {
      const fits = fault.on === undefined ? () => true : matcher(fault.on)
      return { fault, fits, matched: 0, hits: 0 }
    })
    this.entries = [...this.entries, ...entries]
  }

  clear(): void {
    this.entries = []
  }

  /** Returns the faults that have affected no request. */
  unused(): ReadonlyArray<Faults.Fault> {
    return this.entries.flatMap(({ fault, hits }) => (hits === 0 ? [fault] : []))
  }

  /** Counts a request, and returns the faults that affect it. */
  take(aimed: Aimed): ReadonlyArray<Faults.Fault> {
    const hit = this.entries.filter((entry) => {
      if (!entry.fits(aimed.method, aimed.path) || !isWithin(entry.fault, aimed.seconds)) return false
      if (entry.fault.account !== undefined && entry.fault.account !== aimed.account) return false
      if (entry.fault.where !== undefined && !holds(entry.fault.where, aimed)) return false
      entry.matched += 1
      return isTurn(entry.fault, entry.matched)
    })
    for (const entry of hit) entry.hits += 1
    return hit.map(({ fault }) => fault)
  }
}

const isWithin = ({ after = 0, until = Number.POSITIVE_INFINITY }: Faults.Fault, seconds: number) =>
  seconds >= after && seconds < until

/** Whether a fault affects the n-th matching request. */
const isTurn = ({ nth = 1, times = 1 }: Faults.Fault, matched: number): boolean => {
  const row = times === "always" ? Number.POSITIVE_INFINITY : times
  return (typeof nth === "number" ? [nth] : nth).some((first) => matched >= first && matched < first + row)
}

const holds = (where: NonNullable<Faults.Fault["where"]>, { body, query }: Aimed): boolean => {
  const given: Readonly<Record<string, unknown>> = { ...query, ...fieldsOf(body) }
  return Object.entries(where).every(([name, value]) => name in given && String(given[name]) === String(value))
}

const fieldsOf = (body: string): object => {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === "object" && json !== null ? json : {}
  } catch {
    return {}
  }
}
