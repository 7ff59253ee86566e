import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Action from "../../Action.ts"
import type { DigitalOceanClient } from "../../DigitalOceanClient.ts"
import type { DigitalOceanError } from "../../DigitalOceanError.ts"
import type { Page } from "../../Page.ts"
import * as Routes from "./actionSources.ts"
import * as Search from "./pageSearch.ts"
import { few, isOfAll, patience, singly } from "./fetchIndividually.ts"
import * as Together from "./batcher.ts"

/** Which way a wait's polls go; documented at `Actions.Route`. */
export type PollStrategy = "action" | "resource" | "account"

type Waiter = Together.Waiter<Action.Action | Page<Action.Action>, DigitalOceanError>

/** An action that is asked for, by however many. */
export interface Wanted {
  readonly id: number
  readonly last: Action.Action | undefined
  readonly route: PollStrategy | undefined
  readonly asked: Array<Waiter>
}

/** Actions that are still to be answered, by their ids. Whoever answers one takes it out. */
export type Left = Map<number, Wanted>

/** Answers what is asked together with the fewest requests. */
export interface Resolver {
  readonly actions: (left: Left) => Effect.Effect<void>
  /** An image's actions for those who asked for them, and for all that are left of that image. */
  readonly ofImage: (image_id: number, asked: ReadonlyArray<Waiter>, left: Left) => Effect.Effect<void>
}

/**
 * Makes the resolver of a client; it tells every action it sees.
 *
 * One action is one GET. Actions of one image or Droplet are one list of it. Actions of more resources than the account's
 * list has pages of them are looked for there, and what it does not show is fetched alone. When a list fails, a few are
 * fetched alone at once; many take a failure that passes for their own until it failed three times in a row, or one bad
 * answer would let loose hundreds of requests.
 */
export const make = (
  client: DigitalOceanClient["Service"],
  see: (actions: ReadonlyArray<Action.Action>) => void
): Resolver => {
  const routes = Routes.make(client)
  const account = Search.make(routes.ofAccount, (action: Action.Action) => action.id)
  /** how often in a row lists failed that failed when they were last asked for */
  const failing = new Map<string, number>()
  /** actions that are older than what the account's list shows */
  const older = new Set<number>()

  const answer = (left: Left, wanted: Wanted, exit: Exit.Exit<Action.Action, DigitalOceanError>) => {
    left.delete(wanted.id)
    if (Exit.isSuccess(exit) && Action.isDone(exit.value)) older.delete(wanted.id)
    for (const one of wanted.asked) one.answer(exit)
  }
  const answerFrom = (left: Left, rows: ReadonlyArray<Action.Action>) => {
    see(rows)
    for (const row of rows) {
      const wanted = left.get(row.id)
      if (wanted !== undefined) answer(left, wanted, Exit.succeed(row))
    }
  }
  const refuse = (left: Left, error: DigitalOceanError) => {
    for (const wanted of [...left.values()]) answer(left, wanted, Exit.fail(error))
  }

  const failed = (list: string, kind: Routes.Kind, left: Left, error: DigitalOceanError) => {
    if (isOfAll(error)) return Effect.sync(() => refuse(left, error))
    const times = (failing.get(list) ?? 0) + 1
    if (failing.size > 10_000) failing.clear()
    failing.set(list, times)
    if (left.size > few && times < patience(error)) refuse(left, error)
    return error.reason._tag === "Forbidden" && times > 1 ? routes.close(kind) : Effect.void
  }
  const tryList = (list: string, kind: Routes.Kind, left: Left, look: Effect.Effect<void, DigitalOceanError>) =>
    Together.whileWanted(
      [...left.values()].flatMap(({ asked }) => asked),
      look
    ).pipe(
      Effect.matchEffect({
        onSuccess: () => Effect.sync(() => void failing.delete(list)),
        onFailure: (error) => failed(list, kind, left, error)
      })
    )

  const alone = (left: Left) =>
    singly(
      left.values(),
      (wanted) => {
        const viaResource = wanted.route === "resource" || failing.has("account")
        const poll = routes.one(wanted.id, Routes.resourceOf(wanted.last), viaResource)
        return Effect.map(Together.whileWanted(wanted.asked, poll), (found) => {
          if (Option.isNone(found)) return
          see([found.value])
          answer(left, wanted, Exit.succeed(found.value))
        })
      },
      (wanted, error) => answer(left, wanted, Exit.fail(error))
    )

  const byResource = (left: Left) => {
    const single: Left = new Map()
    const groups: Array<readonly [list: string, group: Left]> = []
    for (const [list, group] of groupsOf(left)) {
      if (group.size > 1) groups.push([list, group])
      else for (const [id, wanted] of group) single.set(id, wanted)
    }
    const together = Effect.fnUntraced(function* ([list, group]: readonly [string, Left]) {
      const resource = Routes.resourceOf(first(group).last)
      if (resource !== undefined && (yield* routes.isOpen(resource.kind))) {
        const page = Effect.map(routes.ofResource(resource), ({ items }) => answerFrom(group, items))
        yield* tryList(list, resource.kind, group, page)
      }
      yield* alone(group)
    })
    const all = Effect.forEach(groups, together, { concurrency: few })
    return Effect.all([alone(single), all], { concurrency: 2, discard: true })
  }

  const ofAccount = (left: Left) => {
    let oldest = Number.POSITIVE_INFINITY
    const look = account.find([...left.keys()], (rows) => {
      answerFrom(left, rows)
      for (const { started_at } of rows) oldest = Math.min(oldest, DateTime.toEpochMillis(started_at))
    })
    const note = Effect.sync(() => {
      if (older.size > 10_000) older.clear()
      for (const { id, last } of left.values()) {
        if (last !== undefined && DateTime.toEpochMillis(last.started_at) < oldest) older.add(id)
      }
    })
    return tryList("account", "account", left, Effect.andThen(look, note))
  }

  const actions = Effect.fnUntraced(function* (all: Left) {
    const single: Left = new Map()
    const listed: Left = new Map()
    const rest: Left = new Map()
    for (const [id, wanted] of all) {
      const to = wanted.route === "action" ? single : wanted.route === "resource" || older.has(id) ? rest : listed
      to.set(id, wanted)
    }
    const pages = Math.ceil(listed.size / Search.pageSize)
    // where a resource's list failed, its actions may have to be fetched alone
    const groups = [...groupsOf(listed)]
    const otherwise = groups.reduce((sum, [list, group]) => sum + (failing.has(list) ? group.size : 1), 0)
    const isCheaper = pages < otherwise
    const isChosen = listed.size > 1 && [...listed.values()].some(({ route }) => route === "account")
    const isLooked = (isCheaper || isChosen) && (yield* routes.isOpen("account"))
    // of one resource all are one list, whatever way each was to go
    if (!isLooked) for (const [id, wanted] of listed) rest.set(id, wanted)
    const byList = Effect.andThen(
      ofAccount(listed),
      Effect.suspend(() => byResource(listed))
    )
    yield* Effect.all([alone(single), byResource(rest), isLooked ? byList : Effect.void], {
      concurrency: 3,
      discard: true
    })
  })

  const ofImage: Resolver["ofImage"] = (image_id, asked, left) =>
    Effect.matchEffect(Together.whileWanted(asked, routes.ofImage(image_id)), {
      onSuccess: (page) =>
        Effect.sync(() => {
          if (Option.isNone(page)) return
          failing.delete(`image ${image_id}`)
          answerFrom(left, page.value.items)
          for (const one of asked) one.answer(Exit.succeed(page.value))
        }),
      onFailure: (error) => {
        for (const one of asked) one.answer(Exit.fail(error))
        return failed(`image ${image_id}`, "image", left, error)
      }
    })

  return { actions, ofImage }
}

/** Actions by the resource they work on; one whose resource is not known is a group by itself. */
const groupsOf = (left: Left): Map<string, Left> => {
  const groups = new Map<string, Left>()
  for (const wanted of left.values()) {
    const resource = Routes.resourceOf(wanted.last)
    const key = resource === undefined ? `action ${wanted.id}` : `${resource.kind} ${resource.id}`
    const group = groups.get(key) ?? new Map()
    groups.set(key, group.set(wanted.id, wanted))
  }
  return groups
}

const first = <K, A>(map: ReadonlyMap<K, A>): A => map.values().next().value as A
