import type { Options } from "./options.ts"

/** Something that is done to a runner, or to Postgres. */
export type Disturbance = "kill" | "kill after POST" | "pause" | "drain" | "restart Postgres" | "stop Postgres"

/**
 * What happens in a run, in random order: the kills, half of them right after a POST; a pause and a drain for every six of
 * them; Postgres restarted once, and away once.
 */
export const disturbancesOf = (
  { jobs: _, kills, outage }: Options,
  random: () => number
): ReadonlyArray<Disturbance> => {
  const few = Math.ceil(kills / 6)
  const repeated = (count: number, one: Disturbance) => Array.from({ length: count }, () => one)
  const all = [
    ...repeated(Math.floor(kills / 2), "kill after POST"),
    ...repeated(Math.ceil(kills / 2), "kill"),
    ...repeated(few, "pause"),
    ...repeated(few, "drain"),
    ...(outage > 0 ? (["restart Postgres", "stop Postgres"] as const) : [])
  ]
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
