/**
 * What a job is going to do, before it does anything: a value to look at, print, hold against a budget, or throw away.
 *
 * A plan lists every item the job looked at, those it leaves alone too, each with the reason. It promises at most: a job
 * never does more than its plan says, and less where the account has changed since.
 *
 * @since 0.1.0
 */
import * as Cost from "./Cost.ts"
import * as Text from "./Text.ts"

/**
 * One thing of a plan.
 *
 * **Details**
 *
 * - `verb`: what is done, by DigitalOcean's word (`transfer`, `convert`, `snapshot`, `delete` ...), or `keep`, `skip` and
 *   `refuse` for what is left alone
 * - `subject`: to what, as the account names it; hostile text, made harmless by {@link format}
 * - `detail`: where to, or why
 * - `changes`: how many requests it takes that change something, at the most; 0 for what is left alone
 * - `cost`: what the account pays a month more for it; negative for what is deleted
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  readonly verb: string
  readonly subject: string
  readonly detail: string
  readonly changes: number
  readonly cost: Cost.Cost
}

/**
 * How many requests a plan takes.
 *
 * **Details**
 *
 * - `changes`: POST, PUT and DELETE, at the most: a tag takes 1, and 3 if there is none yet
 * - `lookups`: GET, at the least: how often a wait polls depends on how long DigitalOcean takes
 *
 * @category models
 * @since 0.1.0
 */
export interface Requests {
  readonly changes: number
  readonly lookups: number
}

/**
 * A plan of a job.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan<out A extends Item = Item> {
  readonly job: string
  readonly items: ReadonlyArray<A>
  readonly requests: Requests
  readonly cost: Cost.Cost
}

/**
 * Makes a plan of its items; `lookups` counts the GETs that running it takes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A extends Item>(job: string, items: ReadonlyArray<A>, lookups: number): Plan<A> => ({
  job,
  items,
  requests: { changes: items.reduce((sum, { changes }) => sum + changes, 0), lookups },
  cost: items.reduce((sum, { cost }) => Cost.plus(sum, cost), Cost.zero)
})

/**
 * The items that change something.
 *
 * @category getters
 * @since 0.1.0
 */
export const changes = <A extends Item>(plan: Plan<A>): ReadonlyArray<A> =>
  plan.items.filter(({ changes }) => changes > 0)

/**
 * True when there is nothing to do: what should be is so already.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isEmpty = (plan: Plan): boolean => plan.requests.changes === 0

/**
 * How a thing of the account is told in a plan: its name, and the id that is unique.
 *
 * @category getters
 * @since 0.1.0
 */
export const nameOf = ({ id, name }: { readonly id: number; readonly name: string }): string =>
  name === "" ? String(id) : `${name} (${id})`

/**
 * An item in a line: `transfer web (7) to ams3`.
 *
 * @category getters
 * @since 0.1.0
 */
export const line = ({ detail, subject, verb }: Item): string =>
  [verb, subject, detail].filter((part) => part !== "").join(" ")

/**
 * A plan as text for a terminal: a table of its items and a line of what it takes. Names from the account are made
 * harmless.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (plan: Plan): string => {
  const rows = plan.items.map(({ detail, subject, verb }) => [verb, subject, detail])
  const table = rows.length === 0 ? [] : Text.table(["do", "what", "why"], rows)
  return [`${plan.job}: ${summary(plan)}`, ...table.map((line) => `  ${line}`)].join("\n")
}

/**
 * What a plan takes, in a line.
 *
 * @category getters
 * @since 0.1.0
 */
export const summary = (plan: Plan): string => {
  if (isEmpty(plan)) return "nothing to do"
  const { changes, lookups } = plan.requests
  return `at most ${counted(changes, "change")}, ${counted(lookups, "lookup")} besides polls, ${Cost.formatChange(plan.cost)}`
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`
