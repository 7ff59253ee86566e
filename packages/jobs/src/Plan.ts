/**
 * What a job is going to do, before it does anything: a value to read, print, store, compare with a limit, or discard.
 *
 * A plan lists every item that the job considered, also those that it leaves alone, each with the reason. It is an upper
 * bound: a job never does more than its plan says, and less if the account has changed since.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.ts"
import * as Item from "./Item.ts"
import * as Text from "./Text.ts"

/**
 * Schema for the number of requests of a plan.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Requests = Schema.Struct({
  /** the maximum number of POST, PUT and DELETE requests: a tag takes 1, and 3 if it does not exist yet */ changes:
    Schema.Int,
  /** the minimum number of GET requests, without polls, which depend on how long DigitalOcean takes */ lookups:
    Schema.Int
})

/**
 * How many requests a plan takes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Requests extends Schema.Schema.Type<typeof Requests> {}

/**
 * A plan of a job. `options` are those that it was made with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Plan<out I extends Item.Item = Item.Item, out Options = unknown> {
  /** the name of the job */
  readonly job: string
  /** the options from which it was made */
  readonly options: Options
  /** what the run does, in this order */
  readonly items: ReadonlyArray<I>
  /** how many requests the run sends */
  readonly requests: Requests
  /** how the monthly cost of the account changes */
  readonly cost: Cost.Cost
}

/**
 * The fields of the schema of a plan, for `Schema.Struct`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const fields = <I extends Schema.Constraint, O extends Schema.Constraint>(item: I, options: O) => ({
  job: Schema.String,
  options,
  items: Schema.Array(item),
  requests: Requests,
  cost: Cost.Cost
})

/**
 * Creates a plan of its items. `lookups` is the number of GET requests that running it takes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <I extends Item.Item, O>(
  job: string,
  options: O,
  items: ReadonlyArray<I>,
  lookups: number
): Plan<I, O> => ({
  job,
  options,
  items,
  requests: { changes: items.reduce((sum, { changes }) => sum + changes, 0), lookups },
  cost: items.reduce((sum, { cost }) => Cost.plus(sum, cost), Cost.zero)
})

/**
 * Returns the items that change something.
 *
 * @category getters
 * @since 0.1.0
 */
export const changes = <I extends Item.Item>(plan: Plan<I>): ReadonlyArray<I> =>
  plan.items.filter(({ changes }) => changes > 0)

/**
 * Whether there is nothing to do: no item is run or joined. A plan that only waits for what is in progress, or only reads,
 * changes nothing and is not empty.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isEmpty = (plan: Plan): boolean => !plan.items.some(Item.isWork)

/**
 * Formats a plan for a terminal: a table of its items, and a line with what it takes. Names from the account are sanitized.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (plan: Plan): string => {
  const rows = plan.items.map((item) => {
    const { subject, what } = Item.words(item)
    return [what, subject, Item.details(item)]
  })
  const table = rows.length === 0 ? [] : Text.table(["do", "what", "why"], rows)
  return [`${plan.job}: ${summary(plan)}`, ...table.map((line) => `  ${line}`)].join("\n")
}

/**
 * Formats what a plan takes, as a line.
 *
 * @category getters
 * @since 0.1.0
 */
export const summary = (plan: Plan): string => {
  if (isEmpty(plan)) return "nothing to do"
  const { changes, lookups } = plan.requests
  const requests = `${counted(lookups, "lookup")} besides polls`
  return changes === 0
    ? `no changes, ${requests}`
    : `at most ${counted(changes, "change")}, ${requests}, ${Cost.formatChange(plan.cost)}`
}

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`
