import { Faults, type Seed, TestDigitalOcean } from "@effect-digitalocean/testing"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { join } from "node:path"

/** A POST that DigitalOcean has executed, and which runner has sent it. */
export interface Creation {
  readonly runner: number
  readonly path: string
  readonly body: string
}

/** A request that has arrived, at a time in milliseconds since 1970. */
export interface Request {
  readonly at: number
  readonly runner: number
  /** method, path and status, and what the sandbox made of it */
  readonly line: string
}

/** A DigitalOcean in memory on loopback, which knows which runner has sent a request. */
export interface Sandbox {
  readonly account: TestDigitalOcean.TestDigitalOcean["Service"]
  readonly url: string
  /** the requests of all runners, in the order in which they arrived */
  readonly requests: ReadonlyArray<Request>
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

/** Starts a sandbox for runners in these processes. */
export const make = Effect.fnUntraced(function* (options: {
  readonly pids: () => ReadonlyArray<number>
  readonly speed: number
  readonly seed: Seed.Seed
  readonly random: number
}) {
  const requests: Array<Request> = []
  const server = createServer()
  const senders = new WeakMap<Socket, number | undefined>()
  server.on("connection", (socket) => senders.set(socket, senderOf(socket, options.pids())))
  server.prependListener("request", ({ headers, socket }) => {
    headers[runnerHeader] = String(senders.get(socket))
  })
  const faults = yield* faultsOf(options.random)

  const observe = (exchange: TestDigitalOcean.Exchange) => {
    const { at, body, headers, method, path, status } = exchange
    const runner = Number(headers[runnerHeader])
    requests.push({ at, runner, line: TestDigitalOcean.toLine(exchange) })
    if (Number.isNaN(runner) || method !== "POST" || status >= 300 || !isCreation.test(path)) return
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
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    isBusy: Effect.map(account.actions(), (actions) => actions.some(({ status }) => status === "in-progress")),
    nameOf: (image) => Effect.runSync(account.images()).find(({ id }) => id === image)?.name,
    onCreation: () => undefined
  }
  return sandbox
})

/** The requests that create something each time. */
const isCreation = /^\/v2\/(images|droplets)(\/\d+\/actions)?$/

/** The header in which the server notes the number of the runner. */
const runnerHeader = "x-runner"

/** The number of the process at the other end of a connection on this machine, by the tables of Linux. */
const senderOf = ({ localPort, remotePort }: Socket, pids: ReadonlyArray<number>): number | undefined => {
  const portOf = (address = "") => Number.parseInt(address.split(":")[1] ?? "", 16)
  const line = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([, from, to]) => portOf(from) === remotePort && portOf(to) === localPort)
  const number = pids.findIndex((pid) => linksOf(`/proc/${pid}/fd`).includes(`socket:[${line?.[9]}]`))
  return number === -1 ? undefined : number
}

/** The targets of the links in a folder; those that disappear meanwhile are left out. */
const linksOf = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(join(folder, name))]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
