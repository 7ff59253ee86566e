import * as Schema from "effect/Schema"
import { State, StoredJob } from "../../durable/StoredJob.ts"

/** A row of `digitalocean_jobs` as JSON text, whatever types the driver is configured to read. */
export const jobText = `json_build_object(
  'id', id, 'epoch', epoch, 'account', account, 'kind', kind, 'version', version, 'intention', intention,
  'options', options, 'plan', plan, 'state', state, 'attempts', attempts, 'failovers', failovers, 'problem', problem,
  'left', remains, 'isCancelled', is_cancelled, 'submittedAt', submitted_at, 'nextAttemptAt', next_attempt_at,
  'startedAt', started_at, 'finishedAt', finished_at
)`

const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(StoredJob))
const isState = Schema.is(State)

/** Reads a row. A state that only a newer version knows is `unreadable`. */
export const readJob = (row: unknown) => {
  const state = (row as { readonly state?: unknown }).state
  return decode(isState(state) ? row : { ...(row as object), state: "unreadable" })
}
