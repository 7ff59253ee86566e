import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { gzipSync } from "node:zlib"
import { serve } from "../harness/child.ts"
import * as Bodies from "./bodies.ts"

/**
 * What the account holds, how far away it is, how many requests an hour its answers speak of, and whether they announce
 * their length, as a proxy that compresses on the way does not.
 */
interface Options {
  readonly images?: number
  readonly latencyMs?: number
  readonly limit?: number
  readonly announces?: boolean
}

/** Actions to begin: their images, how long they take, evenly from one to the other, and over how long they begin. */
interface Begin {
  readonly count: number
  readonly images: number
  readonly fromMs: number
  readonly toMs: number
  readonly overMs: number
}

const firstId = 1_000_001
let options: Required<Options> = { images: 10_000, latencyMs: 0, limit: 5000, announces: true }
let requests: Array<{ readonly at: number; readonly path: string }> = []
let answered = 0

/** Actions, oldest first. The account has had some before. */
const works: Array<Bodies.Work> = Array.from({ length: 2000 }, (_, i) => {
  const endsAt = Date.now() - 3_600_000 - (2000 - i) * 60_000
  return { id: 50_000_001 + i, image: firstId + (i % 500), beginsAt: endsAt - 120_000, endsAt }
})

const newest = (now: number, wanted: (work: Bodies.Work) => boolean) =>
  works.filter((work) => work.beginsAt <= now && wanted(work)).toReversed()

const actions = (url: URL, wanted: (work: Bodies.Work) => boolean = () => true) => {
  const now = Date.now()
  const all = newest(now, wanted)
  return Bodies.page(url, "actions", all.length, (from, to) => all.slice(from, to).map((w) => Bodies.action(w, now)))
}

const one = (id: number) => {
  const now = Date.now()
  const work = works.find((work) => work.id === id && work.beginsAt <= now)
  return work && { action: Bodies.action(work, now) }
}

const images = (url: URL) =>
  Bodies.page(url, "images", options.images, (from, to) =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => Bodies.image(firstId + from + i))
  )

const answer = (url: URL): unknown => {
  const [, , collection, id, of, actionId] = url.pathname.split("/")
  if (collection === "images" && id === undefined) return images(url)
  if (collection === "images" && of === undefined) return { image: Bodies.image(Number(id)) }
  if (collection === "images" && actionId === undefined) return actions(url, (work) => work.image === Number(id))
  if (collection === "images") return one(Number(actionId))
  if (collection === "actions") return id === undefined ? actions(url) : one(Number(id))
  return undefined
}

/** Bodies that never change, ready to send, so that the two cores are left to the client. */
const ready = new Map<string, { readonly plain: Buffer; readonly zipped: Buffer }>()

const body = (path: string): { readonly plain: Buffer; readonly zipped: Buffer } | undefined => {
  const known = ready.get(path)
  if (known !== undefined) return known
  const url = new URL(path, "http://127.0.0.1")
  const value = answer(url)
  if (value === undefined) return undefined
  const plain = Buffer.from(JSON.stringify(value))
  const made = { plain, zipped: gzipSync(plain) }
  if (!url.pathname.includes("actions") && ready.size < 2000) ready.set(path, made)
  return made
}

const respond = (request: IncomingMessage, response: ServerResponse) => {
  const found = request.headers.authorization === "Bearer bench" ? body(request.url!) : undefined
  answered += 1
  const zips = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")
  const failure = Buffer.from(JSON.stringify({ id: "not_found", message: "The resource was not found." }))
  const bytes = found === undefined ? failure : zips ? found.zipped : found.plain
  response.writeHead(found === undefined ? 404 : 200, {
    "content-type": "application/json; charset=utf-8",
    ...(options.announces ? { "content-length": bytes.byteLength } : undefined),
    ...(zips && found !== undefined ? { "content-encoding": "gzip" } : undefined),
    vary: "Accept-Encoding",
    "cache-control": "private, max-age=0",
    "ratelimit-limit": options.limit,
    "ratelimit-remaining": Math.max(1, options.limit - answered),
    "ratelimit-reset": Math.floor(Date.now() / 1000) + 3600,
    "x-request-id": `00000000-0000-4000-8000-${String(answered).padStart(12, "0")}`
  })
  response.end(bytes)
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  requests.push({ at: Date.now(), path: request.url! })
  if (options.latencyMs === 0) respond(request, response)
  else setTimeout(respond, options.latencyMs, request, response)
})

const methods = {
  /** Listens on a free loopback port; answers the address. */
  listen: (given: Options): Promise<string> => {
    options = { ...options, ...given }
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}`)
      })
    })
  },
  /** Changes how the account is, and forgets the requests so far. */
  reset: (given: Options) => {
    options = { ...options, ...given }
    ready.clear()
    requests = []
  },
  /** Begins actions now; each is there from `beginsAt` on. Answers what a POST would, and when each begins and ends. */
  begin: ({ count, fromMs, images, overMs, toMs }: Begin) => {
    const now = Date.now() + 1000
    const started = Array.from({ length: count }, (_, i): Bodies.Work => {
      const beginsAt = now + (overMs * i) / count
      // durations are dealt out so that none depends on when its action began
      const share = ((i * 617) % count) / Math.max(1, count - 1)
      const endsAt = beginsAt + fromMs + (toMs - fromMs) * share
      return { id: 60_000_001 + i, image: firstId + (i % images), beginsAt, endsAt }
    })
    works.push(...started)
    requests = []
    return started.map((work) => ({ ...work, action: Bodies.action(work, work.beginsAt) }))
  },
  /** The requests since the last reset. */
  requests: () => requests
}

/** What the stub can be asked. */
export type Stub = typeof methods

serve(methods)
