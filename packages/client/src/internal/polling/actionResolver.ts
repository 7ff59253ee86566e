import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import * as Sources from "./actionSources.ts"
import * as Search from "./pageSearch.ts"
import { affectsToken, failuresBeforeFallback, fetchIndividually, maxIndividual } from "./fetchIndividually.ts"
import * as Batcher from "./batcher.ts"

/** The endpoint that a wait polls; documented at `Actions.Route`. */
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
}

/**
 * Creates the resolver of a client. It calls `onActions` with every action that it receives.
 *
 * A single action is fetched with a GET. Several actions of one image or Droplet are read from its list. Actions of
 * more resources than the account's list needs pages are searched in that list, and fetched individually if they are
 * not found. When a list fails, a small batch is fetched individually. A large batch fails with a transient failure,
 * until the list has failed three times in a row: otherwise a single failed response would trigger hundreds of
 * requests.
 */
export const make = (
  client: DigitalOceanClient["Service"],
  onActions: (actions: ReadonlyArray<Action.Action>) => void
): Resolver => {
  const sources = Sources.make(client)
  const account = Search.make(sources.ofAccount, (action: Action.Action) => action.id)
  /** how often in a row a list failed, for lists whose latest request failed */
  const failureCounts = new Map<string, number>()
  /** actions that are older than those on the pages that a search reads */
  const notOnFirstPages = new Set<number>()

  const resolve = (
    unresolved: Unresolved,
    pending: PendingAction,
    exit: Exit.Exit<Action.Action, DigitalOceanError>
  ) => {
    unresolved.delete(pending.id)
    if (Exit.isSuccess(exit) && Action.isDone(exit.value)) notOnFirstPages.delete(pending.id)
    for (const waiter of pending.waiters) waiter.complete(exit)
  }
  const resolveFrom = (unresolved: Unresolved, rows: ReadonlyArray<Action.Action>) => {
    onActions(rows)
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
        const poll = sources.one(pending.id, Sources.resourceOf(pending.last), preferResource)
        return Effect.map(Batcher.whileAnyWaiting(pending.waiters, poll), (found) => {
          if (Option.isNone(found)) return
          onActions([found.value])
          resolve(unresolved, pending, Exit.succeed(found.value))
        })
      },
      (pending, error) => resolve(unresolved, pending, Exit.fail(error))
    )

  const byResource = (unresolved: Unresolved) => {
    const single: Unresolved = new Map()
    const groups: Array<readonly [list: string, group: Unresolved]> = []
    for (const [list, group] of groupsOf(unresolved)) {
      if (group.size > 1) groups.push([list, group])
      else for (const [id, pending] of group) single.set(id, pending)
    }
    const readGroup = Effect.fnUntraced(function* ([list, group]: readonly [string, Unresolved]) {
      const resource = Sources.resourceOf(first(group).last)
      if (resource !== undefined && (yield* sources.isAvailable(resource.kind))) {
        const read = Effect.map(sources.ofResource(resource), ({ items }) => resolveFrom(group, items))
        yield* tryList(list, resource.kind, group, read)
      }
      yield* fetchEach(group)
    })
    const readGroups = Effect.forEach(groups, readGroup, { concurrency: maxIndividual })
    return Effect.all([fetchEach(single), readGroups], { concurrency: 2, discard: true })
  }

  const ofAccount = (unresolved: Unresolved) => {
    let oldest = Number.POSITIVE_INFINITY
    const search = account.find([...unresolved.keys()], (rows) => {
      resolveFrom(unresolved, rows)
      for (const { started_at } of rows) oldest = Math.min(oldest, DateTime.toEpochMillis(started_at))
    })
    const rememberOlder = Effect.sync(() => {
      if (notOnFirstPages.size > 10_000) notOnFirstPages.clear()
      for (const { id, last } of unresolved.values()) {
        if (last !== undefined && DateTime.toEpochMillis(last.started_at) < oldest) notOnFirstPages.add(id)
      }
    })
    return tryList("account", "account", unresolved, Effect.andThen(search, rememberOlder))
  }

  const actions = Effect.fnUntraced(function* (unresolved: Unresolved) {
    const single: Unresolved = new Map()
    const listed: Unresolved = new Map()
    const rest: Unresolved = new Map()
    for (const [id, pending] of unresolved) {
      const isOfResource = pending.pollVia === "resource" || notOnFirstPages.has(id)
      const group = pending.pollVia === "action" ? single : isOfResource ? rest : listed
      group.set(id, pending)
    }
    const pages = Math.ceil(listed.size / Search.pageSize)
    // if the list of a resource failed, its actions may have to be fetched individually
    const groups = [...groupsOf(listed)]
    const otherwise = groups.reduce((sum, [list, group]) => sum + (failureCounts.has(list) ? group.size : 1), 0)
    const isCheaper = pages < otherwise
    const isChosen = listed.size > 1 && [...listed.values()].some(({ pollVia }) => pollVia === "account")
    const useAccount = (isCheaper || isChosen) && (yield* sources.isAvailable("account"))
    // one request for the list of a resource resolves all of its actions, whatever their `pollVia`
    if (!useAccount) for (const [id, pending] of listed) rest.set(id, pending)
    const byAccount = Effect.andThen(
      ofAccount(listed),
      Effect.suspend(() => byResource(listed))
    )
    yield* Effect.all([fetchEach(single), byResource(rest), useAccount ? byAccount : Effect.void], {
      concurrency: 3,
      discard: true
    })
  })

  const ofImage: Resolver["ofImage"] = (image_id, waiters, unresolved) =>
    Effect.matchEffect(Batcher.whileAnyWaiting(waiters, sources.ofImage(image_id)), {
      onSuccess: (page) =>
        Effect.sync(() => {
          if (Option.isNone(page)) return
          failureCounts.delete(`image ${image_id}`)
          resolveFrom(unresolved, page.value.items)
          for (const waiter of waiters) waiter.complete(Exit.succeed(page.value))
        }),
      onFailure: (error) => {
        for (const waiter of waiters) waiter.complete(Exit.fail(error))
        return onListFailure(`image ${image_id}`, "image", unresolved, error)
      }
    })

  return { actions, ofImage }
}

/** Groups actions by their resource. An action whose resource is not known is a group of its own. */
const groupsOf = (unresolved: Unresolved): Map<string, Unresolved> => {
  const groups = new Map<string, Unresolved>()
  for (const pending of unresolved.values()) {
    const resource = Sources.resourceOf(pending.last)
    const key = resource === undefined ? `action ${pending.id}` : `${resource.kind} ${resource.id}`
    const group = groups.get(key) ?? new Map()
    groups.set(key, group.set(pending.id, pending))
  }
  return groups
}

const first = <K, A>(map: ReadonlyMap<K, A>): A => map.values().next().value as A
