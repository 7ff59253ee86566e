import type { Action, Image } from "../../DigitalOceanApi.ts"
import * as Seed from "../../Seed.ts"
import { type Account, type AccountOptions, found } from "./account.ts"
import { EventQueue } from "./eventQueue.ts"
import { Budget, type Limits } from "./budget.ts"
import type * as Order from "./order.ts"
import { notFound } from "./apiError.ts"

/** A pending offer of an image to another account. */
export interface Offer {
  readonly id: number
  readonly image_id: number
  readonly from: Account
  readonly recipient: string
}

/** Options of a world. Delays are in seconds, which `speed` divides. */
export interface WorldOptions {
  readonly accounts: ReadonlyArray<AccountOptions>
  readonly speed: number
  readonly limits: Limits
  /** from a change until it is visible */
  readonly readDelay: number
  /** from then until what an action has changed is visible */
  readonly statusDelay: number
  readonly order: Order.Order
  /** from the end of a snapshot's action until its image exists */
  readonly imageDelay: number
}

/**
 * All accounts, and the time. Nothing runs in the background: events that are due are executed, in their order, whenever
 * the world is used.
 */
export class World {
  accounts: ReadonlyArray<Account> = []
  readonly offers = new Map<number, Offer>()
  /** milliseconds since 1970 */
  now = 0
  /** when this world was first used, or reset */
  began = 0
  /** actions that never end by themselves */
  readonly stuck = new Set<number>()
  /** actions that are not visible */
  readonly hidden = new Set<number>()
  readonly imageDelay: number
  /** orders the listings */
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

  /** Creates all accounts again. Time does not go back, and no id is used twice. */
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

  /** Advances the time to `now`; the first call starts the world. */
  advance(now: number): void {
    if (this.accounts.length === 0) this.begin(now)
    for (let due = this.events.take(now); due !== undefined; due = this.events.take(now)) {
      this.now = Math.max(this.now, due.at)
      due.run()
    }
    this.now = Math.max(this.now, now)
  }

  /** Schedules an event after a number of seconds, which `speed` divides. */
  after(seconds: number, run: () => void): void {
    this.at(this.now + this.millis(seconds), run)
  }

  /** Schedules an event at a time, in milliseconds since 1970. */
  at(moment: number, run: () => void): void {
    this.events.add(moment, run)
  }

  /** The seconds since the start, multiplied by `speed`. */
  seconds(): number {
    return ((this.now - this.began) * this.options.speed) / 1000
  }

  /** Converts seconds, which `speed` divides, to milliseconds. */
  millis(seconds: number): number {
    return (seconds * 1000) / this.options.speed
  }

  /** Formats a time, by default the present one, as DigitalOcean does. */
  timestamp(moment = this.now): string {
    return Seed.timestamp(moment)
  }

  /** The requests of a token. */
  budget(token: string): Budget {
    const budget = this.budgets.get(token) ?? new Budget(this.options.limits, this.options.speed)
    this.budgets.set(token, budget)
    return budget
  }

  /** Returns an id that no image has. */
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

  /** Changes an image, if it still exists. */
  change(account: Account, id: number, change: (image: Image) => Partial<Image>): boolean {
    const image = account.images.get(id)
    if (image === undefined) return false
    account.images.set(id, { ...image, ...change(image) })
    return true
  }

  /** Removes an image from its account, with its pending offers. */
  remove(account: Account, id: number): void {
    account.images.delete(id)
    for (const offer of this.offers.values()) if (offer.image_id === id) this.offers.delete(offer.id)
  }

  /** Adds a number of snapshots before the newest image, or removes images from there if it is negative. */
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

  /** Starts an action that ends after a number of seconds; it errors if `work` returns false. */
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

  /** Makes an action invisible after a number of seconds; it still takes effect. */
  hide(id: number, seconds: number): void {
    if (seconds === 0) this.hidden.add(id)
    else this.after(seconds, () => void this.hidden.add(id))
  }

  /** Returns the visible actions, newest first. */
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
