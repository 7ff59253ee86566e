import type { Action, Image } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import { type Account, type AccountOptions, found } from "./account.ts"
import { EventQueue } from "./eventQueue.ts"
import { Budget, type Limits } from "./budget.ts"
import type * as Order from "./order.ts"
import { notFound } from "./apiError.ts"

/** An offer that nobody has accepted, declined or cancelled. */
export interface Offer {
  readonly id: number
  readonly image_id: number
  readonly from: Account
  readonly recipient: string
}

/** What a world is like. Delays are in seconds of DigitalOcean's time. */
export interface WorldOptions {
  readonly accounts: ReadonlyArray<AccountOptions>
  readonly speed: number
  readonly limits: Limits
  /** from a change until it can be read */
  readonly readDelay: number
  /** from then until what an action has changed can be read */
  readonly statusDelay: number
  readonly order: Order.Order
  /** from the end of a snapshot's action until there is its image */
  readonly imageDelay: number
}

/**
 * All accounts, and the time. Nothing runs by itself: what has come due is done, in the order it came due, when the
 * world is looked at.
 */
export class World {
  accounts: ReadonlyArray<Account> = []
  readonly offers = new Map<number, Offer>()
  /** milliseconds since 1970 */
  now = 0
  /** when this world was looked at first, or reset */
  began = 0
  /** actions that never end by themselves */
  readonly stuck = new Set<number>()
  /** actions that nobody can read */
  readonly hidden = new Set<number>()
  readonly imageDelay: number
  /** puts listings of what comes and goes in their order */
  readonly order: Order.Order
  private readonly options: WorldOptions
  private readonly onFound: (accounts: ReadonlyArray<Account>) => void
  private readonly events = new EventQueue()
  private readonly budgets = new Map<string, Budget>()
  private lastImageId = 210_000_000
  private lastActionId = 3_200_000_000
  private lastOfferId = 40_000
  private lastDropletId = 520_000_000
  private lastSnapshotId = 0
  private lastKeyId = 512_000
  private lastPoolId = 0
  private lastPoolEventId = 0

  constructor(options: WorldOptions, onFound: (accounts: ReadonlyArray<Account>) => void) {
    this.options = options
    this.imageDelay = options.imageDelay
    this.order = options.order
    this.onFound = onFound
  }

  /** Makes all accounts anew. Time does not go back, and no id is given twice. */
  reset(): void {
    this.offers.clear()
    this.stuck.clear()
    this.hidden.clear()
    this.events.clear()
    this.budgets.clear()
    this.begin(this.now)
  }

  private begin(now: number): void {
    const { accounts, readDelay, statusDelay } = this.options
    const after = (seconds: number) => (run: () => void) => (seconds > 0 ? this.after(seconds, run) : run())
    const delays = { change: after(readDelay), status: after(readDelay + statusDelay) }
    const isDelayed = readDelay > 0 || statusDelay > 0
    this.now = now
    this.began = now
    this.accounts = accounts.map((options, i) => found(options, i, now, isDelayed ? delays : undefined))
    this.onFound(this.accounts)
  }

  /** Lets time pass up to `now`; when a world is looked at first, it begins. */
  advance(now: number): void {
    if (this.accounts.length === 0) this.begin(now)
    for (let due = this.events.take(now); due !== undefined; due = this.events.take(now)) {
      this.now = Math.max(this.now, due.at)
      due.run()
    }
    this.now = Math.max(this.now, now)
  }

  /** Does something after so many seconds of DigitalOcean's time. */
  after(seconds: number, run: () => void): void {
    this.at(this.now + this.millis(seconds), run)
  }

  /** Does something at a moment, in milliseconds since 1970. */
  at(moment: number, run: () => void): void {
    this.events.add(moment, run)
  }

  /** DigitalOcean's seconds since the beginning. */
  seconds(): number {
    return ((this.now - this.began) * this.options.speed) / 1000
  }

  /** How many milliseconds so many seconds of DigitalOcean's time are. */
  millis(seconds: number): number {
    return (seconds * 1000) / this.options.speed
  }

  /** A moment as DigitalOcean writes it, by default the present one. */
  timestamp(moment = this.now): string {
    return Seed.timestamp(moment)
  }

  /** The requests of a token. */
  budget(token: string): Budget {
    const budget = this.budgets.get(token) ?? new Budget(this.options.limits, this.options.speed)
    this.budgets.set(token, budget)
    return budget
  }

  /** An id that no image has, whoever put them there. */
  nextImageId(): number {
    do this.lastImageId += 1
    while (this.accounts.some(({ images }) => images.has(this.lastImageId)))
    return this.lastImageId
  }

  nextDropletId(): number {
    this.lastDropletId += 1
    return this.lastDropletId
  }

  /** The UUID of a volume's snapshot. */
  nextSnapshotId(): string {
    this.lastSnapshotId += 1
    return `fbe805e8-866b-11e6-96bf-${String(this.lastSnapshotId).padStart(12, "0")}`
  }

  nextKeyId(): number {
    this.lastKeyId += 1
    return this.lastKeyId
  }

  /** The UUID of an autoscale pool. */
  nextPoolId(): string {
    this.lastPoolId += 1
    return `0d3db13e-a604-4944-9827-${String(this.lastPoolId).padStart(12, "0")}`
  }

  /** The UUID of a change of an autoscale pool. */
  nextPoolEventId(): string {
    this.lastPoolEventId += 1
    return `01936530-4471-7b86-9634-${String(this.lastPoolEventId).padStart(12, "0")}`
  }

  nextOfferId(): number {
    this.lastOfferId += 1
    return this.lastOfferId
  }

  /** Changes an image, if it is still there. */
  change(account: Account, id: number, change: (image: Image) => Partial<Image>): boolean {
    const image = account.images.get(id)
    if (image === undefined) return false
    account.images.set(id, { ...image, ...change(image) })
    return true
  }

  /** Takes an image out of its account, and with it what was offered of it. */
  remove(account: Account, id: number): void {
    account.images.delete(id)
    for (const offer of this.offers.values()) if (offer.image_id === id) this.offers.delete(offer.id)
  }

  /** Adds so many snapshots before the newest image, or takes so many images away from there. */
  shift(account: Account, rows: number): void {
    for (const { id } of account.images.newestFirst().slice(0, Math.max(0, -rows))) this.remove(account, id)
    const [newest] = account.images.newestFirst()
    const now = this.timestamp()
    const created_at = newest !== undefined && newest.created_at > now ? newest.created_at : now
    for (let i = 0; i < rows; i++) {
      const id = this.nextImageId()
      account.images.set(id, Seed.image({ id, name: `arrived-${id}`, created_at }))
    }
  }

  /** Begins an action that ends after so many seconds; it errors when its work answers false. */
  act(
    account: Account,
    fields: Pick<Action, "type" | "region_slug" | "resource_id" | "resource_type">,
    seconds: number,
    work: (action: Action) => boolean
  ): Action {
    this.lastActionId += 1
    const action: Action = {
      id: this.lastActionId,
      status: "in-progress",
      started_at: this.timestamp(),
      completed_at: null,
      ...fields,
      region: fields.region_slug == null ? null : Seed.region(fields.region_slug)
    }
    account.actions.set(action.id, action)
    this.after(seconds, () => {
      if (account.actions.get(action.id)?.status !== "in-progress" || this.stuck.has(action.id)) return
      this.end(account, action.id, work(action) ? "completed" : "errored")
    })
    return action
  }

  /** Lets an action be read no more, after so many seconds; its work goes on. */
  hide(id: number, seconds: number): void {
    if (seconds === 0) this.hidden.add(id)
    else this.after(seconds, () => void this.hidden.add(id))
  }

  /** What can be read of actions, newest first. */
  readable(oldestFirst: Iterable<Action>): ReadonlyArray<Action> {
    const all = [...oldestFirst].reverse()
    return this.hidden.size === 0 ? all : all.filter(({ id }) => !this.hidden.has(id))
  }

  action(account: Account, id: number): Action {
    const action = account.actions.get(id)
    if (action === undefined || this.hidden.has(id)) throw notFound()
    return action
  }

  /** Ends an action now. */
  end(account: Account, id: number, status: "completed" | "errored"): void {
    const action = account.actions.get(id)
    if (action === undefined) throw notFound()
    account.actions.set(id, { ...action, status, completed_at: this.timestamp() })
  }
}
