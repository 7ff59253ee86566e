import { Images, type Page } from "@effect-digitalocean/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { serve } from "../harness/child.ts"
import { load } from "../peers.ts"
import { account, wide } from "./account.ts"

/** How one listing went, in milliseconds and rows. */
export interface Listing {
  readonly ms: number
  readonly firstRowMs: number
  readonly rows: number
  readonly inOrder: boolean
}

/** Notes rows as they come: images count up from the first. */
const observer = () => {
  const start = performance.now()
  let rows = 0
  let firstRowMs = 0
  let last = 0
  let inOrder = true
  return {
    see: ({ id }: { readonly id: number }) => {
      if (rows === 0) firstRowMs = performance.now() - start
      rows += 1
      if (id <= last) inOrder = false
      last = id
    },
    end: (): Listing => ({ ms: performance.now() - start, firstRowMs, rows, inOrder })
  }
}

const runtimes = new Map<string, ReturnType<typeof account>>()
const runtimeOf = (address: string) => {
  const runtime = runtimes.get(address) ?? account(address, wide)
  runtimes.set(address, runtime)
  return runtime
}

const listed = (address: string, options?: Page.ListOptions) =>
  runtimeOf(address).runPromise(
    Effect.gen(function* () {
      const images = yield* Images.Images
      const { end, see } = observer()
      yield* Stream.runForEach(images.list({ private: true }, options), (image) => Effect.sync(() => see(image)))
      return end()
    })
  )

let agent: object | undefined

/** What a loop over `undici.request` and `JSON.parse` does; it ends early when `see` answers false. */
const undici = async (address: string, see: (image: { readonly id: number }) => unknown) => {
  const { Agent, request } = await load("undici")
  agent ??= new Agent()
  const headers = { accept: "application/json", authorization: "Bearer bench" }
  for (let page = 1, more = true; more; page++) {
    const url = `${address}/v2/images?private=true&page=${page}&per_page=200`
    const { body } = await request(url, { dispatcher: agent, headers })
    const { images, links } = JSON.parse(await body.text())
    for (const image of images) if (see(image) === false) return
    more = links.pages?.next !== undefined
  }
}

const methods = {
  /** Lists page after page. */
  lazy: (address: string) => listed(address),
  /** Lists the whole, with pages asked for ahead. */
  whole: (address: string) => listed(address, { concurrency: 16 }),
  /** The same with a wider window. */
  wide: (address: string) => listed(address, { concurrency: 49 }),
  /** Page by page over plain undici. */
  undici: async (address: string) => {
    const { end, see } = observer()
    await undici(address, see)
    return end()
  },
  /** The maximum memory in MB that streaming an account takes, above that of an idle client. */
  memory: async (address: string) => {
    const runtime = runtimeOf(address)
    const images = await runtime.runPromise(Images.Images)
    await runtime.runPromise(Stream.runDrain(Stream.take(images.list({ private: true }), 1000)))
    return above((see) => runtime.runPromise(Stream.runForEach(images.list({ private: true }), () => Effect.sync(see))))
  },
  /** The same over plain undici. */
  memoryUndici: async (address: string) => {
    let rows = 0
    await undici(address, () => ++rows < 1000)
    return above((see) => undici(address, see))
  }
}

/** The most memory above what there was before, looked at every 100 rows. */
const above = async (read: (see: () => void) => Promise<unknown>) => {
  await new Promise((resolve) => setTimeout(resolve, 500))
  const idle = process.memoryUsage.rss()
  let most = idle
  let rows = 0
  await read(() => {
    if (++rows % 100 === 0) most = Math.max(most, process.memoryUsage.rss())
  })
  return { extraMb: (most - idle) / 2 ** 20, rows }
}

/** What a listing process can be asked. */
export type Lister = typeof methods

serve(methods)
