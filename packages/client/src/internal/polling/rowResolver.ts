import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import { type ListReader, maxIndividual } from "../paging/listReader.ts"
import { withTime } from "../rateLimit/monotonic.ts"
import { isOfToken } from "../rateLimit/requestQueue.ts"
import * as Batcher from "./batcher.ts"

/** The endpoint that a wait polls; documented at `Actions.PollStrategy`. */
export type PollStrategy = "action" | "resource" | "account"

/** What is requested: a row, or the first page of the actions of an image. */
export interface Input {
  readonly id: number
  readonly pollVia?: PollStrategy | undefined
  /** whether the id is that of an image whose actions are requested */
  readonly ofImage?: boolean
}

/** A request for a row, whose caller waits for it. */
export interface Request<in Row> extends Batcher.Waiter<Row, DigitalOceanError> {
  readonly input: Input
}

/** The requests for each row, by its id. Resolving a row removes them. */
export type Unresolved<Row> = Map<number, ReadonlyArray<Request<Row>>>

/** Resolves requested rows with lists and with individual requests. */
export interface RowResolver<Row> {
  /** Receives the rows of a response that was requested at this monotonic time, in milliseconds. */
  readonly receive: (unresolved: Unresolved<Row>, rows: ReadonlyArray<Row>, at: number) => void
  /** whether the latest request for a list failed */
  readonly isFailing: (list: string) => boolean
  /** whether a list has failed so often that its rows are fetched individually, however many they are */
  readonly isGivenUp: (list: string) => boolean
  /**
   * Reads a list, while anybody waits for it. When it fails, a small batch is left, to be fetched individually. A large
   * batch fails with a transient failure, until the list has failed three times in a row: otherwise a single failed
   * response would trigger hundreds of requests. `disable` runs after the second 403 in a row. `others` wait for the list
   * itself, in place of its rows, and fail with it.
   */
  readonly read: (
    list: string,
    unresolved: Unresolved<Row>,
    effect: Effect.Effect<void, DigitalOceanError>,
    disable?: Effect.Effect<void>,
    others?: ReadonlyArray<Request<never>>
  ) => Effect.Effect<void>
  /** Reads the pages of a list that contain the rows, if `isWorthwhile` says so. */
  readonly readPages: (
    list: string,
    unresolved: Unresolved<Row>,
    reader: ListReader<Row>,
    isWorthwhile: (ids: ReadonlyArray<number>, page: number) => boolean,
    disable?: Effect.Effect<void>
  ) => Effect.Effect<void>
  /**
   * Fetches each row with its own request, several concurrently. After repeated transient failures, or one that affects
   * the token, the remaining rows fail with the same error, and no requests are sent for them.
   */
  readonly fetchEach: (
    unresolved: Unresolved<Row>,
    fetch: (id: number, pollVia: PollStrategy | undefined) => Effect.Effect<Row, DigitalOceanError>
  ) => Effect.Effect<void>
}

/** After how many transient failures of a list in a row the rows of a large batch are fetched individually. */
const maxFailures = 3

/** Creates a resolver. `onRows` is called with the rows of every response, before their requests are completed. */
export const make = <Row extends { readonly id: number }>(
  onRows: (rows: ReadonlyArray<Row>, at: number) => void,
  select: (rows: ReadonlyArray<Row>) => ReadonlyArray<Row> = (rows) => rows
): RowResolver<Row> => {
  /** how often in a row a list failed, for lists whose latest request failed */
  const failureCounts = new Map<string, number>()

  const resolve = (unresolved: Unresolved<Row>, id: number, exit: Exit.Exit<Row, DigitalOceanError>) => {
    const requests = unresolved.get(id) ?? []
    unresolved.delete(id)
    for (const request of requests) request.complete(exit)
  }
  const receive: RowResolver<Row>["receive"] = (unresolved, page, at) => {
    const rows = select(withoutContradictions(page))
    // before the waits of these requests start their next polls
    onRows(rows, at)
    for (const row of rows) resolve(unresolved, row.id, Exit.succeed(row))
  }

  const onFailure = (
    list: string,
    unresolved: Unresolved<Row>,
    error: DigitalOceanError,
    disable: Effect.Effect<void>
  ) => {
    const failures = affectsToken(error) ? 0 : (failureCounts.get(list) ?? 0) + 1
    if (failureCounts.size > 10_000) failureCounts.clear()
    if (failures > 0) failureCounts.set(list, failures)
    if (failures === 0 || (unresolved.size > maxIndividual && failures < failuresBeforeFallback(error))) {
      for (const id of [...unresolved.keys()]) resolve(unresolved, id, Exit.fail(error))
    }
    return error.reason._tag === "Forbidden" && failures > 1 ? disable : Effect.void
  }
  const read: RowResolver<Row>["read"] = (list, unresolved, effect, disable = Effect.void, others) =>
    Batcher.whileAnyWaiting(others ?? [...unresolved.values()].flat(), effect).pipe(
      Effect.andThen(Effect.sync(() => void failureCounts.delete(list))),
      Effect.catch((error) => {
        for (const other of others ?? []) other.complete(Exit.fail(error))
        return onFailure(list, unresolved, error, disable)
      })
    )

  return {
    receive,
    isFailing: (list) => failureCounts.has(list),
    isGivenUp: (list) => (failureCounts.get(list) ?? 0) >= maxFailures,
    read,
    readPages: (list, unresolved, reader, isWorthwhile, disable) => {
      if (unresolved.size === 0) return Effect.void
      const isWanted = (id: number) => unresolved.get(id)?.some(({ isWaiting }) => isWaiting) ?? false
      const onRows = (rows: ReadonlyArray<Row>, at: number) => receive(unresolved, rows, at)
      return read(list, unresolved, reader.read(unresolved.keys(), { isWanted, isWorthwhile, onRows }), disable)
    },
    fetchEach: (unresolved, fetch) => {
      let failures = 0
      let error: DigitalOceanError | undefined
      const fetchOne = ([id, requests]: readonly [number, ReadonlyArray<Request<Row>>]) =>
        Effect.suspend(() => {
          if (error !== undefined && (failures >= maxIndividual || affectsToken(error))) {
            resolve(unresolved, id, Exit.fail(error))
            return Effect.void
          }
          const poll = Effect.map(withTime(fetch(id, requests[0]?.input.pollVia)), ([row, at]) => {
            onRows([row], at)
            resolve(unresolved, id, Exit.succeed(row))
          })
          const polled = Effect.map(Batcher.whileAnyWaiting(requests, poll), () => {
            failures = 0
          })
          return Effect.catch(polled, (reason) => {
            failures = isTransient(reason) ? failures + 1 : 0
            error = reason
            resolve(unresolved, id, Exit.fail(reason))
            return Effect.void
          })
        })
      return Effect.forEach([...unresolved], fetchOne, { concurrency: maxIndividual, discard: true })
    }
  }
}

/** The rows of a page whose ids it contains once, or with one state. */
const withoutContradictions = <Row extends { readonly id: number }>(page: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const rows = new Map<number, Row>()
  const contradictory = new Set<number>()
  for (const row of page) {
    const other = rows.get(row.id)
    if (other !== undefined && !Equal.equals(other, row)) contradictory.add(row.id)
    rows.set(row.id, row)
  }
  return page.filter(({ id }) => !contradictory.has(id))
}

/** Whether a page contains several rows that are requested, or that are waited for. */
export const isShared = <Row>(reader: ListReader<Row>, waited: Iterable<number>) => {
  const shown = reader.pagesOf(waited)
  return (ids: ReadonlyArray<number>, page: number): boolean => ids.length > 1 || (shown.get(page)?.length ?? 0) > 1
}

/** Whether a failure applies to all requests of the token (401, or a 429 of the minute or the hour). */
const affectsToken = ({ reason }: DigitalOceanError): boolean =>
  reason._tag === "Unauthorized" || (reason._tag === "RateLimited" && isOfToken(reason))

/**
 * Returns how many failures of a list in a row it takes before a large batch is fetched individually. A wait tolerates
 * transient failures and one 403. Any other failure is specific to the list, and does not affect individual requests.
 */
const failuresBeforeFallback = (error: DigitalOceanError): number => {
  if (isTransient(error) || error.reason._tag === "PaginationError") return maxFailures
  return error.reason._tag === "Forbidden" ? 2 : 1
}

/** A body that is not JSON is a failure of the service; JSON that cannot be decoded is specific to the resource. */
const isTransient = ({ isRetryable, reason }: DigitalOceanError): boolean =>
  isRetryable || (reason._tag === "DecodeError" && reason.notJson === true)
