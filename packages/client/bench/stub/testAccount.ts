import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { TestDigitalOcean } from "@effect-digitalocean/testing"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { serve } from "../harness/child.ts"
import { type JobName, seeds } from "../simulation/accounts.ts"

/** When requests arrived, in milliseconds since 1970. */
const arrivals: Array<number> = []

const listenWith = (options: TestDigitalOcean.Options): Promise<string> => {
  const account = TestDigitalOcean.layerServer({ ...options, onExchange: ({ at }) => arrivals.push(at) })
  const server = NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })
  const runtime = ManagedRuntime.make(Layer.provideMerge(account, server))
  return runtime.runPromise(HttpServer.addressFormattedWith(Effect.succeed))
}

const unlimited = { minute: 1e9, hour: 1e9 }

const methods = {
  /** Serves the account of a job, without a rate limit, on a free loopback port, and returns the address. */
  listen: (name: JobName): Promise<string> => listenWith({ seed: seeds[name], limits: unlimited }),
  /** Serves an account of images of 1 GB in `nyc3`; with `isLimited` by the real limits. */
  listenImages: ({ images, isLimited, speed }: Images): Promise<string> =>
    listenWith({
      seed: { images: images.map((id) => ({ id, name: `web-${id}`, size_gigabytes: 1 })) },
      speed,
      ...(isLimited ? {} : { limits: unlimited })
    }),
  arrivals: (): ReadonlyArray<number> => arrivals
}

interface Images {
  readonly images: ReadonlyArray<number>
  readonly isLimited: boolean
  readonly speed: number
}

/** The methods of the process that serves an account. */
export type TestAccount = typeof methods

serve(methods)
