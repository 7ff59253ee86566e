import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Action from "../../Action.ts"
import type { Page } from "../../Page.ts"
import * as ListReader from "../paging/listReader.ts"
import { withTime } from "../rateLimit/monotonic.ts"
import type * as Sources from "./actionSources.ts"
import { resourceOf } from "./actionSources.ts"
import type { LiveWaits } from "./liveWaits.ts"
import * as RowResolver from "./rowResolver.ts"

/** Requested actions that are not resolved, by id. Resolving an action removes it. */
export type Unresolved = RowResolver.Unresolved<Action.Action>

/** Resolves a batch of requested actions with as few requests as possible. */
export interface Resolver {
  readonly actions: (unresolved: Unresolved) => Effect.Effect<void>
  /** Reads the actions of an image for the waiters, and resolves the requested actions of that image with them. */
  readonly ofImage: (
    image_id: number,
    waiters: ReadonlyArray<RowResolver.Request<Page<Action.Action>>>,
    unresolved: Unresolved
  ) => Effect.Effect<void>
  /** how many requests it takes to poll all waits in progress; `now` is the monotonic time in milliseconds */
  readonly requestCount: (now: number) => number
}

/**
 * Creates the resolver of a client. It calls `onActions` with all actions of every response, and
 * with the monotonic time, in milliseconds, at which it was requested.
 *
 * Requested actions on one page of the account's list are read with that page, if they are of several resources, or if it
 * contains other actions that are waited for. Several actions of one image or Droplet are read from its list. Any other
 * action is fetched with a GET, as are those that a list did not contain.
 */
export const make = (
  sources: Sources.ActionSources,
  live: LiveWaits<Action.Action>,
  onActions: (actions: ReadonlyArray<Action.Action>, at: number) => void
): Resolver => {
  const isKept = (id: number) => live.has(id)
  const account = ListReader.make("Actions.list", sources.ofAccount, isKept)
  const resources = new Map<string, ListReader.ListReader<Action.Action>>()
  const rows = RowResolver.make(onActions, (page) =>
    // an action that contradicts what is known of it is fetched individually
    page.filter((row) => {
      const last = live.last(row.id)
      return last === undefined || isSameAction(row, last)
    })
  )

  const fetchEach = (unresolved: Unresolved) =>
    rows.fetchEach(unresolved, (id, pollVia) =>
      sources.one(id, resourceOf(live.last(id)), pollVia === "resource" || rows.isFailing("account"))
    )

  /** Groups actions by the list of their resource. An action whose resource is not known is a group of its own. */
  const groupsOf = (ids: Iterable<number>): Map<string, Array<number>> =>
    Map.groupBy(ids, (id) => listOf(live.last(id)) ?? `action ${id}`)

  const byResource = (unresolved: Unresolved) =>
    Effect.suspend(() => {
      if (unresolved.size === 0) return Effect.void
      const waited = groupsOf(live.ids)
      for (const list of resources.keys()) if (!waited.has(list)) resources.delete(list)
      const single: Array<number> = []
      const groups: Array<readonly [list: string, ids: ReadonlyArray<number>, waited: ReadonlyArray<number>]> = []
      for (const [list, ids] of groupsOf(unresolved.keys())) {
        const shown = waited.get(list) ?? []
        if (ids.length > 1 || shown.length > 1) groups.push([list, ids, shown])
        else single.push(...ids)
      }
      const readGroup = Effect.fnUntraced(function* ([list, ids, shown]: (typeof groups)[number]) {
        const group = pick(unresolved, ids)
        const resource = resourceOf(live.last(ids[0]!))
        if (resource !== undefined && (yield* sources.isAvailable(resource.kind))) {
          const reader =
            resources.get(list) ??
            ListReader.make("Actions.await", (page) => sources.ofResource(resource, page), isKept)
          resources.set(list, reader)
          yield* rows.readPages(
            list,
            group,
            reader,
            RowResolver.isShared(reader, shown),
            sources.disable(resource.kind)
          )
        }
        yield* fetchEach(group)
      })
      const readGroups = Effect.forEach(groups, readGroup, { concurrency: ListReader.maxIndividual })
      return inParallel([fetchEach(pick(unresolved, single)), readGroups])
    })

  /** Whether a page of the account's list takes fewer requests, or shows more waits, than what else there is. */
  const isWorthwhile = (unresolved: Unresolved) => {
    const shown = account.pagesOf(live.ids)
    return (ids: ReadonlyArray<number>, page: number): boolean => {
      const lists = [...groupsOf(ids)]
      const requests = lists.reduce((sum, [list, { length }]) => sum + (rows.isFailing(list) ? length : 1), 0)
      if (requests > 1) return true
      const onPage = shown.get(page) ?? []
      if (ids.some((id) => viaOf(unresolved, id) === "account")) return ids.length > 1 || onPage.length > 1
      return onPage.some((id) => listOf(live.last(id)) !== lists[0]?.[0])
    }
  }

  const actions = Effect.fnUntraced(function* (unresolved: Unresolved) {
    const idsVia = (...strategies: ReadonlyArray<RowResolver.PollStrategy | undefined>) =>
      [...unresolved.keys()].filter((id) => strategies.includes(viaOf(unresolved, id)))
    const listed = idsVia("account", undefined)
    const useAccount = listed.length > 0 && live.size > 1 && (yield* sources.isAvailable("account"))
    const isPageWorthwhile = useAccount ? isWorthwhile(unresolved) : () => false
    const byAccount = pick(
      unresolved,
      [...account.pagesOf(listed)].flatMap(([page, ids]) => (isPageWorthwhile(ids, page) ? ids : []))
    )
    // one request for the list of a resource resolves all of its actions, whatever their `pollVia`
    const rest = pick(unresolved, [...idsVia("resource"), ...listed.filter((id) => !byAccount.has(id))])
    const readAccount = rows.readPages("account", byAccount, account, isPageWorthwhile, sources.disable("account"))
    yield* inParallel([
      fetchEach(pick(unresolved, idsVia("action"))),
      byResource(rest),
      Effect.andThen(readAccount, byResource(byAccount))
    ])
  })

  const ofImage: Resolver["ofImage"] = (image_id, waiters, unresolved) => {
    const read = Effect.map(withTime(sources.ofImage(image_id)), ([page, at]) => {
      rows.receive(unresolved, page.items, at)
      for (const waiter of waiters) waiter.complete(Exit.succeed(page))
    })
    return rows.read(`image ${image_id}`, unresolved, read, sources.disable("image"), waiters)
  }

  const requestCount: Resolver["requestCount"] = (now) => {
    const usesAccount = sources.isOpen("account", now) && !rows.isGivenUp("account")
    const routes = Map.groupBy(live.ids, (id) => {
      const via = live.viaOf(id)
      return via === "action" || usesAccount ? via : "resource"
    })
    const ofResources = [...groupsOf(routes.get("resource") ?? [])]
    const listed = [...(routes.get("account") ?? []), ...(routes.get(undefined) ?? [])]
    return (
      (routes.get("action") ?? []).length +
      ofResources.reduce((sum, [list, { length }]) => sum + (rows.isGivenUp(list) ? length : 1), 0) +
      account.countRequests(listed)
    )
  }

  return { actions, ofImage, requestCount }
}

/** Whether a row can be the state of an action that is known: an action keeps its type, its resource and its start. */
const isSameAction = (a: Action.Action, b: Action.Action): boolean =>
  (["type", "resource_type", "resource_id"] as const).every(
    (field) => !a[field] || !b[field] || a[field] === b[field]
  ) && DateTime.toEpochMillis(a.started_at) === DateTime.toEpochMillis(b.started_at)

const inParallel = (effects: ReadonlyArray<Effect.Effect<unknown>>): Effect.Effect<void> =>
  Effect.forEach(effects, (effect) => effect, { concurrency: "unbounded", discard: true })

const pick = (unresolved: Unresolved, ids: Iterable<number>): Unresolved =>
  new Map(Array.from(ids, (id) => [id, unresolved.get(id)!]))

const viaOf = (unresolved: Unresolved, id: number): RowResolver.PollStrategy | undefined =>
  unresolved.get(id)?.[0]?.input.pollVia

/** Names the list of the actions of an action's resource. */
const listOf = (action: Action.Action | undefined): string | undefined => {
  const resource = resourceOf(action)
  return resource && `${resource.kind} ${resource.id}`
}
