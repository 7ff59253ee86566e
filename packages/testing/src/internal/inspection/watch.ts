import { referencesTo } from "./references.ts"
import type { Account } from "../account/account.ts"
import { Log } from "./log.ts"
import * as Operations from "../api/operations.ts"

/** Documented at `TestDigitalOcean`. */
export interface Violation {
  /** the name of the invariant */
  readonly invariant: "no-duplicate-creation" | "within-rate-limit" | "nothing-in-use-deleted"
  /** what contradicts it */
  readonly message: string
  /** milliseconds since 1970 */
  readonly at: number
}

/** The created resource in a response. */
interface Made {
  readonly image?: { readonly id: number }
  readonly action?: { readonly id: number }
  readonly droplet?: { readonly id: number }
  readonly droplets?: ReadonlyArray<{ readonly id: number }>
  readonly snapshot?: { readonly id: string }
}

/** The operations that create something each time they are requested. */
const making = new Set(["images.create", "images.act", "droplets.create", "droplets.act", "snapshots.create"])

/** Detects violations of invariants. */
export class Watch {
  private readonly keep: number
  private readonly violations: Log<Violation>
  /** what each request has created */
  private readonly intentions = new Map<string, Made>()

  constructor(keep: number) {
    this.keep = keep
    this.violations = new Log(keep)
  }

  values(): ReadonlyArray<Violation> {
    return this.violations.values()
  }

  clear(): void {
    this.violations.clear()
    this.intentions.clear()
  }

  /** A request was rejected, because the rate limit of its token is exhausted. */
  refused(method: string, path: string, at: number): void {
    this.violations.push({ invariant: "within-rate-limit", message: `${method} ${path} exceeded the rate limit`, at })
  }

  /** Called before a deletion: returns what to call when it was executed; undefined if nothing refers to the image. */
  deleting(account: Account, method: string, path: string, now: number): (() => void) | undefined {
    const id = method === "DELETE" ? /^\/v2\/(?:images|snapshots)\/([^/]+)\/?$/.exec(path)?.[1] : undefined
    const references = id === undefined ? [] : referencesTo(account, id, now)
    if (references.length === 0) return undefined
    const message = `${method} ${path} deleted what ${references.join(" and ")}`
    return () => this.violations.push({ invariant: "nothing-in-use-deleted", message, at: now })
  }

  /** A request was executed. It is a violation if the same one was executed before, and what that created still exists. */
  done(account: Account, method: string, path: string, body: string, answer: () => string, at: number): void {
    if (method !== "POST" || !isMaking(method, path, body)) return
    const key = `${account.name} ${path} ${body}`
    const first = this.intentions.get(key)
    const made = read(answer())
    this.intentions.delete(key)
    this.intentions.set(key, made)
    if (this.intentions.size > this.keep) this.intentions.delete(this.intentions.keys().next().value!)
    if (first === undefined || !stands(account, first)) return
    const message = `${method} ${path} ${body} created ${name(made)}, and had created ${name(first)} before`
    this.violations.push({ invariant: "no-duplicate-creation", message, at })
  }
}

const isMaking = (method: string, path: string, body: string): boolean => {
  const id = Operations.idOf(method, path)
  // of the actions on a Droplet, only a snapshot creates something
  return id !== undefined && making.has(id) && (id !== "droplets.act" || /"type":\s*"snapshot"/.test(body))
}

const read = (answer: string): Made => {
  try {
    return JSON.parse(answer) as Made
  } catch {
    return {}
  }
}

/** Whether what was created exists, and has not failed. */
const stands = (account: Account, { action, droplet, droplets, image, snapshot }: Made): boolean => {
  const status = image && account.images.get(image.id)?.status
  if (status !== undefined) return status !== "deleted"
  const began = action && account.actions.get(action.id)
  if (began !== undefined) return began.status !== "errored"
  if (snapshot !== undefined) return account.volumeSnapshots.has(snapshot.id)
  return [droplet, ...(droplets ?? [])].some((one) => one !== undefined && account.droplets.has(one.id))
}

const name = ({ action, droplet, droplets, image, snapshot }: Made): string => {
  const [kind, id] = Object.entries({ image, action, droplet, snapshot }).find(([, one]) => one !== undefined) ?? []
  if (id !== undefined) return `${kind} ${id.id}`
  return `droplets ${(droplets ?? []).map(({ id }) => id).join(", ")}`
}
