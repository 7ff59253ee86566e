import { Faults, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, createServer as createSocketServer } from "node:net"

/** A POST that DigitalOcean has executed, and which runner has sent it. */
export interface Creation {
  readonly runner: number
  readonly path: string
  readonly body: string
}

/** A DigitalOcean in memory on loopback, with a port for each runner, so that it is known who has sent a request. */
export interface Sandbox {
  readonly account: TestDigitalOcean.TestDigitalOcean["Service"]
  readonly urls: ReadonlyArray<string>
  /** when each request arrived, in milliseconds since 1970 */
  readonly arrivals: ReadonlyArray<number>
  /** whether an action is in progress */
  readonly isBusy: Effect.Effect<boolean>
  readonly nameOf: (image: number) => string | undefined
  /** called with each POST that was executed, before its response is sent */
  onCreation: (creation: Creation) => void
}

/** What goes wrong with a request; the last ones only with a POST, which they hit more often. */
const faultsOf = (seed: number) =>
  Effect.gen(function* () {
    const any = yield* Faults.random({ requests: 5000, probability: 0.02 })
    const posts: ReadonlyArray<Faults.Fault> = [
      { fault: "reset", when: "after" },
      { fault: "reset", when: "before" },
      { fault: "status", status: 503 },
      { fault: "status", status: 504, executed: true },
      { fault: "truncate" }
    ]
    const some = yield* Faults.random({ requests: 1000, probability: 0.1, faults: posts })
    return [...any, ...some.map((fault) => ({ ...fault, on: "POST /v2/**" }))]
  }).pipe(Random.withSeed(seed))

/** Of the images of every sixth job, the first transfer fails at DigitalOcean. */
const isRefused = (number: number) => number % 6 === 0

/** Starts a sandbox for a number of runners. */
export const make = Effect.fnUntraced(function* (options: {
  readonly runners: number
  readonly speed: number
  readonly seed: Seed.Seed
  readonly random: number
}) {
  const arrivals: Array<number> = []
  const server = createServer()
  const urls = yield* Effect.forEach(Array.from({ length: options.runners }), () => entrance(server))
  const runnerAt = new Map(urls.map((url, i) => [url.slice("http://".length), i]))
  const faults = yield* faultsOf(options.random)

  const observe = ({ at, body, headers, method, path, status }: TestDigitalOcean.Exchange) => {
    arrivals.push(at)
    const runner = runnerAt.get(headers["host"] ?? "")
    if (runner === undefined || method !== "POST" || status >= 300 || !isCreation.test(path)) return
    sandbox.onCreation({ runner, path, body })
    const image = /^\/v2\/images\/(\d+)\/actions$/.exec(path)?.[1]
    if (image !== undefined && body.includes("transfer")) refuse(Number(image))
  }

  const refused = new Set<number>()
  /** Lets the first transfer of some images fail a second later. */
  const refuse = (image: number) => {
    if (refused.has(image) || !isRefused(image)) return
    refused.add(image)
    Effect.runFork(
      Effect.gen(function* () {
        yield* Effect.sleep("1 second")
        const actions = yield* sandbox.account.actions()
        const transfer = actions.find(
          ({ resource_id, status, type }) => resource_id === image && type === "transfer" && status === "in-progress"
        )
        if (transfer !== undefined) yield* sandbox.account.endAction(transfer.id, "errored")
      })
    )
  }

  const context = yield* Layer.build(
    TestDigitalOcean.layerServer({
      speed: options.speed,
      seed: options.seed,
      faults,
      // a second of real time each
      readDelay: options.speed * 1000,
      statusDelay: options.speed * 1000,
      keep: 100_000,
      onExchange: observe
    }).pipe(Layer.provide(NodeHttpServer.layer(() => server, { port: 0, host: "127.0.0.1" })))
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
  const account = Context.get(context, TestDigitalOcean.TestDigitalOcean)
  const sandbox: Sandbox = {
    account,
    urls,
    arrivals,
    isBusy: Effect.map(account.actions(), (actions) => actions.some(({ status }) => status === "in-progress")),
    nameOf: (image) => Effect.runSync(account.images()).find(({ id }) => id === image)?.name,
    onCreation: () => undefined
  }
  return sandbox
})

/** The requests that create something each time. */
const isCreation = /^\/v2\/(images|droplets)(\/\d+\/actions)?$/

/** Another port of 127.0.0.1 for a server. Returns its URL. */
const entrance = (server: ReturnType<typeof createServer>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const listener = createSocketServer((socket) => void server.emit("connection", socket))
      listener.listen(0, "127.0.0.1")
      await once(listener, "listening")
      return listener
    }),
    (listener) => Effect.sync(() => listener.close())
  ).pipe(Effect.map((listener) => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`))
