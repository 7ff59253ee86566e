import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Running, start } from "../support/process.ts"

/** An action, a Droplet and an image, as far as these tests look at them. */
export interface Action {
  readonly id: number
  readonly type: string
  readonly status: string
  readonly resource_id: number
  readonly region_slug: string | null
}

export interface Droplet {
  readonly id: number
  readonly name: string
  readonly status: string
}

export interface Image {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly type: string
  readonly regions: ReadonlyArray<string>
  readonly tags: ReadonlyArray<string>
}

/** The account of a sandbox of the doimg that is published. */
export interface Account {
  readonly bin: string
  readonly folder: string
  readonly env: (more?: NodeJS.ProcessEnv) => NodeJS.ProcessEnv
  /** reads something as any other client would */
  readonly get: <A>(path: string) => Promise<A>
  readonly actions: (droplet: number) => Promise<ReadonlyArray<Action>>
  readonly allActions: () => Promise<ReadonlyArray<Action>>
  readonly imageActions: (image: number) => Promise<ReadonlyArray<Action>>
  readonly droplets: () => Promise<ReadonlyArray<Droplet>>
  readonly images: () => Promise<ReadonlyArray<Image>>
  /** the lines that the sandbox has written about its requests */
  readonly log: () => string
}

/** A sandbox that is started and ended by hand. */
export interface Sandbox extends Account {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

/** What the account holds, what goes wrong, and the other flags of the sandbox. */
export interface Options {
  readonly seed: object
  readonly faults?: ReadonlyArray<object>
  readonly flags?: ReadonlyArray<string>
}

/** A sandbox that is not started yet. */
export const sandbox = (options: Options): Sandbox => {
  let folder = ""
  const file = (name: string, json: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(json))
    return join(folder, name)
  }
  const bin = join(process.env["DOIMG_BUNDLED"] ?? "", "bin.js")
  let running: Running | undefined
  let url = ""
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
    begin: async () => {
      folder = mkdtempSync(join(tmpdir(), "doimg-ends-"))
      const seed = ["--seed", file("seed.json", options.seed)]
      const faults = ["--faults", file("faults.json", options.faults ?? [])]
      const args = ["sandbox", "--port", "0", ...seed, ...faults, ...(options.flags ?? [])]
      running = start(process.execPath, [bin, ...args])
      const [, address = ""] = await running.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n/)
      url = address
    },
    end: async () => {
      running?.child.kill("SIGINT")
      await running?.ended
      rmSync(folder, { recursive: true, force: true })
    },
    bin,
    get folder() {
      return folder
    },
    env: (more = {}) => {
      clients += 1
      return {
        ...{ HOME: folder, XDG_CONFIG_HOME: "", DIGITALOCEAN_API_URL: url, DIGITALOCEAN_ACCESS_TOKEN: "" },
        ...{ DIGITALOCEAN_CONTEXT: "", DIGITALOCEAN_CONFIG: "", DIGITALOCEAN_TOKEN: `client-${clients}` },
        DOIMG_DATABASE: "",
        ...more
      }
    },
    get,
    actions: async (id) =>
      (await get<{ actions: ReadonlyArray<Action> }>(`droplets/${id}/actions?per_page=50`)).actions ?? [],
    allActions: () => all<Action>("actions", "actions?"),
    imageActions: async (id) =>
      (await get<{ actions: ReadonlyArray<Action> }>(`images/${id}/actions?per_page=50`)).actions ?? [],
    droplets: () => all<Droplet>("droplets", "droplets?"),
    images: () => all<Image>("images", "images?private=true&"),
    log: () => running?.err() ?? ""
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
