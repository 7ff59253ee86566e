import type { Action, Image, Snapshot } from "../DigitalOceanApi.ts"
import * as Seed from "../Seed.ts"
import { Agenda } from "./agenda.ts"
import { Budget, type Limits } from "./budget.ts"
import { notFound } from "./refusal.ts"

/** One account: who may use it, and what it holds. */
export interface Account {
  readonly name: string
  readonly email: string
  readonly uuid: string
  /** null: any token is this account's */
  readonly token: string | null
  /** what the token may do; null: everything */
  readonly scopes: ReadonlySet<string> | null
  /** an offer to this account is accepted at once */
  readonly autoAccept: boolean
  /** about from the oldest to the newest */
  readonly images: Map<number, Image>
  /** from the oldest to the newest */
  readonly actions: Map<number, Action>
  readonly droplets: Map<number, Machine>
  /** which Droplet an image was made of, where one is known */
  readonly sources: Map<number, number>
  readonly tags: Set<string>
  readonly volumes: ReadonlyMap<string, Seed.Volume>
  readonly volumeSnapshots: Map<string, Snapshot>
}

/** A Droplet as the account keeps it; `droplets.ts` writes it out. */
export interface Machine {
  readonly id: number
  readonly name: string
  readonly status: "new" | "active" | "off"
  readonly created_at: string
  readonly size: string
  readonly region: string
  readonly image: Image
  readonly tags: ReadonlyArray<string>
  readonly policy: Seed.Policy | null
}

/** An offer that nobody has accepted, declined or cancelled. */
export interface Offer {
  readonly id: number
  readonly image_id: number
  readonly from: Account
  readonly recipient: string
}

/** What an account is made of. */
export interface AccountOptions {
  readonly name: string
  readonly email?: string | undefined
  readonly uuid?: string | undefined
  readonly token?: string | undefined
  readonly seed?: Seed.Seed | undefined
  readonly scopes?: ReadonlyArray<string> | undefined
  readonly autoAccept?: boolean | undefined
}

/**
 * All accounts, and the time. Nothing runs by itself: what has come due is done, in the order it came due, when the
 * world is looked at.
 */
export class World {
  accounts: ReadonlyArray<Account>
  readonly offers = new Map<number, Offer>()
  /** milliseconds since 1970 */
  now: number
  private began: number
  /** actions that never end by themselves */
  readonly stuck = new Set<number>()
  /** actions that nobody can read */
  readonly hidden = new Set<number>()
  private readonly options: ReadonlyArray<AccountOptions>
  private readonly speed: number
  private readonly limits: Limits
  private readonly agenda = new Agenda()
  private readonly budgets = new Map<string, Budget>()
  private lastImageId = 210_000_000
  private lastActionId = 3_200_000_000
  private lastOfferId = 40_000
  private lastDropletId = 520_000_000

  constructor(accounts: ReadonlyArray<AccountOptions>, speed: number, limits: Limits, now: number) {
    if (!(speed > 0)) throw new Error(`Expected a speed above 0, got ${speed}`)
    refuseTwins(accounts)
    this.options = accounts
    this.speed = speed
    this.limits = limits
    this.now = now
    this.began = now
    this.accounts = accounts.map(found)
  }

  /** Makes all accounts anew. Time does not go back, and no id is given twice. */
  reset(): void {
    this.accounts = this.options.map(found)
    this.began = this.now
    this.offers.clear()
    this.stuck.clear()
    this.hidden.clear()
    this.agenda.clear()
    this.budgets.clear()
  }

  /** Lets time pass up to `now`. */
  advance(now: number): void {
    for (let due = this.agenda.take(now); due !== undefined; due = this.agenda.take(now)) {
      this.now = Math.max(this.now, due.at)
      due.run()
    }
    this.now = Math.max(this.now, now)
  }

  /** Does something after so many seconds of DigitalOcean's time. */
  after(seconds: number, run: () => void): void {
    this.agenda.add(this.now + this.millis(seconds), run)
  }

  /** DigitalOcean's seconds since the beginning. */
  seconds(): number {
    return ((this.now - this.began) * this.speed) / 1000
  }

  /** How many milliseconds so many seconds of DigitalOcean's time are. */
  millis(seconds: number): number {
    return (seconds * 1000) / this.speed
  }

  /** The present moment as DigitalOcean writes it. */
  timestamp(): string {
    return `${new Date(this.now).toISOString().slice(0, 19)}Z`
  }

  /** The requests of a token. */
  budget(token: string): Budget {
    const budget = this.budgets.get(token) ?? new Budget(this.limits, this.speed)
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

  nextOfferId(): number {
    this.lastOfferId += 1
    return this.lastOfferId
  }

  /** An image of the account or a public one. */
  image(account: Account, id: number): Image {
    const image = account.images.get(id) ?? Seed.publicImages.find((image) => image.id === id)
    if (image === undefined) throw notFound()
    return image
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

  /** Begins an action that ends after so many seconds; it errors when its work answers false. */
  begin(
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

  /** What is being done to a resource. */
  pending(account: Account, resource_type: string, resource_id: number): ReadonlyArray<Action> {
    return [...account.actions.values()].filter(
      (action) =>
        action.status === "in-progress" && action.resource_type === resource_type && action.resource_id === resource_id
    )
  }

  /** Lets an action be read no more, after so many seconds; its work goes on. */
  hide(id: number, seconds: number): void {
    if (seconds === 0) this.hidden.add(id)
    else this.after(seconds, () => void this.hidden.add(id))
  }

  /** What can be read of an account's actions, from the oldest to the newest. */
  actions(account: Account): ReadonlyArray<Action> {
    return [...account.actions.values()].filter(({ id }) => !this.hidden.has(id))
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

const found = (options: AccountOptions, i: number): Account => {
  const seed = options.seed ?? Seed.demo
  const images = seed.images.map(Seed.image)
  images.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id - b.id))
  return {
    name: options.name,
    email: options.email ?? `${options.name}@example.com`,
    uuid: options.uuid ?? `00000000-0000-4000-8000-${String(i + 1).padStart(12, "0")}`,
    token: options.token ?? null,
    scopes: options.scopes === undefined ? null : new Set(options.scopes),
    autoAccept: options.autoAccept ?? false,
    images: new Map(images.map((image) => [image.id, image])),
    actions: new Map(),
    droplets: new Map((seed.droplets ?? []).map((droplet) => [droplet.id, machine(droplet)])),
    sources: new Map((seed.droplets ?? []).flatMap(({ id, images = [] }) => images.map((image) => [image, id]))),
    tags: new Set(images.flatMap(({ tags }) => tags ?? [])),
    volumes: new Map((seed.volumes ?? []).map((volume) => [volume.id, volume])),
    volumeSnapshots: new Map()
  }
}

const machine = (seed: Seed.DropletSeed): Machine => ({
  status: "active",
  created_at: "2026-01-01T00:00:00Z",
  size: "s-1vcpu-1gb",
  region: "nyc3",
  image: Seed.publicImages[0]!,
  tags: [],
  policy: null,
  ...seed
})

const refuseTwins = (accounts: ReadonlyArray<AccountOptions>): void => {
  const first = new Set<string>()
  for (const { name, token } of accounts) {
    if (first.has(`name ${name}`)) throw new Error(`Expected one account named ${name}`)
    if (first.has(`token ${token}`)) throw new Error(`Expected account ${name} to have a token of its own`)
    first.add(`name ${name}`).add(`token ${token}`)
  }
}
