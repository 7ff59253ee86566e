import type { Action, Image } from "../DigitalOceanApi.ts"
import * as Seed from "../Seed.ts"
import { notFound } from "./refusal.ts"

/** One account: who may use it, and what it holds. */
export interface Account {
  readonly name: string
  readonly email: string
  readonly uuid: string
  /** null: any token is this account's */
  readonly token: string | null
  /** an offer to this account is accepted at once */
  readonly autoAccept: boolean
  readonly images: Map<number, Image>
  /** oldest first */
  readonly actions: Array<Action>
  /** when each request of the last hour was made, in milliseconds, oldest first */
  readonly requests: Array<number>
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
  readonly autoAccept?: boolean | undefined
}

interface Event {
  readonly at: number
  readonly run: () => void
}

/**
 * All accounts, and the time. Nothing runs by itself: what has come due is done, in the order it came due, when the
 * world is looked at.
 */
export class World {
  readonly accounts: ReadonlyArray<Account>
  readonly offers = new Map<number, Offer>()
  /** milliseconds since 1970 */
  now = 0
  private readonly speed: number
  private events: Array<Event> = []
  private lastImageId = 210_000_000
  private lastActionId = 3_200_000_000
  private lastOfferId = 40_000

  constructor(accounts: ReadonlyArray<AccountOptions>, speed: number) {
    this.speed = speed
    this.accounts = accounts.map((options, i) => ({
      name: options.name,
      email: options.email ?? `${options.name}@example.com`,
      uuid: options.uuid ?? `00000000-0000-4000-8000-${String(i + 1).padStart(12, "0")}`,
      token: options.token ?? null,
      autoAccept: options.autoAccept ?? false,
      images: new Map((options.seed ?? Seed.demo).images.map((seed) => [seed.id, Seed.image(seed)])),
      actions: [],
      requests: []
    }))
  }

  /** Lets time pass up to `now`. */
  advance(now: number): void {
    for (;;) {
      const due = this.events.reduce<Event | undefined>(
        (first, event) => (event.at <= now && (first === undefined || event.at < first.at) ? event : first),
        undefined
      )
      if (due === undefined) break
      this.events = this.events.filter((event) => event !== due)
      this.now = Math.max(this.now, due.at)
      due.run()
    }
    this.now = Math.max(this.now, now)
  }

  /** Does something after so many seconds of DigitalOcean's time. */
  after(seconds: number, run: () => void): void {
    this.events.push({ at: this.now + (seconds * 1000) / this.speed, run })
  }

  /** The present moment as DigitalOcean writes it. */
  timestamp(): string {
    return `${new Date(this.now).toISOString().slice(0, 19)}Z`
  }

  nextImageId(): number {
    this.lastImageId += 1
    return this.lastImageId
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

  /** Begins an action on an image that ends after so many seconds; without the image it errors. */
  begin(
    account: Account,
    image: Image,
    fields: Pick<Action, "type" | "region_slug">,
    seconds: number,
    effect: (image: Image) => Partial<Image>
  ): Action {
    this.lastActionId += 1
    const action: Action = {
      id: this.lastActionId,
      status: "in-progress",
      started_at: this.timestamp(),
      completed_at: null,
      resource_id: image.id,
      resource_type: "image",
      ...fields,
      region: fields.region_slug == null ? null : region(fields.region_slug)
    }
    account.actions.push(action)
    this.after(seconds, () => {
      if (this.action(account, action.id).status !== "in-progress") return
      const status = this.change(account, image.id, effect) ? "completed" : "errored"
      this.setAction(account, action.id, { status })
    })
    return action
  }

  action(account: Account, id: number): Action {
    const action = account.actions.find((action) => action.id === id)
    if (action === undefined) throw notFound()
    return action
  }

  /** Changes an action; one that ends is dated. */
  setAction(account: Account, id: number, change: Partial<Action>): void {
    const i = account.actions.findIndex((action) => action.id === id)
    if (i < 0) throw notFound()
    const ended = change.status !== undefined && change.status !== "in-progress"
    account.actions[i] = {
      ...account.actions[i]!,
      ...(ended ? { completed_at: this.timestamp() } : undefined),
      ...change
    }
  }
}

const region = (slug: string): NonNullable<Action["region"]> => ({
  name: Seed.regions.get(slug) ?? slug,
  slug,
  features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
  available: true,
  sizes: ["s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb"]
})
