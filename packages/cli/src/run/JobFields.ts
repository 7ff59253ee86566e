/**
 * The rows of a job as schemas: of its plan, and of what became of its items. Apart from what makes them, as every command
 * checks `--columns` at its start.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Id = Schema.NullOr(Schema.Int)
const Text = Schema.NullOr(Schema.String)

/** What both have: the resource, and where it goes or what it gets. */
const about = { image_id: Id, droplet_id: Id, name: Schema.String, new_name: Text, region: Text, tag: Text }

/**
 * Schema of an item of a plan. `do` is the verb, or the decision against it: `skip`, `keep`, `join` or `refuse`.
 *
 * @since 0.1.0
 */
export const Planned = Schema.Struct({
  do: Schema.String,
  ...about,
  action_id: Id,
  reason: Text,
  requests: Schema.Int,
  usd_month: Schema.Finite
})

/**
 * Schema of what became of an item. `image_id` is also that of an image that was created.
 *
 * @since 0.1.0
 */
export const Result = Schema.Struct({
  did: Schema.String,
  ...about,
  action_id: Id,
  status: Schema.Literals(["done", "skipped", "failed", "timed_out"]),
  error_code: Text,
  message: Text
})

/** The fields of a plan, which are its columns too. */
export const plannedFields = Object.keys(Planned.fields)

/** The fields of a result, which are its columns too. */
export const resultFields = Object.keys(Result.fields)
