import { Action, Actions, DigitalOcean, Image, Images } from "@effect-digitalocean/client"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { serve } from "../harness/child.ts"
import { past, type Work, workloads } from "../simulation/workloads.ts"
import * as Bodies from "../stub/bodies.ts"

/** What was measured, in seconds: when requests were sent, which of them were POSTs, and the times of the actions. */
export interface Measured {
  readonly requests: ReadonlyArray<number>
  readonly posts: number
  readonly actions: ReadonlyArray<{ readonly startedAt: number; readonly endsAt: number; readonly lag: number }>
}

const firstImage = 1_000_000
const firstAction = 60_000_000

/** Earlier actions of the account, of another type, so that nothing follows from them. */
const earlier = Array.from({ length: 2000 }, (_, i) => ({
  ...Bodies.action({ id: firstAction - 2000 + i, image: i, beginsAt: -1e8 + i, endsAt: -9e7 + i }, 0),
  type: "power_cycle",
  resource_type: "droplet"
}))

/** An account with no latency, on the clock of the test. */
class Account {
  /** in seconds */
  readonly requests: Array<number> = []
  posts = 0
  private readonly started: Array<Bodies.Work & { readonly region: string }> = []

  start({ image, region, seconds }: Work, now: number): unknown {
    const id = firstAction + this.started.length
    const work = { id, image: firstImage + image, beginsAt: now, endsAt: now + 1000 * seconds, region }
    this.started.push(work)
    return this.row(work, now)
  }

  timesOf(id: number): Bodies.Work {
    return this.started[id - firstAction]!
  }

  post(work: Work, now: number): unknown {
    this.requests.push(now / 1000)
    this.posts += 1
    return { action: this.start(work, now) }
  }

  get(url: URL, now: number): unknown {
    this.requests.push(now / 1000)
    const [, , collection, id, , actionId] = url.pathname.split("/")
    const one = collection === "actions" ? id : actionId
    if (one !== undefined) return { action: this.find(Number(one), now) }
    const rows = this.started.filter(({ image }) => collection === "actions" || image === Number(id)).reverse()
    const total = rows.length + (collection === "actions" ? earlier.length : 0)
    return Bodies.page(url, "actions", total, (from, to) =>
      Array.from({ length: Math.max(0, to - from) }, (_, i) => {
        const work = rows[from + i]
        return work === undefined ? earlier.at(rows.length - 1 - from - i) : this.row(work, now)
      })
    )
  }

  private find(id: number, now: number) {
    return this.row(this.started[id - firstAction]!, now)
  }

  private row(work: Bodies.Work & { readonly region: string }, now: number) {
    return { ...Bodies.action(work, now), region_slug: work.region }
  }
}

/** The work that a POST requests. */
const requested = (request: HttpClientRequest.HttpClientRequest, url: URL, works: ReadonlyArray<Work>): Work => {
  const image = Number(url.pathname.split("/")[3]) - firstImage
  const body = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : "{}"
  const { region } = JSON.parse(body) as { readonly region?: string }
  return works.find((work) => work.image === image && work.region === region)!
}

const layer = (account: Account, works: ReadonlyArray<Work>) => {
  const http = HttpClient.make((request, url) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const body = request.method === "POST" ? account.post(requested(request, url, works), now) : account.get(url, now)
      const headers = { "content-type": "application/json" }
      return HttpClientResponse.fromWeb(request, new Response(JSON.stringify(body), { headers }))
    })
  )
  return DigitalOcean.layer({ token: Redacted.make("bench") }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
  )
}

const decodeAction = Schema.decodeUnknownSync(Action.Action)
const decodeImage = Schema.decodeUnknownSync(Image.Image)

/** Starts an action, waits for it, and returns its times. */
const wait = Effect.fnUntraced(function* (account: Account, work: Work) {
  if (work.startsAt !== undefined) yield* Effect.sleep(1000 * work.startsAt)
  const actions = yield* Actions.Actions
  const images = yield* Images.Images
  const now = yield* Clock.currentTimeMillis
  const image = decodeImage({ ...Bodies.image(firstImage + work.image), size_gigabytes: work.gigabytes })
  const action = yield* work.startsAt === undefined
    ? images.transfer(image, work.region)
    : Effect.succeed(decodeAction(account.start(work, now)))
  const { beginsAt, endsAt } = account.timesOf(action.id)
  yield* actions.await(action)
  const noticed = yield* Clock.currentTimeMillis
  return { startedAt: beginsAt / 1000, endsAt: endsAt / 1000, lag: (noticed - endsAt) / 1000 }
})

const learned = (name: string, seed: number): ReadonlyArray<Actions.DurationSample> =>
  past(name, seed).map(({ gigabytes, image, region, seconds }, i) => ({
    id: i + 1,
    type: "transfer",
    resource_type: "image",
    resource_id: firstImage + image,
    region_slug: region,
    size_gigabytes: gigabytes,
    seconds
  }))

const methods = {
  /** Waits for one instance of a workload, by a clock of the test. */
  simulate: ({ isWarm, name, seed }: { readonly name: string; readonly seed: number; readonly isWarm: boolean }) => {
    const works = workloads[name]!.works(seed)
    const account = new Account()
    const program = Effect.gen(function* () {
      const actions = yield* Actions.Actions
      if (isWarm) yield* actions.addDurations(learned(name, seed))
      const all = Effect.forEach(works, (work) => wait(account, work), { concurrency: "unbounded" })
      const fiber = yield* Effect.forkChild(all)
      while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
      return yield* Fiber.join(fiber)
    }).pipe(Effect.provide(Layer.provideMerge(layer(account, works), TestClock.layer({ warningDelay: "1 minute" }))))
    return Effect.runPromise(program).then(
      (actions): Measured => ({ requests: account.requests, posts: account.posts, actions })
    )
  }
}

/** What the simulating process can be asked. */
export type SimulatedWaits = typeof methods

serve(methods)
