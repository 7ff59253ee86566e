/**
 * One item of a plan, as data: what is done, to which resource, and why. This module is the only one that renders items as
 * text: for `Plan.format`, for `Report.format` and for doimg.
 *
 * @since 0.1.0
 */
import * as Action from "@effect-digitalocean/client/Action"
import * as Schema from "effect/Schema"
import * as Cost from "./Cost.ts"

/**
 * Schema for what a plan decided for an item.
 *
 * **Details**
 *
 * - `run`: it is done
 * - `join`: it is in progress already, as action `action`, and is waited for
 * - `skip`: nothing is to be done
 * - `keep`: the resource is kept, `reason` says why
 * - `refuse`: it cannot be done, `reason` says why
 *
 * @category schemas
 * @since 0.1.0
 */
export const Decision = Schema.Literals(["run", "join", "skip", "keep", "refuse"])

/**
 * What a plan decided for an item.
 *
 * @category models
 * @since 0.1.0
 */
export type Decision = typeof Decision.Type

/**
 * Schema for the resource that an item changes. `id` is null until the resource is created; `name` is untrusted text of the
 * account, and empty if it is not known.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Subject = Schema.Struct({
  /** the id; null until the resource is created */
  id: Schema.NullOr(Schema.Number),
  /** the name, untrusted text; empty if it is not known */
  name: Schema.String
})

/**
 * The resource that an item changes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject extends Schema.Schema.Type<typeof Subject> {}

/**
 * One item of a plan.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item<out Verb extends string = string> {
  /** what is done, by DigitalOcean's word: `transfer`, `convert`, `snapshot`, `delete` ... */
  readonly verb: Verb
  /** whether it is done */
  readonly decision: Decision
  /** to which resource */
  readonly subject: Subject
  /** the region, the tag, the name or the team that it is about; null for a verb without one */
  readonly target: string | null
  /** the id of the action in progress that is joined; else null */
  readonly action: Action.Id | null
  /** why it was decided so, or what else there is to know; null if that is obvious */
  readonly reason: string | null
  /** the maximum number of requests that change something */
  readonly changes: number
  /** how the monthly cost of the account changes; negative for a deletion */
  readonly cost: Cost.Cost
}

/**
 * Creates the schema of the items of a job, which have these verbs. Spread its `fields` to add fields.
 *
 * @category schemas
 * @since 0.1.0
 */
export const schema = <const Verbs extends ReadonlyArray<string>>(verbs: Verbs) =>
  Schema.Struct({
    verb: Schema.Literals(verbs),
    decision: Decision,
    subject: Subject,
    target: Schema.NullOr(Schema.String),
    action: Schema.NullOr(Action.Id),
    reason: Schema.NullOr(Schema.String),
    changes: Schema.Int,
    cost: Cost.Cost
  })

/**
 * Creates an item. An item that is run takes one request and costs nothing, unless `details` says otherwise; one that is
 * not run takes no request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Verb extends string>(
  verb: Verb,
  subject: Subject,
  details: Partial<Omit<Item, "verb" | "subject">> = {}
): Item<Verb> => {
  const { action = null, changes = 1, cost = Cost.zero, decision = "run", reason = null, target = null } = details
  return {
    verb,
    decision,
    subject: { id: subject.id, name: subject.name },
    target,
    action,
    reason,
    changes: decision === "run" ? changes : 0,
    cost
  }
}

/**
 * Whether work is done for an item: it is run or joined.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isWork = ({ decision }: Item): boolean => decision === "run" || decision === "join"

/**
 * Returns what identifies an item within its plan, to find it again after it was stored.
 *
 * @category getters
 * @since 0.1.0
 */
export const key = ({ subject, target, verb }: Item): string =>
  JSON.stringify([verb, subject.id ?? subject.name, target])

/**
 * An item as texts, not sanitized: what is done (`transfer`, `skip`), to what (`web (7)`), where to (`to ams3`), and what
 * else there is to say.
 *
 * @category models
 * @since 0.1.0
 */
export interface Words {
  /** what is done */
  readonly what: string
  /** to which resource */
  readonly subject: string
  /** the region, the tag or whatever else it is about */
  readonly where: string
  /** the reason */
  readonly note: string
}

/**
 * Returns an item as texts.
 *
 * @category getters
 * @since 0.1.0
 */
export const words = (item: Item): Words => {
  const { action, decision, reason, subject, verb } = item
  const isPending = isWork(item)
  const joined = decision === "join" && action !== null ? `in progress already as action ${action}` : ""
  const where = isPending ? whereTo(item) : decision === "skip" && reason === null ? already(item) : ""
  return {
    what: decision === "run" ? verb : decision,
    subject: nameOf(subject),
    where,
    note: [joined, reason ?? ""].filter((part) => part !== "").join(", ")
  }
}

/**
 * Returns what an item says beside its verb and its subject: `to ams3, in progress already as action 7`.
 *
 * @category getters
 * @since 0.1.0
 */
export const details = (item: Item): string => {
  const { note, where } = words(item)
  return [where, note].filter((part) => part !== "").join(", ")
}

/**
 * Returns what is said of an item that is in the desired state already: `in ams3 already`.
 *
 * @category getters
 * @since 0.1.0
 */
export const already = ({ target, verb }: Item): string => phrases.get(verb)?.already(target ?? "") ?? "done already"

/**
 * Formats an item as a line, not sanitized: `transfer web (7) to ams3`.
 *
 * @category getters
 * @since 0.1.0
 */
export const format = (item: Item): string => {
  const { subject, what } = words(item)
  return [what, subject, details(item)].filter((part) => part !== "").join(" ")
}

/**
 * Returns how a resource is named in a plan: its name, and the id, which is unique.
 *
 * @category getters
 * @since 0.1.0
 */
export const nameOf = ({ id, name }: Subject): string =>
  id === null ? name : name === "" ? String(id) : `${name} (${id})`

/** How a verb is completed: the word before its target, and what is said when it is done already. */
interface Phrase {
  readonly to: string
  readonly already: (target: string) => string
}

const phrases: ReadonlyMap<string, Phrase> = new Map<string, Phrase>([
  ["transfer", { to: "to", already: (region) => `in ${region} already` }],
  ["tag", { to: "with", already: (tag) => `with ${tag} already` }],
  ["rename", { to: "to", already: () => "has that name already" }],
  ["convert", { to: "", already: () => "is a snapshot already" }],
  ["snapshot", { to: "as", already: () => "taken already" }],
  ["offer", { to: "to team", already: () => "the recipient has it already" }],
  ["accept", { to: "as team", already: () => "the recipient has it already" }],
  ["create", { to: "in", already: () => "exists already" }],
  ["import", { to: "to", already: () => "imported already" }]
])

const whereTo = ({ target, verb }: Item): string => {
  if (target === null) return ""
  const to = phrases.get(verb)?.to ?? ""
  return to === "" ? target : `${to} ${target}`
}
