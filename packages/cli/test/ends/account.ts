import { afterAll, beforeAll } from "@effect/vitest"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Running, start } from "../process.ts"

/** An action, a Droplet and an image, as far as these tests look at them. */
export interface Action {
  readonly id: number
  readonly type: string
  readonly status: string
}

export interface Droplet {
  readonly id: number
  readonly name: string
  readonly status: string
}

export interface Image {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly regions: ReadonlyArray<string>
  readonly tags: ReadonlyArray<string>
}

/** What one case of a table works on: names and ids that no other case has. */
export interface Subject {
  readonly key: string
  readonly droplet: { readonly id: number; readonly name: string }
  /** snapshots of the Droplet, the newest last */
  readonly snapshots: ReadonlyArray<{ readonly id: number; readonly name: string }>
  readonly backup: { readonly id: number; readonly name: string }
  /** an image that was imported */
  readonly custom: { readonly id: number; readonly name: string }
}

/** The subject of a case, by its number. */
export const subject = (i: number): Subject => ({
  key: `k${i}`,
  droplet: { id: 400_000 + i, name: `web-k${i}` },
  snapshots: [1, 2, 3].map((day) => ({ id: 1000 * day + i, name: `series-k${i}-2026-11-0${day}` })),
  backup: { id: 9000 + i, name: `backup-k${i}` },
  custom: { id: 8000 + i, name: `custom-k${i}` }
})

/** An account that holds so many subjects. */
export const seedOf = (subjects: ReadonlyArray<Subject>, status: "active" | "off" = "active") => ({
  droplets: subjects.map(({ backup, droplet, snapshots }) => ({
    ...droplet,
    status,
    images: [...snapshots, backup].map(({ id }) => id)
  })),
  images: subjects.flatMap(({ backup, custom, snapshots }) => [
    ...snapshots.map((image, day) => ({
      ...{ ...image, size_gigabytes: 1, tags: ["seeded"], created_at: `2026-11-0${day + 1}T03:00:00Z` }
    })),
    { ...backup, type: "backup", size_gigabytes: 1, created_at: "2026-11-20T03:00:00Z" },
    { ...custom, type: "custom", size_gigabytes: 1, created_at: "2026-11-21T03:00:00Z" }
  ])
})

/** A sandbox of the doimg that is published, which ends with the tests of its file. */
export interface Account {
  readonly bin: string
  readonly folder: string
  readonly env: (more?: NodeJS.ProcessEnv) => NodeJS.ProcessEnv
  /** reads something as any other client would */
  readonly get: <A>(path: string) => Promise<A>
  readonly actions: (droplet: number) => Promise<ReadonlyArray<Action>>
  readonly imageActions: (image: number) => Promise<ReadonlyArray<Action>>
  readonly droplets: () => Promise<ReadonlyArray<Droplet>>
  readonly images: () => Promise<ReadonlyArray<Image>>
  /** the lines that the sandbox has written about its requests */
  readonly log: () => string
}

/** Starts a sandbox once for a file of tests. */
export const account = (options: {
  readonly seed: object
  readonly faults?: ReadonlyArray<object>
  readonly flags?: ReadonlyArray<string>
}): Account => {
  const folder = mkdtempSync(join(tmpdir(), "doimg-ends-"))
  const file = (name: string, json: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(json))
    return join(folder, name)
  }
  const seed = ["--seed", file("seed.json", options.seed)]
  const faults = ["--faults", file("faults.json", options.faults ?? [])]
  const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")
  let sandbox: Running | undefined
  let url = ""
  beforeAll(async () => {
    sandbox = start("node", [bin, "sandbox", "--port", "0", ...seed, ...faults, ...(options.flags ?? [])])
    const [, address = ""] = await sandbox.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
    url = address
  }, 60_000)
  afterAll(async () => {
    sandbox?.child.kill("SIGINT")
    await sandbox?.ended
    rmSync(folder, { recursive: true })
  })
  // tokens of their own: who looks so often must not spend what doimg may, nor be limited
  let looks = 0
  const get = async <A>(path: string): Promise<A> => {
    looks += 1
    return (await (
      await fetch(`${url}/v2/${path}`, { headers: { authorization: `Bearer look-${looks}` } })
    ).json()) as A
  }
  const all = async <A>(key: string, path: string): Promise<ReadonlyArray<A>> => {
    const found: Array<A> = []
    for (let page = 1; ; page++) {
      const { [key]: rows = [] } = await get<Record<string, ReadonlyArray<A>>>(`${path}per_page=200&page=${page}`)
      found.push(...rows)
      if (rows.length < 200) return found
    }
  }
  let clients = 0
  return {
    bin,
    folder,
    env: (more = {}) => {
      clients += 1
      return {
        ...{ HOME: folder, XDG_CONFIG_HOME: "", DIGITALOCEAN_API_URL: url, DIGITALOCEAN_ACCESS_TOKEN: "" },
        ...{ DIGITALOCEAN_CONTEXT: "", DIGITALOCEAN_CONFIG: "", DIGITALOCEAN_TOKEN: `client-${clients}` },
        ...more
      }
    },
    get,
    actions: async (id) =>
      (await get<{ actions: ReadonlyArray<Action> }>(`droplets/${id}/actions?per_page=50`)).actions ?? [],
    imageActions: async (id) =>
      (await get<{ actions: ReadonlyArray<Action> }>(`images/${id}/actions?per_page=50`)).actions ?? [],
    droplets: () => all<Droplet>("droplets", "droplets?"),
    images: () => all<Image>("images", "images?private=true&"),
    log: () => sandbox?.err() ?? ""
  }
}

/** Looks until something holds. */
export const until = async (holds: () => Promise<boolean>, seconds = 30): Promise<boolean> => {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    if (await holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}
