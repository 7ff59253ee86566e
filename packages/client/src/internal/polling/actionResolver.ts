import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Action from "../../Action.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import type * as Sources from "./actionSources.ts"
import { resourceOf } from "./actionSources.ts"
import * as Batcher from "./batcher.ts"
import { affectsToken, failuresBeforeFallback, fetchIndividually, maxIndividual } from "./fetchIndividually.ts"
import type { LiveWaits } from "./liveWaits.ts"
import * as ListReader from "../paging/listReader.ts"
import { withTime } from "../rateLimit/monotonic.ts"

/** The endpoint that a wait polls; documented at `Actions.PollStrategy`. */
export type PollStrategy = "action" | "resource" | "account"

type Waiter = Batcher.Waiter<Action.Action | Page<Action.Action>, DigitalOceanError>

/** A requested action, and those who wait for it. */
export interface PendingAction {
  readonly id: number
  readonly last: Action.Action | undefined
  readonly pollVia: PollStrategy | undefined
  readonly waiters: Array<Waiter>
}

/** Requested actions that are not resolved, by id. Resolving an action removes it. */
export type Unresolved = Map<number, PendingAction>

/** Resolves a batch of requested actions with as few requests as possible. */
export interface Resolver {
  readonly actions: (unresolved: Unresolved) => Effect.Effect<void>
  /** Reads the actions of an image for the waiters, and resolves the requested actions of that image with them. */
  readonly ofImage: (image_id: number, waiters: ReadonlyArray<Waiter>, unresolved: Unresolved) => Effect.Effect<void>
  /** how many requests it takes to poll all waits in progress */
  readonly requestCount: () => number
}

/**
 * Creates the resolver of a client. It calls `onActions` with all actions of every response, and
 * with the monotonic time, in milliseconds, at which it was requested.
 *
 * Requested actions on one page of the account's list are read with that page, if they are of several resources, or if it
 * contains other actions that are waited for. Several actions of one image or Droplet are read from its list. Any other
 * action is fetched with a GET, as are those that a list did not contain. When a list fails, a small batch is fetched
 * individually. A large batch fails with a transient failure, until the list has failed three times in a row: otherwise a
 * single failed response would trigger hundreds of requests.
 */
export const make = (
  sources: Sources.ActionSources,
  live: LiveWaits<Action.Action>,
  onActions: (actions: ReadonlyArray<Action.Action>, at: number) => void
): Resolver => {
  const isKept = (id: number) => live.has(id)
  const account = ListReader.make(sources.ofAccount, isKept)
  const resources = new Map<string, ListReader.ListReader<Action.Action>>()
  /** how often in a row a list failed, for lists whose latest request failed */
  const failureCounts = new Map<string, number>()

  const resolve = (
    unresolved: Unresolved,
    pending: PendingAction,
    exit: Exit.Exit<Action.Action, DigitalOceanError>
  ) => {
    unresolved.delete(pending.id)
    for (const waiter of pending.waiters) waiter.complete(exit)
  }
  const resolveFrom = (unresolved: Unresolved, page: ReadonlyArray<Action.Action>, at: number) => {
    const rows = consistent(page, (id) => live.last(id))
    // before the waits of these requests start their next polls
    onActions(rows, at)
    for (const row of rows) {
      const pending = unresolved.get(row.id)
      if (pending !== undefined) resolve(unresolved, pending, Exit.succeed(row))
    }
  }
  const rejectAll = (unresolved: Unresolved, error: DigitalOceanError) => {
    for (const pending of [...unresolved.values()]) resolve(unresolved, pending, Exit.fail(error))
  }

  const onListFailure = (list: string, kind: Sources.Kind, unresolved: Unresolved, error: DigitalOceanError) => {
    if (affectsToken(error)) return Effect.sync(() => rejectAll(unresolved, error))
    const failures = (failureCounts.get(list) ?? 0) + 1
    if (failureCounts.size > 10_000) failureCounts.clear()
    failureCounts.set(list, failures)
    if (unresolved.size > maxIndividual && failures < failuresBeforeFallback(error)) rejectAll(unresolved, error)
    return error.reason._tag === "Forbidden" && failures > 1 ? sources.disable(kind) : Effect.void
  }
  const tryList = (
    list: string,
    kind: Sources.Kind,
    unresolved: Unresolved,
    read: Effect.Effect<void, DigitalOceanError>
  ) =>
    Batcher.whileAnyWaiting(
      [...unresolved.values()].flatMap(({ waiters }) => waiters),
      read
    ).pipe(
      Effect.matchEffect({
        onSuccess: () => Effect.sync(() => void failureCounts.delete(list)),
        onFailure: (error) => onListFailure(list, kind, unresolved, error)
      })
    )

  const fetchEach = (unresolved: Unresolved) =>
    fetchIndividually(
      unresolved.values(),
      (pending) => {
        const preferResource = pending.pollVia === "resource" || failureCounts.has("account")
        const poll = sources.one(pending.id, resourceOf(pending.last), preferResource)
        return Effect.map(Batcher.whileAnyWaiting(pending.waiters, withTime(poll)), (found) => {
          if (Option.isNone(found)) return
          const [action, at] = found.value
          onActions([action], at)
          resolve(unresolved, pending, Exit.succeed(action))
        })
      },
      (pending, error) => resolve(unresolved, pending, Exit.fail(error))
    )

  const ofResource = (list: string, resource: Sources.Resource, group: Unresolved, waited: ReadonlyArray<number>) => {
    const reader = resources.get(list) ?? ListReader.make((page) => sources.ofResource(resource, page), isKept)
    resources.set(list, reader)
    const pages = Map.groupBy(reader.locate(waited).values(), (page) => page)
    const read = reader.read(group.keys(), {
      isWorthwhile: (ids, page) => ids.length > 1 || (pages.get(page)?.length ?? 0) > 1,
      onRows: (rows, at) => resolveFrom(group, rows, at)
    })
    return tryList(list, resource.kind, group, read)
  }

  const byResource = (unresolved: Unresolved) => {
    const waited = Map.groupBy(live.rows, ([, last]) => listOf(last))
    for (const list of resources.keys()) if (!waited.has(list)) resources.delete(list)
    const single: Unresolved = new Map()
    const groups: Array<readonly [list: string, group: Unresolved]> = []
    for (const [list, group] of groupsOf(unresolved)) {
      if (group.size > 1 || (waited.get(list)?.length ?? 0) > 1) groups.push([list, group])
      else for (const [id, pending] of group) single.set(id, pending)
    }
    const readGroup = Effect.fnUntraced(function* ([list, group]: readonly [string, Unresolved]) {
      const resource = resourceOf(first(group).last)
      if (resource !== undefined && (yield* sources.isAvailable(resource.kind))) {
        const ids = (waited.get(list) ?? []).map(([id]) => id)
        yield* ofResource(list, resource, group, ids)
      }
      yield* fetchEach(group)
    })
    const readGroups = Effect.forEach(groups, readGroup, { concurrency: maxIndividual })
    return Effect.all([fetchEach(single), readGroups], { concurrency: 2, discard: true })
  }

  /** Whether a page of the account's list takes fewer requests, or shows more waits, than what else there is. */
  const isWorthwhile = (unresolved: Unresolved) => {
    const waited = live.rows
    const located = account.locate(waited.map(([id]) => id))
    const onPage = Map.groupBy(waited, ([id]) => located.get(id))
    return (ids: ReadonlyArray<number>, page: number): boolean => {
      const due: Unresolved = new Map(ids.flatMap((id) => (unresolved.has(id) ? [[id, unresolved.get(id)!]] : [])))
      const groups = [...groupsOf(due)]
      const requests = groups.reduce((sum, [list, { size }]) => sum + (failureCounts.has(list) ? size : 1), 0)
      if (requests > 1) return true
      const shown = onPage.get(page) ?? []
      if ([...due.values()].some(({ pollVia }) => pollVia === "account")) return due.size > 1 || shown.length > 1
      return shown.some(([, last]) => listOf(last) !== groups[0]?.[0])
    }
  }

  const actions = Effect.fnUntraced(function* (unresolved: Unresolved) {
    const single: Unresolved = new Map()
    const listed: Unresolved = new Map()
    const rest: Unresolved = new Map()
    for (const [id, pending] of unresolved) {
      const group = pending.pollVia === "action" ? single : pending.pollVia === "resource" ? rest : listed
      group.set(id, pending)
    }
    const useAccount = listed.size > 0 && live.size > 1 && (yield* sources.isAvailable("account"))
    const isPageWorthwhile = isWorthwhile(listed)
    const pages = Map.groupBy(account.locate(listed.keys()), ([, page]) => page)
    const byAccount: Unresolved = new Map()
    for (const [page, located] of pages) {
      const ids = located.map(([id]) => id)
      if (useAccount && isPageWorthwhile(ids, page)) for (const id of ids) byAccount.set(id, listed.get(id)!)
    }
    // one request for the list of a resource resolves all of its actions, whatever their `pollVia`
    for (const [id, pending] of listed) if (!byAccount.has(id)) rest.set(id, pending)
    const read = account.read(byAccount.keys(), {
      isWorthwhile: isPageWorthwhile,
      onRows: (rows, at) => resolveFrom(byAccount, rows, at)
    })
    const readAccount = Effect.andThen(
      tryList("account", "account", byAccount, read),
      Effect.suspend(() => byResource(byAccount))
    )
    yield* Effect.all(
      [
        fetchEach(single),
        rest.size > 0 ? byResource(rest) : Effect.void,
        byAccount.size > 0 ? readAccount : Effect.void
      ],
      {
        concurrency: 3,
        discard: true
      }
    )
  })

  const ofImage: Resolver["ofImage"] = (image_id, waiters, unresolved) =>
    Effect.matchEffect(Batcher.whileAnyWaiting(waiters, withTime(sources.ofImage(image_id))), {
      onSuccess: (found) =>
        Effect.sync(() => {
          if (Option.isNone(found)) return
          const [page, at] = found.value
          failureCounts.delete(`image ${image_id}`)
          resolveFrom(unresolved, page.items, at)
          for (const waiter of waiters) waiter.complete(Exit.succeed(page))
        }),
      onFailure: (error) => {
        for (const waiter of waiters) waiter.complete(Exit.fail(error))
        return onListFailure(`image ${image_id}`, "image", unresolved, error)
      }
    })

  return { actions, ofImage, requestCount: () => countRequests(live, account) }
}

/** A page for all the waits on it, or a request for each action that the account's list does not contain. */
const countRequests = (live: LiveWaits<Action.Action>, account: ListReader.ListReader<Action.Action>): number => {
  const located = account.locate(live.ids)
  return Math.max(1, new Set(located.values()).size + live.size - located.size)
}

/**
 * The rows of a page without those that contradict what is known: an action never changes its resource or its type, and has
 * one state. Such an action is fetched individually.
 */
const consistent = (
  page: ReadonlyArray<Action.Action>,
  lastOf: (id: number) => Action.Action | undefined
): ReadonlyArray<Action.Action> => {
  const statuses = new Map<number, string>()
  const contradictory = new Set<number>()
  for (const { id, status } of page) {
    if ((statuses.get(id) ?? status) !== status) contradictory.add(id)
    statuses.set(id, status)
  }
  return page.filter((row) => {
    const last = lastOf(row.id)
    return !contradictory.has(row.id) && (last === undefined || isSameAction(row, last))
  })
}

const isSameAction = (a: Action.Action, b: Action.Action): boolean =>
  (["type", "resource_type", "resource_id"] as const).every((field) => !a[field] || !b[field] || a[field] === b[field])

/** Groups actions by their resource. An action whose resource is not known is a group of its own. */
const groupsOf = (unresolved: Unresolved): Map<string, Unresolved> => {
  const groups = new Map<string, Unresolved>()
  for (const pending of unresolved.values()) {
    const key = listOf(pending.last) ?? `action ${pending.id}`
    const group = groups.get(key) ?? new Map()
    groups.set(key, group.set(pending.id, pending))
  }
  return groups
}

/** Names the list of the actions of an action's resource. */
const listOf = (action: Action.Action | undefined): string | undefined => {
  const resource = resourceOf(action)
  return resource && `${resource.kind} ${resource.id}`
}

const first = <K, A>(map: ReadonlyMap<K, A>): A => map.values().next().value as A
